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

/** A run with an owner that so many strangers come to, some of whom are still there when it ends: nothing comes of it. */
export async function expectUnmoved(
  [rpc, listen]: (typeof DOORS)[number],
  strangers: number,
): Promise<void> {
  const tmp = await temporaryDirectory();
  const options = ['--access', 'owner', '--rpc', rpc, '--listen', listen, '--json'];
  const run = await startRun(tmp, 'reference', 'work', ...options);
  const staying = await visit(ownerIn(tmp, listen), strangers, 42);
  run.process.kill('SIGINT');
  await run.ended;
  for (const socket of staying) socket.destroy();
  const result = JSON.parse(run.said.stdout) as Result;
  expect(result.errors).toEqual([]);
  expect(result.processes.map(({ role, state, exit }) => [role, state, exit])).toEqual(
    expect.arrayContaining([['owner', 'finished', 0]]),
  );
  expect(result.processes.filter(({ state }) => state !== 'finished')).toEqual([]);
  expect(result.counts).toMatchObject({ open_err: 0, strangers });
  expect(result.warnings.join()).toMatch(/connections without the run's token reached the owner/);
  expect(result.verdict).toBe('works');
}
