import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CannotRunError } from '../../core/errors.ts';
import type { Filesystem } from '../../core/crash.ts';
import { mountsBelow } from '../../system/mounts.ts';
import type { Guard } from '../guard.ts';
import type { Volume } from '../place.ts';
import { command } from './commands.ts';

/** XFS wants 300 MB at least; the images are sparse. */
export const IMAGE_BYTES = 320 * 2 ** 20;
/** Beside its floats a row has text, keys and what indexes it. */
const ROW_BYTES = 400;
const COPIES_WHILE_LOADING = 3;

/** What a database of so many rows takes at most while it is loaded. */
export function loadedBytes(rows: number, dims: number): number {
  return rows * (dims * 4 + ROW_BYTES) * COPIES_WHILE_LOADING;
}

/** Of the image of a file system on which such a database is loaded and worked on. */
export function imageBytes(rows: number, dims: number): number {
  return IMAGE_BYTES + loadedBytes(rows, dims);
}

/** A file system in memory that is full after so many bytes. */
export async function smallVolume(
  directory: string,
  guard: Guard,
  sizeBytes: number,
): Promise<Volume> {
  const point = await mountPoint(directory, guard);
  await command('mount', '-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', point);
  return { directory: point, release: async () => unmount(point, guard) };
}

/** A real file system in an image, whose power can be cut: what was not synced is gone. */
export class ImageVolume implements Volume {
  readonly directory: string;
  readonly #point: string;
  readonly #image: string;
  readonly #guard: Guard;

  private constructor(point: string, image: string, guard: Guard) {
    this.#point = point;
    this.#image = image;
    this.#guard = guard;
    this.directory = join(point, 'volume');
  }

  static async make(
    directory: string,
    guard: Guard,
    type: Filesystem,
    sizeBytes: number,
  ): Promise<ImageVolume> {
    const image = join(directory, 'image');
    await command('truncate', '-s', String(sizeBytes), image);
    await command(`mkfs.${type}`, '-q', image);
    const volume = new ImageVolume(await mountPoint(directory, guard), image, guard);
    await command('mount', '-o', 'loop', image, volume.#point);
    await mkdir(volume.directory);
    return volume;
  }

  /** Everything written so far is on the "disk". */
  async sync(): Promise<void> {
    await command('sync', '-f', this.#point);
  }

  /** Shuts the file system down without flushing its log; from here on nothing reaches the image. */
  async cut(): Promise<void> {
    await command('xfs_io', '-x', '-c', 'shutdown', this.#point);
  }

  /** Mounts again what survived: the journal is replayed. */
  async remount(): Promise<void> {
    await command('umount', this.#point);
    await command('mount', '-o', 'loop', this.#image, this.#point);
  }

  async release(): Promise<void> {
    await unmount(this.#point, this.#guard);
  }
}

/** The guard knows how to undo the mount before it is made. */
async function mountPoint(directory: string, guard: Guard): Promise<string> {
  const point = join(directory, 'mount');
  await mkdir(point);
  guard.undo(point, ['umount', '-l', point]);
  return point;
}

async function unmount(point: string, guard: Guard): Promise<void> {
  // A process that was just killed may hold it for a moment longer; detached, it goes with its last user.
  for (const how of [[], ['-l']]) {
    if (isMounted(point)) await command('umount', ...how, point).catch(() => undefined);
  }
  if (isMounted(point)) throw new CannotRunError(`${point} cannot be unmounted.`);
  guard.undone(point);
}

function isMounted(point: string): boolean {
  return mountsBelow(dirname(point)).includes(point);
}
