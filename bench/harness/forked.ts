import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { within } from '../../src/system/within.ts';

/** Far longer than hundreds of processes need to start on few processors. */
const READY_LIMIT_MS = 300_000;

/** Waits until each fork has sent its first message. Throws if one ends before, or if that takes too long. */
export async function ready(children: readonly ChildProcess[]): Promise<void> {
  const all = Promise.all(children.map(async (child) => firstMessage(child)));
  const told = await within(READY_LIMIT_MS, all);
  if (told === undefined) throw new Error(`a fork said nothing for ${READY_LIMIT_MS} ms`);
}

async function firstMessage(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`a fork ended with ${code ?? signal} before it was ready`)),
    );
  });
}

/** Kills each fork that has not ended, and sees it end. */
export async function killAll(children: readonly ChildProcess[]): Promise<void> {
  const left = children.filter(
    ({ pid, exitCode, signalCode }) => pid && (exitCode ?? signalCode) === null,
  );
  const exits = left.map(async (child) => once(child, 'exit'));
  for (const child of left) child.kill('SIGKILL');
  await Promise.all(exits);
}
