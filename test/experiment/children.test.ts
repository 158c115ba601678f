/** Child processes: how each ends, and what ends with it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
