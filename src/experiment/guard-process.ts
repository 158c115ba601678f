/**
 * The guard: a process without a driver that reads a pipe from the coordinator. However the coordinator ends, the pipe
 * ends; then the guard SIGKILLs what children are left (stopped ones too), undoes mounts and removes the run's paths.
 */
import { execFileSync } from 'node:child_process';
import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOfLine } from './guard-protocol.ts';
import { exists } from '../system/exists.ts';
import { killGroup, startTicksOf } from '../system/proc.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Nobody may be there to hear that it goes on.
process.stdout.on('error', () => undefined);

const TRIES = 10;
const RETRY_MS = 200;
const UNDO_LIMIT_MS = 10_000;
/** A waiting coordinator is told that something was done, but not so often that the pipe could be full. */
const TELL_EVERY_MS = 500;

const children = new Map<number, string | null>();
const paths = new Set<string>();
const undos = new Map<string, string[]>();

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const message = messageOfLine(line);
  if (message?.type === 'child') children.set(message.pid, message.startTicks);
  if (message?.type === 'exited') children.delete(message.pid);
  if (message?.type === 'path') paths.add(message.path);
  if (message?.type === 'removed') paths.delete(message.path);
  if (message?.type === 'undo') undos.set(message.key, message.command);
  if (message?.type === 'undone') undos.delete(message.key);
});
lines.on('close', () => void undoAll());

/** Until nothing is left: a mount that the coordinator had begun when it was killed may come after its undoing. */
async function undoAll(): Promise<void> {
  for (const [pid, startTicks] of children) await attempt(() => killChild(pid, startTicks));
  for (let tries = 0; tries < TRIES; tries++) {
    for (const [program, ...args] of [...undos.values()].reverse()) {
      await attempt(() =>
        execFileSync(program!, args, { stdio: 'ignore', timeout: UNDO_LIMIT_MS }),
      );
      tellProgress();
    }
    for (const path of await pathsLeft()) await attempt(async () => remove(path));
    if ((await pathsLeft()).length === 0) return;
    await sleep(RETRY_MS);
  }
}

async function pathsLeft(): Promise<string[]> {
  const left: string[] = [];
  for (const path of paths) {
    // What may not be looked at may be there.
    if (await exists(path).catch(() => true)) left.push(path);
  }
  return left;
}

/** It leads a process group, which outlives it if a driver has started a helper; a later process of its pid is spared. */
function killChild(pid: number, startTicks: string | null): void {
  const now = startTicksOf(pid);
  if (now === null || now === startTicks) killGroup(pid);
}

/** Removes what is there and below on the same file system: what is mounted inside may be somebody's data. */
async function remove(path: string, device?: number): Promise<void> {
  const found = await lstat(path);
  if (device !== undefined && found.dev !== device) return;
  if (found.isDirectory()) {
    for (const name of await readdir(path)) {
      await attempt(async () => remove(join(path, name), found.dev));
    }
    await rmdir(path);
  } else await unlink(path);
  tellProgress();
}

let toldMs = 0;

function tellProgress(): void {
  if (performance.now() - toldMs < TELL_EVERY_MS) return;
  toldMs = performance.now();
  process.stdout.write('.');
}

/** Nobody is left to tell of a failure, and the next thing must be undone all the same. */
async function attempt(undo: () => unknown): Promise<void> {
  try {
    await undo();
  } catch {
    process.exitCode = 1;
  }
}
