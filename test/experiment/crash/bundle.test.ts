/** What failed is kept so that it can be judged again, and tried again. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scheduleOf } from '../../../src/core/crash.ts';
import { probe } from '../../cli/probe.ts';
import { shortCrash } from '../../support/crash.ts';
import { temporaryDirectory } from '../../support/run.ts';
import { smallDisk } from '../../support/small-disk.ts';

interface Bundle {
  round: { round: number; failed_checks: { name: string }[] } | null;
  schedule: unknown;
  seed: number;
  tool: unknown;
  backend: unknown;
  replay: string;
  replay_note: string;
}

const bundleIn = (directory: string): Bundle =>
  JSON.parse(readFileSync(join(directory, 'bundle.json'), 'utf8')) as Bundle;

it('a failing round is kept with its history, the database before and after, and how to try again', async () => {
  const dir = await temporaryDirectory();
  const { bundles, rounds } = await shortCrash({
    ...{ dir, rounds: 12, untilFailed: true },
    options: { bug: 'early-ack', keys: 'shared', openOrder: 'race', refresh: 'always' },
  });
  const last = rounds.at(-1)!;
  expect(bundles).toEqual([`campaign-round-${last.round}`]);
  const directory = join(dir, bundles[0]!);
  expect(readdirSync(directory).toSorted()).toEqual([
    ...['after', 'before', 'bundle.json', 'round.history.ndjson.gz'],
  ]);
  for (const when of ['before', 'after']) {
    expect(readdirSync(join(directory, when, 'db'))).toContain('log');
  }
  const { replay, replay_note, ...bundle } = bundleIn(directory);
  expect(bundle).toMatchObject({
    round: last,
    ...{ seed: 42, schedule: scheduleOf(42, last.round) },
    tool: { version: 'test', node: process.version },
    backend: { name: 'reference', engine: 'append-only log' },
  });
  expect(replay).toBe(
    'probe crash reference --mode kill --rounds 12 --kill writer --rows 200 --dims 8 --batch 16 ' +
      '--top-k 5 --seed 42 --keys shared --increment none --access processes --refresh always ' +
      '--writers 1 --readers 1 --write-rate 0 --read-rate 0 --staleness-bound 0.3 ' +
      '--open-order race --engine-threads 1 --op-timeout 10 --bug early-ack',
  );

  const again = await probe(['recheck', directory, '--json']);
  expect(again).toMatchObject({ code: 1, stderr: '' });
  const { verdict, next, checks } = JSON.parse(again.stdout) as {
    verdict: string;
    next: string;
    checks: { name: string; verdict: string; because: string }[];
  };
  expect({ verdict, next }).toEqual({
    verdict: 'wrong',
    next: `try it again (${replay_note}): ${replay}`,
  });
  const broken = checks.filter((check) => check.verdict === 'fail' && check.name !== 'frozen');
  expect(broken).toEqual(last.failed_checks);

  rmSync(join(directory, 'round.history.ndjson.gz'));
  const without = await probe(['recheck', directory]);
  expect(without).toMatchObject({ code: 2, stdout: '' });
  expect(without.stderr).toBe(`error: ${directory} is a folder without a history in it\n`);

  const folder = await probe(['recheck', dir]);
  expect(folder).toMatchObject({ code: 2, stdout: '' });
  expect(folder.stderr).toBe(
    `error: ${dir} is a folder, and only that of a crash's bundle is judged as a whole: name a result or a history in it\n`,
  );
});

it('pauses in which something broke are kept as one bundle', async () => {
  const dir = await temporaryDirectory();
  const { bundles, durability, because } = await shortCrash({
    ...{ dir, mode: 'pause', rounds: 1, options: { bug: 'torn' } },
  });
  expect([durability, because]).toEqual(['unsafe', expect.stringContaining('torn: ')]);
  expect(bundles).toEqual(['campaign-pauses']);
  const directory = join(dir, bundles[0]!);
  expect(bundleIn(directory)).toMatchObject({ round: null, schedule: null });
  const { code, stdout } = await probe(['recheck', directory]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/FAIL torn: /);
});

it('what holds is not kept, and only a few bundles are', async () => {
  const dir = await temporaryDirectory();
  const found = await shortCrash({ dir, rounds: 4, options: { bug: 'unexpected' } });
  expect(found).toMatchObject({ durability: 'unsafe', failed_rounds: 4 });
  expect(found.bundles).toHaveLength(3);
  expect(readdirSync(dir)).toHaveLength(3);
});

it('a bundle that cannot be kept is told, and its round counts all the same', async () => {
  const file = join(await temporaryDirectory(), 'file');
  writeFileSync(file, '');
  const notes: string[] = [];
  const found = await shortCrash({
    ...{ dir: file, rounds: 1, options: { bug: 'unexpected' } },
    onNote: (text) => notes.push(text),
  });
  expect(found).toMatchObject({ durability: 'unsafe', failed_rounds: 1, bundles: [] });
  expect(notes).toEqual([expect.stringMatching(/round-0 could not be kept: ENOTDIR/)]);
});

it.skipIf(process.getuid?.() !== 0)(
  'of a bundle for which the disk has no room nothing is left',
  async () => {
    const dir = await smallDisk(24 * 1024);
    const notes: string[] = [];
    const found = await shortCrash({
      ...{ dir, rounds: 1, options: { bug: 'unexpected' } },
      onNote: (text) => notes.push(text),
    });
    expect(found.bundles).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/round-0 could not be kept: .*ENOSPC/)]);
    expect(readdirSync(dir)).toEqual([]);
  },
);
