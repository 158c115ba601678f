/** The coordinator, or all of its processes, are stopped for longer than any operation may take, and go on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Result } from '../../src/core/result.ts';
import { descendants, running } from '../support/processes.ts';
import { shortRun, temporaryDirectory, workerFixture } from '../support/run.ts';
import { startRun } from '../support/started-run.ts';

/** Beyond --op-timeout and the grace of the watchdog. */
const STOPPED_MS = 4000;
const OPTIONS = ['--json', '--readers', '2', '--op-timeout', '0.5', '--duration', '5'];

async function stopped(whom: 'coordinator' | 'everybody', phase: string): Promise<Result> {
  const run = await startRun(await temporaryDirectory(), 'reference', phase, ...OPTIONS);
  const own = run.process.pid!;
  const pids = whom === 'coordinator' ? [own] : [own, ...descendants(own)];
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  await sleep(STOPPED_MS);
  for (const pid of pids) process.kill(pid, 'SIGCONT');
  expect(await run.ended).toEqual({ code: 0, signal: null });
  return JSON.parse(run.said.stdout) as Result;
}

it.each(['spawn', 'work'])(
  'a coordinator that is stopped while its processes %s accuses none of them',
  async (phase) => {
    const { verdict, processes } = await stopped('coordinator', phase);
    expect(processes.map(({ state }) => state)).toEqual(['finished', 'finished', 'finished']);
    expect(verdict).toBe('works');
  },
);

it.each(['work', 'drain'])(
  'a run that is stopped as a whole in its phase %s goes on as if nothing had been',
  async (phase) => {
    const { verdict, processes } = await stopped('everybody', phase);
    expect(processes.map(({ state }) => state)).toEqual(['finished', 'finished', 'finished']);
    expect(verdict).toBe('works');
  },
);

it('a worker that is stopped while it has nothing to do is said to be silent, not slow', async () => {
  const options = ['--json', '--writers', '0', '--readers', '1', '--read-rate', '0.01'];
  const limits = ['--op-timeout', '0.5', '--duration', '20'];
  const tmp = await temporaryDirectory();
  const run = await startRun(tmp, 'reference', 'work', ...options, ...limits);
  const [worker] = running(descendants(run.process.pid!), 'worker/entry');
  process.kill(worker!, 'SIGSTOP');
  await run.ended;
  const { processes } = JSON.parse(run.said.stdout) as Result;
  expect(processes).toMatchObject([
    { state: 'hung', stderr_tail: 'it gave no sign of life for 2500 ms' },
  ]);
});

it('an owner that is stopped is what hangs, and not the clients that wait for it', async () => {
  const workerEntry = workerFixture('owner-stopped');
  const { result } = await shortRun({ access: 'owner', opTimeoutMs: 1500 }, { workerEntry });
  const states = result.processes.map(({ role, state }) => `${role} ${state}`);
  expect(states).toEqual(['owner hung', 'writer finished', 'reader finished', 'reader finished']);
  expect(result.verdict).toBe('errors');
});
