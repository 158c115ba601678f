import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { holderName, isAlive } from './lock.ts';

const RECOVERY_MS = 2000;
const PREFIX = 'open.';

/**
 * Planted bug: whoever opens the store after somebody who did not close it waits as if there were much to recover.
 * What it returns is to be called at the close.
 */
export async function recoverSlowly(path: string): Promise<() => Promise<void>> {
  const marks = (await readdir(path)).filter((name) => name.startsWith(PREFIX));
  const left = marks.filter((name) => !isAlive(name.slice(PREFIX.length)));
  if (left.length > 0) await sleep(RECOVERY_MS);
  for (const name of left) await rm(join(path, name), { force: true });
  const own = join(path, `${PREFIX}${holderName()}`);
  await writeFile(own, '');
  return () => rm(own);
}
