import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { CrashResult } from '../core/crash.ts';
import { UsageError } from '../core/errors.ts';
import { writeAtomically } from './atomic-file.ts';
import { parseJsonText } from './json-text.ts';
import { makeFolder } from './make-folder.ts';
import { readFailure } from './read-failure.ts';

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
  return readJson(path, crashSchema, 'the result of a crash campaign');
}

/** The command that tries the round of a bundle again; a folder that is no bundle is a {@link UsageError}. */
export async function readReplay(directory: string): Promise<string> {
  const { bundleSchema } = await import('./crash-schema.ts');
  const path = join(directory, 'bundle.json');
  return (await readJson(path, bundleSchema, 'the bundle of a crash')).replay;
}

async function readJson<T>(path: string, schema: z.ZodType<T>, what: string): Promise<T> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw readFailure(path, error);
  });
  const value = parseJsonText(path, text);
  const { firstProblem } = await import('./schemas.ts');
  const problem = firstProblem(schema, value);
  if (problem) throw new UsageError(`${path} is not ${what}: ${problem}`);
  return value as T;
}
