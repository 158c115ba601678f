import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyTree } from '../place.ts';
import type { Session } from '../session.ts';

/** Bytes of what the driver keeps beside the database. */
export async function sideFilesBytes({ setup, place }: Session): Promise<number> {
  let total = 0;
  for (const path of setup.backend.sideFiles(place.path)) total += await bytesOf(path);
  return total;
}

async function bytesOf(path: string): Promise<number> {
  try {
    const found = await lstat(path);
    if (!found.isDirectory()) return found.size;
    let total = 0;
    for (const name of await readdir(path)) total += await bytesOf(join(path, name));
    return total;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** Copies the database, while nobody has it open, to where a bundle of this round would take it from. */
export async function snapshot(session: Session, when: 'before' | 'after'): Promise<void> {
  const target = snapshotOf(session, when);
  await rm(target, { recursive: true, force: true });
  await session.place.copyTo(join(target, 'db'));
}

function snapshotOf({ place }: Session, when: 'before' | 'after'): string {
  return join(place.directory, `snapshot-${when}`);
}

/** Moves nothing: copies what a failing round leaves to a place that stays. */
export async function keepSnapshots(session: Session, directory: string): Promise<void> {
  for (const when of ['before', 'after'] as const) {
    await copyTree(snapshotOf(session, when), join(directory, when));
  }
}
