import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { RESULT_FORMAT, type Result } from '../core/result.ts';
import { completeSavedOptions } from './absent-options.ts';
import { writeAtomically } from './atomic-file.ts';
import { readJson, shaped } from './json-file.ts';
import { makeFolder } from './make-folder.ts';
import { refuseNewer } from './read-failure.ts';

/** The name, without extension, of a run's files: `<UTC time>-<backend>-<access>-<short id>`. */
export function runName(startedAt: Date, backend: string, access: string): string {
  const time = startedAt.toISOString().slice(0, 19).replaceAll(':', '-');
  return `${time}Z-${backend}-${access}-${randomBytes(3).toString('hex')}`;
}

/** Saves a result in `dir` (created if missing), whole or not at all; returns its path. */
export async function saveResult(
  dir: string,
  result: Result,
  name = runName(
    new Date(result.started_at),
    result.backend.name,
    String(result.options['access']),
  ),
): Promise<string> {
  await makeFolder(dir);
  const path = join(dir, `${name}.json`);
  await writeAtomically(path, (temporary) =>
    writeFile(temporary, `${JSON.stringify(result, null, 2)}\n`),
  );
  return path;
}

/** Reads a saved result; what is not one is a {@link UsageError} that says what is wrong and where. */
export async function readResult(path: string): Promise<Result> {
  const value = await readJson(path);
  const format = formatOf(value);
  if (format === undefined) throw new UsageError(`${path} is not a result of probe: no "format"`);
  refuseNewer(path, format, RESULT_FORMAT);
  if (value instanceof Object && 'kind' in value && value.kind === 'crash') {
    throw new UsageError(
      `${path} is the result of a crash campaign, not of a run; probe recheck reads the bundles beside it`,
    );
  }
  const { resultSchema } = await import('./schemas.ts');
  const result = await shaped<Result>(path, value, resultSchema, 'a result of probe');
  return { ...result, options: completeSavedOptions(result.options) };
}

function formatOf(value: unknown): number | undefined {
  const format = value instanceof Object && 'format' in value ? value.format : undefined;
  return typeof format === 'number' ? format : undefined;
}
