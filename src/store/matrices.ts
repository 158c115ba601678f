import { randomBytes } from 'node:crypto';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CannotRunError, UsageError, messageOf } from '../core/errors.ts';
import { MATRIX_FORMAT, type Cell, type Matrix } from '../core/matrix.ts';
import type { Result } from '../core/result.ts';
import { completeOptions } from './absent-options.ts';
import { writeAtomically } from './atomic-file.ts';
import { readJson, shaped } from './json-file.ts';
import { readFailure, refuseNewer } from './read-failure.ts';
import { readResult } from './results.ts';

/** In the directory of a matrix, beside the results of its cells. */
const MATRIX_FILE = 'matrix.json';

/** Makes the directory of a new matrix, `<UTC time>-matrix-<short id>` in `dir`; returns its path. */
export async function makeMatrixDirectory(dir: string, startedAt: Date): Promise<string> {
  const time = startedAt.toISOString().slice(0, 19).replaceAll(':', '-');
  const directory = join(dir, `${time}Z-matrix-${randomBytes(3).toString('hex')}`);
  await mkdir(directory, { recursive: true });
  return directory;
}

/** Saves a matrix in its directory, whole or not at all. */
export async function saveMatrix(directory: string, matrix: Matrix): Promise<void> {
  const path = join(directory, MATRIX_FILE);
  try {
    await writeAtomically(path, (temporary) =>
      writeFile(temporary, `${JSON.stringify(matrix, null, 2)}\n`),
    );
  } catch (error) {
    throw new CannotRunError(`the matrix cannot be saved: ${messageOf(error)}`);
  }
}

export interface SavedMatrix {
  directory: string;
  matrix: Matrix;
  results: Map<Cell, Result>;
}

/** Whether this path is that of a matrix: its directory, or the file in it. */
export async function isMatrix(path: string): Promise<boolean> {
  return basename(path) === MATRIX_FILE || (await isDirectory(path));
}

/** Reads a matrix, by its directory or the file in it, and the results of its cells. */
export async function readMatrix(path: string): Promise<SavedMatrix> {
  const isFolder = await isDirectory(path);
  const file = isFolder ? join(path, MATRIX_FILE) : path;
  if (isFolder && !(await readdir(path)).includes(MATRIX_FILE)) {
    throw new UsageError(`${path} is a folder without a matrix in it: it has no ${MATRIX_FILE}`);
  }
  const directory = dirname(file);
  const matrix = await readMatrixFile(file);
  const results = new Map<Cell, Result>();
  for (const cell of matrix.cells) {
    if (cell.file !== null)
      results.set(cell, await readResult(join(directory, basename(cell.file))));
  }
  return { directory, matrix, results };
}

async function readMatrixFile(path: string): Promise<Matrix> {
  const value = await readJson(path);
  const format = value instanceof Object && 'format' in value ? value.format : undefined;
  refuseNewer(path, format, MATRIX_FORMAT);
  const { matrixSchema } = await import('./matrix-schema.ts');
  const matrix = await shaped<Matrix>(path, value, matrixSchema, 'a matrix of probe');
  const cells = matrix.cells.map((cell) => ({ ...cell, options: completeOptions(cell.options) }));
  return { ...matrix, cells };
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw readFailure(path, error);
  }
}
