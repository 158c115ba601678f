import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CrashResult, CrashRound } from '../core/crash.ts';
import { completeSavedOptions } from './absent-options.ts';
import { writeAtomically } from './atomic-file.ts';
import { readJson, shaped } from './json-file.ts';
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

/** Reads the saved result of a campaign; what is not one is a {@link UsageError} that says what is wrong and where. */
export async function readCrash(path: string): Promise<CrashResult> {
  const { crashSchema } = await import('./crash-schema.ts');
  const what = 'the result of a crash campaign';
  return completed(await shaped<CrashResult>(path, await readJson(path), crashSchema, what));
}

/** What older files do not say is null. */
function completed(result: CrashResult): CrashResult {
  const { bound = null, reads = null } = result as Partial<CrashResult>;
  const rounds = result.rounds.map((round) => {
    const { reads: seen = null } = round as Partial<CrashRound>;
    return { ...round, reads: seen };
  });
  const options = completeSavedOptions(result.options);
  return { ...result, options, bound, reads, rounds };
}

/** The command that tries the round of a bundle again; a folder that is no bundle is a {@link UsageError}. */
export async function readReplay(directory: string): Promise<string> {
  const { bundleSchema } = await import('./crash-schema.ts');
  const path = join(directory, 'bundle.json');
  const bundle = await shaped(path, await readJson(path), bundleSchema, 'the bundle of a crash');
  return bundle.replay;
}
