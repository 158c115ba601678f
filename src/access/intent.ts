import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive } from '../system/proc.ts';

/**
 * The writer-intent file: a writer that waits for the lock writes its pid there and removes it after its close; readers
 * wait while it is there. One left by a killed writer expires with its process.
 */
export function holdIntent(path: string): () => void {
  writeFileSync(path, String(process.pid));
  return () => {
    // With several writers the file may name another by now: that one removes it.
    if (holder(path) === process.pid) rmSync(path, { force: true });
  };
}

/** Whether a living writer announces itself. */
export function otherIntent(path: string): boolean {
  const pid = holder(path);
  return pid !== undefined && isAlive(pid);
}

function holder(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8')) || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
