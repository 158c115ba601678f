import { readlinkSync } from 'node:fs';
import { isAlive, startTicksOf } from '../system/proc.ts';

/** In the directory of each run: who made it. */
export const OWNER_FILE = 'owner.json';

interface Owner {
  pid: number;
  /** With the pid they name one process for good; null where there is no /proc. */
  startTicks: string | null;
  pidNamespace: string | null;
}

/** What names this process in its owner file, and in the markers of its databases. */
export function ownIdentity(): Owner {
  const { pid } = process;
  return { pid, startTicks: startTicksOf(pid), pidNamespace: pidNamespace() };
}

/** The text of this process's owner file. */
export function ownerText(): string {
  return JSON.stringify(ownIdentity());
}

/** Whether the process that wrote this is certainly running. */
export function isOwnerAlive(text: string): boolean {
  const owner = parse(text);
  if (typeof owner?.pid !== 'number' || owner.pidNamespace !== pidNamespace()) return false;
  return isAlive(owner.pid) && owner.startTicks === startTicksOf(owner.pid);
}

/** Whether the process that wrote this is certainly gone: a half-written file, or one of another container, tells nothing. */
export function isOwnerGone(text: string): boolean {
  const owner = parse(text);
  if (typeof owner?.pid !== 'number' || owner.pidNamespace !== pidNamespace()) return false;
  if (!isAlive(owner.pid)) return true;
  return typeof owner.startTicks === 'string' && owner.startTicks !== startTicksOf(owner.pid);
}

function parse(text: string): Partial<Owner> | null {
  try {
    return JSON.parse(text) as Partial<Owner> | null;
  } catch {
    return null;
  }
}

function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}
