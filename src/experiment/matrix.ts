import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Backend } from '../core/backend.ts';
import { CannotRunError, messageOf } from '../core/errors.ts';
import type { Cell, Matrix } from '../core/matrix.ts';
import type { OnProgress } from '../core/progress.ts';
import type { Result } from '../core/result.ts';
import { saveMatrix } from '../store/matrices.ts';
import { monotonicUs } from '../system/clock.ts';
import { Interrupted, type Interrupt } from './interrupt.ts';
import { runProbe } from './run.ts';
import type { Saved } from './save.ts';

/** Where a matrix stands when a cell begins or has ended. */
export interface MatrixStep {
  cell: Cell;
  ended: boolean;
  /** Cells that are not to be run (any more), of all. */
  finished: number;
  total: number;
  /** Estimated from the cells that have ended; null before the first. */
  remainingUs: number | null;
}

export interface MatrixSetup {
  directory: string;
  matrix: Matrix;
  /** Of earlier runs of this matrix; those of this one are added. */
  results: Map<Cell, Result>;
  backends: ReadonlyMap<string, Backend>;
  toolVersion: string;
  interrupt: Interrupt;
  onStep: (step: MatrixStep) => void;
  onProgress: OnProgress;
  /** What the user must know of a cell beside its outcome. */
  onNote: (text: string) => void;
}

/**
 * Runs every cell that has no result yet, each in fresh processes on a fresh path, and saves the matrix after each. An
 * interrupt ends it at once: the cell in work is pending again. So does a matrix that can be saved no more; then this
 * returns why.
 */
export async function runMatrix(setup: MatrixSetup): Promise<string | null> {
  const { directory, matrix, interrupt } = setup;
  const due = matrix.cells.filter(isDue);
  for (const cell of due) Object.assign(cell, { state: 'pending', reason: null });
  await saveMatrix(directory, matrix);
  const total = matrix.cells.length;
  const beganUs = monotonicUs();
  for (const [ran, cell] of due.entries()) {
    const tell = (ended: boolean): void => {
      const done = ran + (ended ? 1 : 0);
      const eachUs = done === 0 ? null : (monotonicUs() - beganUs) / done;
      const remainingUs = eachUs === null ? null : eachUs * (due.length - done);
      setup.onStep({ cell, ended, finished: total - due.length + done, total, remainingUs });
    };
    tell(false);
    await runCell(setup, cell);
    const problem = await keep(directory, matrix);
    if (interrupt.first.aborted) return problem;
    tell(true);
    if (problem !== null) return problem;
  }
  return null;
}

/** Why the matrix cannot be saved; what it has measured so far is still to be told. Null if it was. */
async function keep(directory: string, matrix: Matrix): Promise<string | null> {
  try {
    await saveMatrix(directory, matrix);
    return null;
  } catch (error) {
    if (error instanceof CannotRunError) return error.message;
    throw error;
  }
}

/** Whether a cell is still to be run: also what failed before may run now. */
function isDue({ state }: Cell): boolean {
  return state === 'pending' || state === 'failed';
}

async function runCell(setup: MatrixSetup, cell: Cell): Promise<void> {
  const { directory, matrix, interrupt } = setup;
  const { options } = cell;
  try {
    const backend = setup.backends.get(options.backend)!;
    const { result, saved, notes } = await runProbe({
      backend,
      options,
      db: { path: null, keep: false, overwrite: false },
      results: { dir: directory, save: true, history: matrix.history },
      toolVersion: setup.toolVersion,
      onProgress: setup.onProgress,
      // A shortened run would not compare with the others, so the first Ctrl-C gives the cell up.
      interrupt: { first: interrupt.first, second: interrupt.first },
    });
    if (result.interrupted) return await removeSaved(saved);
    for (const note of notes) setup.onNote(note);
    if (saved.result === null) throw new CannotRunError(notes.join('; '));
    cell.state = 'done';
    cell.file = basename(saved.result);
    setup.results.set(cell, result);
  } catch (error) {
    if (error instanceof Interrupted || interrupt.first.aborted) return;
    cell.state = 'failed';
    cell.reason = messageOf(error);
    // Unforeseen, so where it came from matters.
    if (!(error instanceof CannotRunError) && error instanceof Error) setup.onNote(error.stack!);
  }
}

async function removeSaved({ result, history }: Saved): Promise<void> {
  for (const path of [result, history]) if (path !== null) await rm(path, { force: true });
}
