/** Values of fields of a history: what each may be. */
import type { IdRange } from '../core/dataset.ts';

/** Longer than any run or campaign: 30 days. */
const TIME_LIMIT_US = 30 * 86_400 * 1_000_000;

/** A run of rows in one line: as many ids are told in 30 bytes, and judged without being written out. */
const RUN_ROWS_LIMIT = 2 ** 31;

/** So many ids are a unit of {@link SPANNED_LIMIT}: below, a run costs what its text in the file does. */
const SPAN = 4096;

/** Of all runs of a history together: 17 thousand million rows, ten times what the largest run seeds. */
const SPANNED_LIMIT = 2 ** 22;

/** A row's id, a batch, or a value of the counter: a database that is broken may return any. */
export function isId(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

export function isCount(value: unknown): value is number {
  return isId(value) && value >= 0;
}

/** Integer microseconds since the run began. */
export function isTime(value: unknown): value is number {
  return isCount(value) && value <= TIME_LIMIT_US;
}

export function isText(value: unknown, length: number): boolean {
  return typeof value === 'string' && value.length <= length;
}

export function isOneOf(names: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && names.includes(value);
}

export function isAbsentOr(is: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || is(value);
}

/** First, last and step of ids in arithmetic progression. */
export function areIds(value: unknown): value is IdRange {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [first, last, step] = value as readonly unknown[];
  return isProgression(first, last, step);
}

/** How many steps lead from the first to the last. */
export function stepsOf([first, last, step]: IdRange): number {
  return (last - first) / step;
}

function isProgression(first: unknown, last: unknown, step: unknown): boolean {
  if (!isId(first) || !isId(last) || !isCount(step)) return false;
  const span = last - first;
  return (
    step > 0 &&
    span >= 0 &&
    Number.isSafeInteger(span) &&
    span % step === 0 &&
    span / step < RUN_ROWS_LIMIT
  );
}

export function arePairs(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every(isId))
  );
}

/** Of ids that were asked for: after one and, if there is an upper end, before another. */
export function isIntervals(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.every((interval: unknown) => {
    if (!Array.isArray(interval) || interval.length !== 2) return false;
    const [after, before] = interval as readonly unknown[];
    return isId(after) && (before === null || (isId(before) && after <= before));
  });
}

/** Runs of rows as reads and audits return them, and how much all of a history may claim with them. */
export class RunLimit {
  readonly #most: number;
  #spanned = 0;

  /** What is read back is bounded; what a run measures while it goes on is not. */
  constructor(most = SPANNED_LIMIT) {
    this.#most = most;
  }

  /** Whether these are runs, and no more than a history may have. */
  allow(value: unknown): boolean {
    if (!Array.isArray(value)) return false;
    for (let i = 0; i < value.length; i++) {
      const run = value[i] as unknown;
      if (!Array.isArray(run) || (run.length !== 3 && run.length !== 4)) return false;
      const [first, last, batch] = run as number[];
      const step = run.length === 4 ? (run[3] as unknown) : 1;
      if (!isId(batch) || !isProgression(first, last, step)) return false;
      const span = last! - first!;
      if (span >= SPAN) this.#spanned += Math.floor(Math.min(span / SPAN, span / (step as number)));
    }
    return this.#spanned <= this.#most;
  }
}
