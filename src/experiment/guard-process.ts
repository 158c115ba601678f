/**
 * The guard: a process without a driver that reads a pipe from the coordinator. However the coordinator ends, the pipe
 * ends; then the guard SIGKILLs what children are left (stopped ones too), undoes mounts and removes the run's paths.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ToGuard } from './guard-protocol.ts';
import { startTicksOf } from '../system/proc.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const TRIES = 10;
const RETRY_MS = 200;

const children = new Map<number, string | null>();
const paths = new Set<string>();
const undos = new Map<string, string[]>();

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const message = JSON.parse(line) as ToGuard;
  if (message.type === 'child') children.set(message.pid, message.startTicks);
  if (message.type === 'exited') children.delete(message.pid);
  if (message.type === 'path') paths.add(message.path);
  if (message.type === 'removed') paths.delete(message.path);
  if (message.type === 'undo') undos.set(message.key, message.command);
  if (message.type === 'undone') undos.delete(message.key);
});
lines.on('close', () => {
  for (const [pid, startTicks] of children) {
    if (startTicksOf(pid) === startTicks) attempt(() => process.kill(pid, 'SIGKILL'));
  }
  void undoAll();
});

/** Until nothing is left: a mount that the coordinator had begun when it was killed may come after its undoing. */
async function undoAll(): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    for (const [program, ...args] of [...undos.values()].reverse()) {
      attempt(() => execFileSync(program!, args, { stdio: 'ignore', timeout: 10_000 }));
    }
    for (const path of paths) {
      attempt(() => rmSync(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 }));
    }
    if (![...paths].some((path) => existsSync(path))) return;
    await sleep(RETRY_MS);
  }
}

/** Nobody is left to tell of a failure, and the next thing must be undone all the same. */
function attempt(undo: () => void): void {
  try {
    undo();
  } catch {
    process.exitCode = 1;
  }
}
