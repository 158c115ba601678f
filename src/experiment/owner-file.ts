import { readFileSync, readlinkSync } from 'node:fs';
import { UsageError } from '../core/errors.ts';
import { openRegular } from '../store/regular-file.ts';
import { isAlive, startTicksOf } from '../system/proc.ts';

/** In the directory of each run: who made it. */
export const OWNER_FILE = 'owner.json';

/** What names one process for good, among those that can see each other. Null: there is no /proc. */
interface Identity {
  pid: number;
  /** With the pid it names one process of a boot. */
  startTicks: string | null;
  pidNamespace: string | null;
  /** Files of earlier versions have none: nobody can tell which boot they are of. */
  bootId?: string | null;
}

/** What is known of the process that wrote an identity. What it made may be touched if it is `gone`, else never. */
export interface Standing {
  state: 'gone' | 'running' | 'unknown';
  /** The process in words: "process 17". */
  who: string;
}

/** What names this process in its owner file, and in the markers of its databases. */
export function ownIdentity(): Identity {
  const { pid } = process;
  return { pid, startTicks: startTicksOf(pid), pidNamespace: pidNamespace(), bootId: bootId() };
}

/** The text of this process's owner file. */
export function ownerText(): string {
  return JSON.stringify(ownIdentity());
}

/**
 * Whether the process that wrote this is gone. Only the same boot and the same pid namespace prove it: another namespace
 * is another container, and another boot may be another host that shares the volume, as well as this one before it was
 * started again. Half a file proves nothing either.
 */
export function standingOf(text: string): Standing {
  const owner = parse(text);
  const pid = owner?.pid;
  if (typeof pid !== 'number') return { state: 'unknown', who: 'a process that it does not name' };
  const who = `process ${pid}`;
  const here = ownIdentity();
  const isSeen = here.bootId !== null && here.pidNamespace !== null;
  if (!isSeen || owner?.bootId !== here.bootId || owner?.pidNamespace !== here.pidNamespace) {
    const where = 'of another container or host, or from before this one was last started';
    return { state: 'unknown', who: `${who} ${where}` };
  }
  if (!isAlive(pid)) return { state: 'gone', who };
  const startTicks = startTicksOf(pid);
  // Processes of others may be hidden: they are alive, and do not say since when.
  if (startTicks === null || typeof owner.startTicks !== 'string') return { state: 'unknown', who };
  return { state: startTicks === owner.startTicks ? 'running' : 'gone', who };
}

/** No identity is longer. */
const LONGEST_BYTES = 4096;

/** Reads a file that holds an identity; what is none, such as a named pipe, a directory or a huge file, is an error. */
export async function readIdentity(path: string): Promise<string> {
  const file = await openRegular(path);
  try {
    const buffer = Buffer.alloc(LONGEST_BYTES + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    if (bytesRead > LONGEST_BYTES) {
      throw new UsageError(`${path} has more than ${LONGEST_BYTES} bytes`);
    }
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function parse(text: string): Partial<Identity> | null {
  try {
    return JSON.parse(text) as Partial<Identity> | null;
  } catch {
    return null;
  }
}

/** Null also where /proc is that of another pid namespace: its pids are not ours. */
function pidNamespace(): string | null {
  try {
    const isOurs = readlinkSync('/proc/self') === String(process.pid);
    return isOurs ? readlinkSync('/proc/self/ns/pid') : null;
  } catch {
    return null;
  }
}

function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
