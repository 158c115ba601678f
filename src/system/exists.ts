import { lstat } from 'node:fs/promises';

/** Whether there is anything at this path; a dangling link is something, too. Throws what forbids to look. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}
