/** A matrix of runs as it is saved: its cells in the order in which they run, and what became of each. */
import { VERDICTS, type Verdict } from './names.ts';
import type { RunOptions } from './options.ts';
import type { Result } from './result.ts';

export const MATRIX_FORMAT = 1;

export const CELL_STATES = ['pending', 'done', 'skipped', 'failed'] as const;
export type CellState = (typeof CELL_STATES)[number];

/** Runs whose outcome is known beforehand: nobody writes, or the backend is correct. */
export const CONTROLS = ['no-writers', 'reference'] as const;
export type ControlName = (typeof CONTROLS)[number];

/** One run of the matrix. */
export interface Cell {
  options: RunOptions;
  /** Which repeat, from 0. */
  round: number;
  control: ControlName | null;
  state: CellState;
  /** Why it was skipped, or has failed. */
  reason: string | null;
  /** Name of its result, beside the matrix. */
  file: string | null;
}

export interface Matrix {
  format: typeof MATRIX_FORMAT;
  kind: 'matrix';
  tool: { version: string; node: string };
  started_at: string;
  repeat: number;
  /** Whether the history of each cell is kept. */
  history: boolean;
  /** What each run must meet, as the user wrote it. */
  expectations: string[];
  cells: Cell[];
}

/** The results there are, by the cell that they belong to. */
export type CellResults = ReadonlyMap<Cell, Result>;

/** `duckdb owner 1w+4r refresh always`: what tells one configuration of a matrix from the others. */
export function configurationName(options: RunOptions): string {
  const { backend, access, writers, readers, refresh } = options;
  return `${backend} ${access} ${writers}w+${readers}r refresh ${refresh}`;
}

/** The same for equal options only. */
export function configurationKey(options: Readonly<Record<string, unknown>> | RunOptions): string {
  return JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Worst first: `unknown` replaces what is no proof of failure. */
const SEVERITY: readonly Verdict[] = [
  ...VERDICTS.filter((verdict) => verdict !== 'works' && verdict !== 'unknown'),
  'unknown',
  'works',
];

/** The worst verdict of several runs; undefined if there are none. */
export function worstVerdict(runs: readonly Result[]): Verdict | undefined {
  return SEVERITY.find((verdict) => runs.some((run) => run.verdict === verdict));
}

/** Why a control proves that the measurement itself is wrong; null if it came out as it must. */
export function controlProblem(control: ControlName, result: Result): string | null {
  const { counts, verdict, because } = result;
  if (control === 'reference') {
    return verdict === 'works' ? null : `the correct backend ended in ${verdict}: ${because}`;
  }
  const fresh = Math.max(counts.fresh_read_iterations, counts.fresh_read_results);
  if (fresh > 0) return `nobody wrote, and ${fresh} reads were counted as fresh`;
  return counts.reads_ok > 0 ? null : `nobody could read: ${because}`;
}
