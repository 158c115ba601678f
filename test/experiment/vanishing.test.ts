/** Somebody removes the directory of a run while it goes on: that is no finding about the database. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { BIN } from '../cli/probe.ts';
import { shortCrash } from '../support/crash.ts';
import { runsIn } from '../support/killed.ts';
import { temporaryDirectory } from '../support/run.ts';
import { startRun } from '../support/started-run.ts';

const ONE_SENTENCE =
  /(^|\n)error: the directory of this run was removed while it went on: [^\n]+\n$/;

function removeRuns(tmp: string): void {
  for (const name of runsIn(tmp)) {
    rmSync(join(tmp, name), { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
  }
}

it.each([
  ['reference', []],
  ['duckdb', ['--access', 'connections']],
  ['lancedb', []],
  ['reference', ['--access', 'isolated']],
])('a run of %s %j ends in exit 3 and one sentence', async (backend, more) => {
  const tmp = await temporaryDirectory();
  const short = ['--duration', '2', '--staleness-bound', '0.3', '--readers', '1', '--json'];
  const run = await startRun(tmp, backend, 'work', ...short, ...more);
  removeRuns(tmp);
  expect((await run.ended).code).toBe(3);
  expect(run.said.stdout).toBe('');
  expect(run.said.stderr).toMatch(ONE_SENTENCE);
});

it('a run whose database is elsewhere does so, too, and removes that', async () => {
  const [tmp, dir] = [await temporaryDirectory(), await temporaryDirectory()];
  const short = ['--duration', '2', '--staleness-bound', '0.3', '--json'];
  const db = join(dir, 'db');
  const run = await startRun(tmp, 'reference', 'work', ...short, '--db', db);
  removeRuns(tmp);
  expect((await run.ended).code).toBe(3);
  expect(run.said.stderr).toMatch(ONE_SENTENCE);
  expect(readdirSync(dir)).toEqual([]);
});

it.each(['kill', 'pause'])('a campaign of mode %s does so, too', async (mode) => {
  const tmp = await temporaryDirectory();
  const small = ['--rows', '200', '--dims', '8', '--batch', '16', '--rounds', '6'];
  const child = spawn(
    process.execPath,
    [BIN, 'crash', 'reference', '--mode', mode, ...small, '--no-save', '--json', '--quiet'],
    { env: { ...process.env, TMPDIR: tmp }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  }
  const ended = new Promise((resolve) => child.on('close', resolve));
  const isSeeded = (): boolean => {
    const [run] = runsIn(tmp);
    return run !== undefined && existsSync(join(tmp, run, 'snapshot-before'));
  };
  await expect.poll(isSeeded, { timeout: 30_000 }).toBe(true);
  removeRuns(tmp);
  expect(await ended).toBe(3);
  expect(said.stdout).toBe('');
  expect(said.stderr).toMatch(ONE_SENTENCE);
});

it('a campaign keeps the rounds that were done before, and says why there are no more', async () => {
  const tmp = await temporaryDirectory();
  vi.stubEnv('TMPDIR', tmp);
  onTestFinished(() => void vi.unstubAllEnvs());
  const notes: string[] = [];
  const result = await shortCrash({
    ...{ rounds: 100, onRound: () => removeRuns(tmp) },
    onNote: (text) => notes.push(text),
  });
  expect(result).toMatchObject({ rounds_done: 1, durability: 'unknown', interrupted: false });
  expect(result.because).toMatch(/^1 kill .* lost none of/);
  expect(result.next).toMatch(/^it was broken off; run it to its end: probe crash reference /);
  expect(result.warnings).toEqual([
    expect.stringMatching(/^no more rounds could be run: the directory of this run was removed/),
  ]);
  expect(notes).toEqual(result.warnings);
});
