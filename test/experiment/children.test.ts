/** Child processes: how each ends, and what ends with it. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isAlive } from '../../src/system/proc.ts';
import { shortRun, temporaryDirectory, workerFixture } from '../support/run.ts';

async function helpersOf(leaves: 'group' | 'session') {
  const file = join(await temporaryDirectory(), 'helpers');
  vi.stubEnv('PROBE_TEST_HELPERS', file);
  vi.stubEnv('PROBE_TEST_LEAVES', leaves);
  onTestFinished(() => void vi.unstubAllEnvs());
  const outcome = await shortRun({}, { workerEntry: workerFixture('helper') });
  const pids = readFileSync(file, 'utf8').trim().split('\n').map(Number);
  onTestFinished(() => {
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });
  return { ...outcome, pids };
}

describe('a helper process that a driver leaves behind', () => {
  it('ends with the process that started it, and nothing waits for it', async () => {
    const { result, pids } = await helpersOf('group');
    expect(pids).toHaveLength(3);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(result.verdict).toBe('works');
    expect(result.processes.map(({ exit }) => exit)).toEqual([0, 0, 0]);
  });

  it('holds up no run, even if it has left the group and keeps the output open', async () => {
    const { result, pids } = await helpersOf('session');
    expect(pids.filter(isAlive)).toHaveLength(3);
    expect(result.verdict).toBe('works');
    expect(result.processes.map(({ exit }) => exit)).toEqual([0, 0, 0]);
  });
});

it('a worker that sends what is no message is ended, and said to have sent it', async () => {
  const { result } = await shortRun({}, { workerEntry: workerFixture('liar') });
  const [reader] = result.processes.filter(({ role, index }) => role === 'reader' && index === 0);
  expect(reader).toMatchObject({ state: 'died', signal: 'SIGKILL' });
  expect(reader!.stderr_tail).toContain('it sent what is no message: an event: start');
  expect(result.verdict).toBe('errors');
});

it('processes that cannot be started for want of open files are one sentence, and nothing is left', async () => {
  const tmp = await temporaryDirectory();
  const bin = fileURLToPath(new URL('../../bin/probe.js', import.meta.url));
  const few = 'ulimit -n 100; exec "$0" "$@"';
  const options = ['reference', '--readers', '64', '--rows', '100', '--no-save', '--quiet'];
  const { status, stderr } = spawnSync('sh', ['-c', few, process.execPath, bin, ...options], {
    env: { ...process.env, TMPDIR: tmp },
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/^error: \d+ of 65 processes could not be started \(.*EMFILE\): .*\n$/);
  expect(status).toBe(3);
  expect(readdirSync(tmp)).toEqual([]);
});

it('no copy is audited any more after a second Ctrl-C', async () => {
  const file = join(await temporaryDirectory(), 'helpers');
  vi.stubEnv('PROBE_TEST_HELPERS', file);
  onTestFinished(() => void vi.unstubAllEnvs());
  const [first, second] = [new AbortController(), new AbortController()];
  const run = shortRun(
    { access: 'isolated' },
    {
      workerEntry: workerFixture('helper'),
      interrupt: { first: first.signal, second: second.signal },
      onProgress({ phase }) {
        if (phase !== 'audit') return;
        first.abort();
        second.abort();
      },
    },
  );
  await expect(run).rejects.toThrow('interrupted: there is no result.');
  // One line of the seeder, of a reader, and of the auditor of the first copy.
  expect(readFileSync(file, 'utf8').trim().split('\n').length).toBeLessThanOrEqual(3);
});
