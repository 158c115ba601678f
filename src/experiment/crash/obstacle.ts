import { randomBytes } from 'node:crypto';
import { mkdir, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CrashMode, Filesystem } from '../../core/crash.ts';
import { messageOf } from '../../core/errors.ts';
import { Guard } from '../guard.ts';
import { OWNER_FILE, ownerText } from '../owner-file.ts';
import { RUN_DIRECTORY_PREFIX } from '../place.ts';
import { missingPrograms } from './commands.ts';
import { IMAGE_BYTES, ImageVolume, smallVolume } from './volumes.ts';

const TRIED_BYTES = 2 ** 20;
const PACKAGES: Record<string, string> = {
  mount: 'mount',
  'mkfs.ext4': 'e2fsprogs',
  'mkfs.xfs': 'xfsprogs',
  // It shuts the file system down, ext4 as well.
  xfs_io: 'xfsprogs',
};

/** Why a mode cannot be tried here, and what to do about it. */
export interface Obstacle {
  why: string;
  /** A command, or what must be had. */
  help: string;
}

/** Both in one sentence. */
export function skipText({ why, help }: Obstacle): string {
  return `${why}: ${help}`;
}

/** What keeps this mode from being tried here; null if nothing does. */
export async function obstacle(
  mode: CrashMode,
  filesystems: Filesystem[],
  sizeBytes: number = IMAGE_BYTES,
): Promise<Obstacle | null> {
  if (mode === 'kill' || mode === 'pause') return null;
  if (process.platform !== 'linux') {
    return { why: `--mode ${mode} mounts file systems of its own`, help: 'run it on Linux' };
  }
  if (process.getuid!() !== 0) {
    return { why: `--mode ${mode} mounts a file system and needs root`, help: 'run it with sudo' };
  }
  const programs =
    mode === 'disk-full'
      ? ['mount']
      : ['mount', 'xfs_io', ...filesystems.map((fs) => `mkfs.${fs}`)];
  const missing = await missingPrograms(...programs);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((program) => PACKAGES[program]!))].join(' ');
    return {
      why: `--mode ${mode} needs ${missing.map(whatFor).join(', ')}`,
      help: `apt-get install ${packages}`,
    };
  }
  const { bavail, bsize } = await statfs(tmpdir());
  // An image that cannot grow fails writes that the database had every right to make.
  if (mode === 'power-loss' && bavail * bsize < sizeBytes) {
    const [wants, has] = [sizeBytes, bavail * bsize].map((bytes) => Math.ceil(bytes / 2 ** 20));
    return {
      why: `--mode ${mode} needs ${wants} MB in ${tmpdir()}, where ${has} MB are free`,
      help: 'set TMPDIR to a directory with more room',
    };
  }
  for (const type of mode === 'disk-full' ? (['tmpfs'] as const) : filesystems) {
    const failure = await mountFailure(type);
    if (failure === null) continue;
    return {
      why: `--mode ${mode} mounts ${type} file systems, which does not work here (${failure.replace(/\.$/, '')})`,
      help: 'run it where mounts are allowed, outside of a container',
    };
  }
  return null;
}

/** A program by its name, and why it is needed where that is not plain. */
function whatFor(program: string): string {
  return program === 'xfs_io' ? 'xfs_io (it cuts the power, of ext4 as well)' : program;
}

/** What mounting such a file system says here; null if it works. */
async function mountFailure(type: 'tmpfs' | Filesystem): Promise<string | null> {
  const guard = new Guard();
  const directory = join(tmpdir(), `${RUN_DIRECTORY_PREFIX}${randomBytes(6).toString('hex')}`);
  guard.path(directory);
  try {
    await mkdir(directory, { mode: 0o700 });
    await writeFile(join(directory, OWNER_FILE), ownerText());
    const volume =
      type === 'tmpfs'
        ? await smallVolume(directory, guard, TRIED_BYTES)
        : await ImageVolume.make(directory, guard, type, IMAGE_BYTES);
    await volume.release();
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    // It removes the directory too.
    await guard.close();
  }
}
