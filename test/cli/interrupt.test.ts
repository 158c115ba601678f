/** Ctrl-C and SIGTERM, on the program as it ships. */
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Result } from '../../src/core/result.ts';
import { temporaryDirectory } from '../support/run.ts';
import { startRun } from '../support/started-run.ts';

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'the first %s ends the window: drained, audited and judged all the same',
  async (signal, code) => {
    const tmp = await temporaryDirectory();
    const run = await startRun(tmp, 'reference', 'work', '--json');
    run.process.kill(signal);
    expect(await run.ended).toEqual({ code, signal: null });
    const result = JSON.parse(run.said.stdout) as Result;
    expect(result).toMatchObject({ interrupted: true, audit: { lost: 0, error: null } });
    expect(result.checks.find(({ name }) => name === 'lost')!.verdict).not.toBe('fail');
    expect(readdirSync(tmp)).toEqual([]);
  },
);

it('a Ctrl-C of the terminal, which reaches the whole group, kills no worker that has just begun', async () => {
  const tmp = await temporaryDirectory();
  const run = await startRun(tmp, 'reference', 'spawn', '--json', '--readers', '8');
  process.kill(-run.process.pid!, 'SIGINT');
  expect(await run.ended).toEqual({ code: 130, signal: null });
  // Had one of them died, there would be a report that says so.
  expect(run.said.stdout).toBe('');
  expect(run.said.stderr).toMatch(
    /\ninterrupted before anything was measured: there is no result\.\n$/,
  );
  expect(readdirSync(tmp)).toEqual([]);
});

it('a second Ctrl-C skips all that but the cleaning up', async () => {
  const tmp = await temporaryDirectory();
  const run = await startRun(
    tmp,
    'reference',
    'work',
    '--staleness-bound',
    '30',
    '--duration',
    '60',
  );
  // Where nothing was written yet, there is nothing to drain.
  await expect.poll(() => run.said.stderr, { timeout: 30_000 }).toMatch(/ work .* work /s);
  run.process.kill('SIGINT');
  await expect.poll(() => run.said.stderr, { timeout: 30_000 }).toContain('drain');
  run.process.kill('SIGINT');
  expect(await run.ended).toEqual({ code: 130, signal: null });
  expect(run.said).toMatchObject({ stdout: '' });
  expect(run.said.stderr).toContain('interrupted: there is no result.');
  expect(readdirSync(tmp)).toEqual([]);
});

it('a Ctrl-C while the database is seeded leaves nothing and has no result', async () => {
  const tmp = await temporaryDirectory();
  const run = await startRun(tmp, 'lancedb', 'prepare', '--rows', '200000');
  run.process.kill('SIGINT');
  expect((await run.ended).code).toBe(130);
  expect(run.said).toMatchObject({ stdout: '' });
  expect(run.said.stderr).toContain('interrupted while seeding: there is no result.');
  expect(readdirSync(tmp)).toEqual([]);
});
