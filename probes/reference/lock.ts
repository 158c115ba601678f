import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readlink, symlink, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, StoreError } from './failure.ts';

const POLL_MS = 1;
const POLL_JITTER_MS = 4;

/**
 * Runs `work` while holding the exclusive lock at `path`, which works between processes, threads and connections alike.
 *
 * The lock is a symbolic link whose target names its holder: created by one system call, never seen half-written. The
 * link of a holder that died is removed by whoever waits.
 */
export async function withLock<T>(
  path: string,
  waitLimitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  await acquire(path, performance.now() + waitLimitMs, waitLimitMs);
  try {
    return await work();
  } finally {
    await unlink(path);
  }
}

async function acquire(path: string, deadline: number, waitLimitMs: number): Promise<void> {
  const own = holderName();
  while (!(await link(own, path))) {
    const holder = await targetOf(path);
    if (holder === undefined) continue;
    if (performance.now() > deadline) {
      const pid = pidOf(holder);
      throw new StoreError(
        `the writer lock is held by PID ${pid} and was not released within ${waitLimitMs} ms`,
        { class: 'lock.conflict', outcome: 'fail', holder: `PID ${pid}` },
      );
    }
    if (isAlive(holder)) await sleep(POLL_MS + Math.random() * POLL_JITTER_MS);
    else await removeLinkOf(holder, path, deadline, waitLimitMs);
  }
}

/**
 * Two waiters may find the same dead holder, and the slower must not remove the faster's new link: so they do it under
 * a lock named after that dead holder, and look again. No two holders ever have the same name.
 */
async function removeLinkOf(
  dead: string,
  path: string,
  deadline: number,
  waitLimitMs: number,
): Promise<void> {
  const guard = `${path}.${dead}`;
  await acquire(guard, deadline, waitLimitMs);
  try {
    if ((await targetOf(path)) === dead) await unlink(path);
  } finally {
    await unlink(guard);
  }
}

/** False if there is a link already. */
async function link(target: string, path: string): Promise<boolean> {
  try {
    await symlink(target, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function targetOf(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A name that no other holder ever has, and that tells whether this process still lives. */
export function holderName(): string {
  return `${process.pid}-${startOf(process.pid)}-${randomUUID()}`;
}

export function isAlive(holder: string): boolean {
  const pid = pidOf(holder);
  return holder.startsWith(`${pid}-${startOf(pid)}-`);
}

function pidOf(holder: string): number {
  return Number(holder.split('-', 1)[0]);
}

/**
 * When the process started, so that another one with the same number is not taken for it; undefined if it is gone.
 * A killed process that its parent has not yet waited for is gone.
 */
function startOf(pid: number): string | undefined {
  if (!existsSync('/proc/self/stat')) return isSignallable(pid) ? '0' : undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return undefined;
    throw error;
  }
}

function isSignallable(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
