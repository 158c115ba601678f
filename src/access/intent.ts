import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../system/proc.ts';
import type { Closable } from './access.ts';

/**
 * Writers' intents: a writer that waits for the lock leaves a file named by its pid in this folder and removes it after
 * its close; readers wait while there is one. What a killed writer left expires with its process.
 */
export function holdIntent(folder: string): Closable {
  mkdirSync(folder, { recursive: true });
  const own = join(folder, String(process.pid));
  writeFileSync(own, '');
  return { close: async () => rmSync(own, { force: true }) };
}

/** Whether a living writer announces itself. */
export function otherIntent(folder: string): boolean {
  return pidsIn(folder).some((pid) => isAlive(pid));
}

function pidsIn(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
