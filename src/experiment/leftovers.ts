import { execFile } from 'node:child_process';
import { lstat, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CannotRunError, messageOf } from '../core/errors.ts';
import { codeOf } from '../store/read-failure.ts';
import { exists } from '../system/exists.ts';
import { mountsBelow } from '../system/mounts.ts';
import { livingChildren } from './children-file.ts';
import { OWNER_FILE, readIdentity, standingOf } from './owner-file.ts';
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

/** What is named like the directory of a run, and of which nothing proves that it was left by one of ours. */
export interface Stray {
  path: string;
  /** Completes a sentence that begins with the path: "is no directory of a run". */
  why: string;
}

const NAME = new RegExp(`^${RUN_DIRECTORY_PREFIX}[0-9a-f]{12}$`);

/** What killed runs of this user left in the temporary directory. Living runs are listed nowhere. */
export async function findLeftovers(): Promise<{ leftovers: Leftover[]; strays: Stray[] }> {
  const leftovers: Leftover[] = [];
  const strays: Stray[] = [];
  for (const name of (await entriesOf(tmpdir())).filter((entry) => NAME.test(entry)).toSorted()) {
    const path = join(tmpdir(), name);
    try {
      const why = await whyNotLeft(path);
      if (why === null) leftovers.push(await leftoverAt(path));
      else if (why !== '') strays.push({ path, why });
    } catch (error) {
      // It has just been removed.
      if (codeOf(error) === 'ENOENT') continue;
      strays.push({ path, why: `cannot be looked at (${messageOf(error)})` });
    }
  }
  return { leftovers, strays };
}

/**
 * Kills the processes of these runs, unmounts what is mounted inside, then removes the directories; nothing else. What
 * cannot be removed is said once the others are gone.
 */
export async function removeLeftovers(leftovers: readonly Leftover[]): Promise<void> {
  const failures: string[] = [];
  for (const { directory } of leftovers) {
    try {
      await removeOne(directory);
    } catch (error) {
      failures.push(`${directory} cannot be removed: ${messageOf(error)}`);
    }
  }
  if (failures.length > 0) throw new CannotRunError(failures.join('; '));
}

async function removeOne(directory: string): Promise<void> {
  for (const pid of await livingChildren(directory)) kill(pid);
  for (const point of mountsBelow(directory)) await unmount(point);
  // Never through a mount: what lies behind it may be somebody's data.
  const [still] = mountsBelow(directory);
  if (still !== undefined) throw new CannotRunError(`${still} is still mounted; try again.`);
  await rm(directory, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
}

/** Where there is no such directory, or none that may be read, nothing was left; what needs it says so better. */
async function entriesOf(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

/** Why this entry was not left by a killed run; empty where that needs no word, null if it was left by one. */
async function whyNotLeft(path: string): Promise<string | null> {
  const owner = join(path, OWNER_FILE);
  const found = await lstat(path);
  if (!found.isDirectory()) return 'is no directory of a run';
  if (found.uid !== process.getuid?.()) return `belongs to another user (${found.uid})`;
  // Just made, or just removed.
  if (!(await exists(owner))) return '';
  const { state, who } = standingOf(await readIdentity(owner));
  if (state === 'unknown') return `was made by ${who}, which cannot be proven gone`;
  return state === 'running' ? '' : null;
}

async function leftoverAt(directory: string): Promise<Leftover> {
  const [bytes, processes] = [await bytesOf(directory), await livingChildren(directory)];
  return { directory, bytes, mounts: mountsBelow(directory), processes };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has just ended by itself.
    if (codeOf(error) !== 'ESRCH') throw error;
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

/** Images are sparse: what counts is what they take. What vanishes meanwhile, or may not be looked into, takes nothing. */
async function bytesOf(path: string, device?: number): Promise<number> {
  try {
    const found = await lstat(path);
    if (device !== undefined && found.dev !== device) return 0;
    let total = found.blocks * BLOCK_BYTES;
    if (!found.isDirectory()) return total;
    for (const name of await readdir(path)) total += await bytesOf(join(path, name), found.dev);
    return total;
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) return 0;
    throw error;
  }
}
