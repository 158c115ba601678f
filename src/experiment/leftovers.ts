import { execFile } from 'node:child_process';
import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CannotRunError, messageOf } from '../core/errors.ts';
import { mountsBelow } from '../system/mounts.ts';
import { livingChildren } from './children-file.ts';
import { isOwnerGone, OWNER_FILE } from './owner-file.ts';
import { RUN_DIRECTORY_PREFIX } from './place.ts';

/** The directory of a run whose coordinator and guard were both killed. */
export interface Leftover {
  directory: string;
  /** On the disk; what is mounted inside is not counted. */
  bytes: number;
  /** Mount points inside it, the innermost first. */
  mounts: string[];
  /** Its processes that are still alive: stopped ones do not notice that nobody is left. */
  processes: number[];
}

const NAME = new RegExp(`^${RUN_DIRECTORY_PREFIX}[0-9a-f]{12}$`);

/** What killed runs of this user left in the temporary directory. What may belong to a living one is not listed. */
export async function findLeftovers(): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for (const name of (await entriesOf(tmpdir())).filter((entry) => NAME.test(entry)).toSorted()) {
    const directory = join(tmpdir(), name);
    if (!(await isLeft(directory))) continue;
    const [mounts, processes] = [mountsBelow(directory), livingChildren(directory)];
    found.push({ directory, bytes: await bytesOf(directory), mounts, processes });
  }
  return found;
}

/** Kills the processes of these runs, unmounts what is mounted inside, then removes the directories; nothing else. */
export async function removeLeftovers(leftovers: readonly Leftover[]): Promise<void> {
  for (const { directory } of leftovers) {
    for (const pid of livingChildren(directory)) kill(pid);
    for (const point of mountsBelow(directory)) await unmount(point);
    // Never through a mount: what lies behind it may be somebody's data.
    const [still] = mountsBelow(directory);
    if (still !== undefined) throw new CannotRunError(`${still} is still mounted; try again.`);
    await rm(directory, { recursive: true, force: true });
  }
}

/** Where there is no such directory, or none that may be read, nothing was left; what needs it says so better. */
async function entriesOf(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

async function isLeft(directory: string): Promise<boolean> {
  try {
    const { uid } = await lstat(directory);
    if (uid !== process.getuid?.()) return false;
    return isOwnerGone(await readFile(join(directory, OWNER_FILE), 'utf8'));
  } catch (error) {
    // Just made, or just removed.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has just ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function unmount(point: string): Promise<void> {
  try {
    await promisify(execFile)('umount', ['-l', point]);
  } catch (error) {
    throw new CannotRunError(`${point} cannot be unmounted: ${messageOf(error).trim()}`);
  }
}

const BLOCK_BYTES = 512;

/** Images are sparse: what counts is what they take. Files that vanish meanwhile take nothing. */
async function bytesOf(path: string, device?: number): Promise<number> {
  try {
    const found = await lstat(path);
    if (device !== undefined && found.dev !== device) return 0;
    let total = found.blocks * BLOCK_BYTES;
    if (!found.isDirectory()) return total;
    for (const name of await readdir(path)) total += await bytesOf(join(path, name), found.dev);
    return total;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
