/** Paths that are too long for what is derived from them, on the program as it ships. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../support/run.ts';
import { probe } from './probe.ts';

const TINY = '--rows 20 --dims 4 --batch 4 --readers 1 --duration 0.1 --no-save --json'.split(' ');

it.each(['reference', 'duckdb', 'lancedb'])(
  'a %s database may have the longest name there is room for, and not one byte more',
  async (backend) => {
    const dir = await temporaryDirectory();
    const longest = join(dir, 'd'.repeat(211));
    const run = await probe([backend, ...TINY, '--quiet', '--db', longest, '--keep']);
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toMatchObject({ audit: { lost: 0, error: null } });
    const made = readdirSync(dir);
    for (const bytes of [212, 225, 245, 260]) {
      const path = join(dir, 'e'.repeat(bytes));
      const { code, stdout, stderr } = await probe([backend, ...TINY, '--db', path]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^error: option '--db [^\n]+ are allowed here\n$/);
    }
    expect(readdirSync(dir)).toEqual(made);
  },
);

it('a temporary directory may be as long as leaves room for a run, and not one byte more', async () => {
  const dir = await temporaryDirectory();
  let longest = dir;
  while (4095 - 512 - longest.length > 202) longest = join(longest, 't'.repeat(200));
  longest = join(longest, 't'.repeat(4095 - 512 - longest.length - 1));
  for (const [tmp, expected, says] of [
    [longest, 0, /^$/],
    [`${longest}t`, 2, /^error: the temporary directory [^\n]+ are allowed here\n$/],
  ] as const) {
    mkdirSync(tmp, { recursive: true });
    const args = ['crash', 'reference', '--mode', 'pause', '--rounds', '1', '--rows', '20'];
    const { code, stderr } = await probe([...args, '--no-save', '--quiet'], { TMPDIR: tmp });
    expect({ tmp, code }).toEqual({ tmp, code: expected });
    expect(stderr).toMatch(says);
    expect(readdirSync(tmp)).toEqual([]);
  }
});
