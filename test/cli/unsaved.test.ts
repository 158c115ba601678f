/** Results on a disk that is full: said in the report, and exit 3 unless there is a finding. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CrashResult } from '../../src/core/crash.ts';
import type { Result } from '../../src/core/result.ts';
import { skipReason } from '../support/crash.ts';
import { smallDisk } from '../support/small-disk.ts';
import { probe } from './probe.ts';

const noSmallDisk = await skipReason('disk-full', []);
const SMALL = '--rows 200 --dims 8 --batch 16 --readers 1 --quiet'.split(' ');
const SHORT = [...SMALL, '--duration', '1', '--staleness-bound', '0.3'];
/** On which there is no room for any file. */
async function fullDisk(): Promise<string> {
  const dir = await smallDisk(4096);
  writeFileSync(join(dir, 'full'), Buffer.alloc(4096));
  return dir;
}

describe.skipIf(noSmallDisk !== '')(`on a full disk${noSmallDisk}`, () => {
  test('a result that cannot be saved is printed, warns, and is exit 3', async () => {
    const args = ['reference', ...SHORT, '--results', await fullDisk()];
    const { code, stdout } = await probe(args);
    expect(code).toBe(3);
    expect(stdout).toMatch(/\n {2}Warning {4}the history could not be saved: ENOSPC/);
    expect(stdout).toMatch(/\n {2}Warning {4}the result could not be saved: ENOSPC/);
    expect(stdout).toMatch(/\n {2}Verdict {4}WORKS: /);
  });

  test('a history that cannot be saved is in the warnings of the saved result, and is exit 3', async () => {
    // Room for a result, and not for the history of large reads.
    const dir = await smallDisk(128 * 1024);
    const many = ['--rows', '5000', '--top-k', '1000', '--duration', '3', '--readers', '4'];
    const { code, stdout } = await probe([
      ...['reference', ...SHORT, ...many, '--json', '--results', dir],
    ]);
    const { verdict, history, warnings } = JSON.parse(stdout) as Result;
    expect({ code, verdict, history }).toEqual({ code: 3, verdict: 'works', history: null });
    expect(warnings).toContainEqual(expect.stringMatching(/^the history could not be saved: EN/));
    expect(readdirSync(dir)).toEqual([expect.stringMatching(/\.json$/)]);
  });

  test('a finding is exit 1 all the same', async () => {
    const args = ['reference', ...SHORT, '--results', await fullDisk()];
    expect((await probe([...args, '--bug', 'lost'])).code).toBe(1);
    expect((await probe([...args, '--expect', 'reads_ok==0'])).code).toBe(1);
  });

  test('a crash campaign warns, too, and is exit 3 where it found nothing', async () => {
    const args = ['crash', 'reference', ...SMALL, '--results', await fullDisk(), '--json'];
    const pauses = await probe([...args, '--mode', 'pause', '--rounds', '1']);
    expect(pauses.code).toBe(3);
    expect((JSON.parse(pauses.stdout) as CrashResult).warnings).toEqual([
      expect.stringMatching(/^the result could not be saved: ENOSPC/),
    ]);
    const unsafe = await probe([...args, '--rounds', '1', '--bug', 'unexpected']);
    expect(unsafe.code).toBe(1);
    expect((JSON.parse(unsafe.stdout) as CrashResult).warnings).toEqual([
      expect.stringMatching(/-round-0 could not be kept: .*ENOSPC/),
      expect.stringMatching(/^the result could not be saved: ENOSPC/),
    ]);
  });

  test('a matrix prints what it has measured, says what is missing, and is exit 3', async () => {
    const dir = await smallDisk(64 * 1024);
    const many = ['--rows', '5000', '--top-k', '1000', '--duration', '3', '--readers', '4'];
    const args = ['matrix', 'reference', '--access', 'processes', ...SHORT, ...many];
    const { code, stdout } = await probe([...args, '--results', dir]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/\n {2}Warning {4}1 run without a history, which could not be saved: /);
  });
});
