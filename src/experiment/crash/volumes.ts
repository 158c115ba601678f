import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../core/errors.ts';
import type { CrashMode, Filesystem } from '../../core/crash.ts';
import { Guard } from '../guard.ts';
import { RUN_DIRECTORY_PREFIX, type Volume } from '../place.ts';
import { command, missingPrograms } from './commands.ts';

/** XFS wants 300 MB at least; the images are sparse. */
const IMAGE_BYTES = 320 * 2 ** 20;
const PACKAGES: Record<string, string> = {
  mount: 'mount',
  'mkfs.ext4': 'e2fsprogs',
  'mkfs.xfs': 'xfsprogs',
  xfs_io: 'xfsprogs',
};

/** Why this mode cannot be tried here, and what to do about it; null if it can. */
export async function obstacle(mode: CrashMode, filesystems: Filesystem[]): Promise<string | null> {
  if (mode === 'kill' || mode === 'pause') return null;
  if (process.platform !== 'linux') return `--mode ${mode} needs Linux (mounts of its own).`;
  if (process.getuid!() !== 0)
    return `--mode ${mode} mounts a file system and needs root: sudo it.`;
  const programs =
    mode === 'disk-full'
      ? ['mount']
      : ['mount', 'xfs_io', ...filesystems.map((fs) => `mkfs.${fs}`)];
  const missing = await missingPrograms(...programs);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((program) => PACKAGES[program]!))].join(' ');
    return `--mode ${mode} needs ${missing.join(', ')}: apt-get install ${packages}`;
  }
  const guard = new Guard();
  const directory = join(tmpdir(), `${RUN_DIRECTORY_PREFIX}${randomBytes(6).toString('hex')}`);
  guard.path(directory);
  try {
    await mkdir(directory, { mode: 0o700 });
    const volume = await smallVolume(directory, guard, 2 ** 20);
    await volume.release();
    return null;
  } catch (error) {
    return `--mode ${mode} mounts a file system, which is not permitted here: ${messageOf(error)}`;
  } finally {
    // It removes the directory too.
    await guard.close();
  }
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

  static async make(directory: string, guard: Guard, type: Filesystem): Promise<ImageVolume> {
    const image = join(directory, 'image');
    await command('truncate', '-s', String(IMAGE_BYTES), image);
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
  await command('umount', point).catch(async () => command('umount', '-l', point));
  guard.undone(point);
}
