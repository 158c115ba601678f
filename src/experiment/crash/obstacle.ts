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
  xfs_io: 'xfsprogs',
};

/** Why this mode cannot be tried here, and what to do about it; null if it can. */
export async function obstacle(
  mode: CrashMode,
  filesystems: Filesystem[],
  sizeBytes: number = IMAGE_BYTES,
): Promise<string | null> {
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
  const { bavail, bsize } = await statfs(tmpdir());
  // An image that cannot grow fails writes that the database had every right to make.
  if (mode === 'power-loss' && bavail * bsize < sizeBytes) {
    const [wants, has] = [sizeBytes, bavail * bsize].map((bytes) => Math.ceil(bytes / 2 ** 20));
    return `--mode ${mode} needs ${wants} MB in ${tmpdir()}, where ${has} MB are free.`;
  }
  for (const type of mode === 'disk-full' ? (['tmpfs'] as const) : filesystems) {
    const failure = await mountFailure(type);
    if (failure === null) continue;
    return `--mode ${mode} mounts ${type} file systems, which does not work here: ${failure}`;
  }
  return null;
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
