import { spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from './run.ts';

/** A folder on a file system of its own, in memory, with room for so many bytes. Needs root. */
export async function smallDisk(bytes: number): Promise<string> {
  const directory = await temporaryDirectory();
  const { status, stderr } = spawnSync(
    'mount',
    ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', directory],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  onTestFinished(() => void spawnSync('umount', ['-l', directory]));
  return directory;
}
