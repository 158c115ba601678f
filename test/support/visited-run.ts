import { expect } from 'vitest';
import type { Result } from '../../src/core/result.ts';
import { startRun } from './started-run.ts';
import { ownerIn, visit } from './strangers.ts';
import { temporaryDirectory } from './run.ts';

/** How an owner is reached. */
export const DOORS = [
  ['ws', 'tcp'],
  ['ws', 'unix'],
  ['http-json', 'tcp'],
  ['http-json', 'unix'],
] as const;

/** A run with an owner that so many strangers come to, some of whom are still there when it ends: they are counted, and nothing else comes of it. */
export async function visitedRun(
  [rpc, listen]: (typeof DOORS)[number],
  strangers: number,
): Promise<Result> {
  const tmp = await temporaryDirectory();
  const options = ['--access', 'owner', '--rpc', rpc, '--listen', listen, '--json'];
  const run = await startRun(tmp, 'reference', 'work', ...options);
  const { staying, came } = await visit(ownerIn(tmp, listen), strangers, 42);
  expect(came).toBeGreaterThan(strangers / 2);
  run.process.kill('SIGINT');
  await run.ended;
  for (const socket of staying) socket.destroy();
  const result = JSON.parse(run.said.stdout) as Result;
  expect(result.errors).toEqual([]);
  expect(result.processes.map(({ role, state, exit }) => [role, state, exit])).toEqual(
    expect.arrayContaining([['owner', 'finished', 0]]),
  );
  expect(result.processes.filter(({ state }) => state !== 'finished')).toEqual([]);
  expect(result.counts.open_err).toBe(0);
  if (listen === 'unix') expect(result.counts.strangers).toBe(came);
  // A port may lose one that comes when its queue is full, and only its own side takes it for connected.
  expect(result.counts.strangers).toBeLessThanOrEqual(came);
  expect(result.counts.strangers).toBeGreaterThan(strangers / 2);
  expect(result.warnings.join()).toMatch(/connections without the run's token reached the owner/);
  return result;
}
