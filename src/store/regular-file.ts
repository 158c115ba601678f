import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { UsageError } from '../core/errors.ts';
import { readFailure } from './read-failure.ts';

/**
 * Opens a file that the user or a saved result named, to read it: a file only, for a FIFO, a device or a socket may
 * never answer, or never end. What cannot be opened is a {@link UsageError}.
 */
export async function openRegular(path: string): Promise<FileHandle> {
  try {
    refuseSpecial(path, await stat(path));
    // It may be another by now: a FIFO without a writer would block.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      refuseSpecial(path, await file.stat());
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  } catch (error) {
    throw readFailure(path, error);
  }
}

function refuseSpecial(path: string, stats: Stats): void {
  if (!stats.isFile()) throw new UsageError(`${path} is ${kindOf(stats)}, not a file`);
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}
