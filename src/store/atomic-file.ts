import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';

/** Lets `write` fill a temporary file beside `target` and renames it: `target` is whole or absent, never half. */
export async function writeAtomically(
  target: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await write(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
