import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CrashResult } from '../core/crash.ts';
import { writeAtomically } from './atomic-file.ts';
import { makeFolder } from './make-folder.ts';

/** Saves the result of a crash campaign in `dir` (created if missing), whole or not at all; returns its path. */
export async function saveCrash(dir: string, name: string, result: CrashResult): Promise<string> {
  await makeFolder(dir);
  const path = join(dir, `${name}.json`);
  await writeAtomically(path, async (temporary) =>
    writeFile(temporary, `${JSON.stringify(result, null, 2)}\n`),
  );
  return path;
}
