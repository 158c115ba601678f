import { countBelow } from '../core/bisect.ts';
import type { IdRange } from '../core/dataset.ts';
import { Effort } from '../core/effort.ts';
import { UsageError } from '../core/errors.ts';
import { idsOfRun, runLength, runStep, type ReadEvent, type Run } from '../core/history.ts';
import {
  countBetween,
  countCommon,
  hasId,
  holdsRun,
  intersects,
  sizeOf,
  type Progression,
} from '../core/id-range.ts';
import type { Ledger, Operation } from '../core/ledger.ts';

/** Rows of one read, more than a run's largest reads return; a Map of four times as many takes 2 GB. */
const MOST_EXPANDED = 1_000_000;

/** Of all reads of a copy: pairs of runs that lie in each other's range. A run of probe has a few in each read. */
const MOST_PAIRS = 100_000_000;
/** A pair of runs whose steps differ takes as long as so many others. */
const PAIRS_OF_STEPS = 50;

/** Up to so many runs are compared in pairs, without sorting. */
const PAIRWISE = 16;
/** Runs of so few rows are written out: that takes no longer than to read them did. */
const ROWS_PER_RUN = 16;

/**
 * What one read or one page of the audit returned, with the operations that wrote it. One object for all events of a
 * copy of the database: it is loaded, looked at by every check, and loaded anew.
 */
export class Rows {
  readonly ledger: Ledger;
  runs: readonly Run[] = [];
  /** How many rows, repeated ones included. */
  count = 0;
  /** Of each run: who wrote its batch. */
  readonly operations: (Operation | undefined)[] = [];
  /** Of each run: whether that operation writes all its ids. */
  readonly within: boolean[] = [];
  /** Operations, the seed apart, of which there are rows; each once. */
  readonly shown: Operation[] = [];
  /** Whether some id is there more than once. */
  repeats = false;
  /** Whether some rows are not of the operation that their batch names. */
  strays = false;
  #load = 0;
  #versions: Map<number, (Operation | undefined)[]> | undefined;
  /** By operation and by cover: the load that last had rows of it. */
  readonly #shownAt: Float64Array;
  /** By operation: how many rows the load had that was the last to show it. */
  readonly #shownRows: Float64Array;
  readonly #pairs: Effort;

  /** `pairs`: how many pairs of runs may be compared, over all loads. */
  constructor(ledger: Ledger, pairs = new Effort(MOST_PAIRS, tooManyPairs)) {
    this.ledger = ledger;
    this.#pairs = pairs;
    this.#shownAt = new Float64Array(ledger.operations.length);
    this.#shownRows = new Float64Array(ledger.operations.length);
  }

  load(runs: readonly Run[]): void {
    this.runs = runs;
    this.#load++;
    this.#versions = undefined;
    if (this.shown.length > 0) this.shown.length = 0;
    this.strays = false;
    let count = 0;
    for (let i = 0; i < runs.length; i++) {
      const run = runs[i]!;
      const first = run[0];
      const last = run[1];
      const step = runStep(run);
      const rows = runLength(run);
      count += rows;
      const operation = this.ledger.byBatch(run[2]);
      const within = operation?.cover != null && holdsRun(operation.cover, first, last, step);
      this.operations[i] = operation;
      this.within[i] = within;
      if (within) this.#show(operation, rows);
      else this.#showStray(operation, run);
    }
    this.count = count;
    this.repeats = this.#hasRepeats(runs);
  }

  /** Who wrote all rows of a run, if the operation that its batch names did. */
  writerOf(i: number): Operation | undefined {
    return this.within[i] === true ? this.operations[i] : undefined;
  }

  /** How many of its rows are there, repeated ones included. */
  shownOf({ index }: Operation): number {
    return this.#shownAt[index] === this.#load ? this.#shownRows[index]! : 0;
  }

  /** By id, every version that is there: undefined where nobody writes it. Expands all rows: not for the usual case. */
  versions(): ReadonlyMap<number, readonly (Operation | undefined)[]> {
    if (this.#versions !== undefined) return this.#versions;
    if (this.count > MOST_EXPANDED) {
      throw new Error(`a read returned ${this.count} rows, more than are judged one by one`);
    }
    const versions = new Map<number, (Operation | undefined)[]>();
    for (const [i, [first, last, , step = 1]] of this.runs.entries()) {
      const operation = this.operations[i];
      for (let id = first; id <= last; id += step) {
        const writes = operation !== undefined && operation.cover !== null;
        const version = writes && hasId(operation.cover, id) ? operation : undefined;
        const known = versions.get(id);
        if (known === undefined) versions.set(id, [version]);
        else known.push(version);
      }
    }
    this.#versions = versions;
    return versions;
  }

  #hasRepeats(runs: readonly Run[]): boolean {
    let ascending = true;
    for (let i = 1; i < runs.length && ascending; i++) ascending = runs[i]![0] > runs[i - 1]![1];
    if (ascending) return false;
    // Sorting is for many: the rows of a search come in no order, and are few.
    if (runs.length > PAIRWISE) {
      // What a large search returns is all in each other's range.
      if (this.count <= ROWS_PER_RUN * runs.length) return this.#hasTwice(runs);
      return this.#overlapsNext(runs.toSorted((a, b) => a[0] - b[0]));
    }
    for (let i = 1; i < runs.length; i++) {
      for (let j = 0; j < i; j++) if (share(runs[i]!, runs[j]!)) return true;
    }
    return false;
  }

  #hasTwice(runs: readonly Run[]): boolean {
    const ids = new Float64Array(this.count);
    let next = 0;
    for (const [first, last, , step = 1] of runs) {
      for (let id = first; id <= last; id += step) ids[next++] = id;
    }
    ids.sort();
    return ids.some((id, i) => i > 0 && id === ids[i - 1]);
  }

  /** Of runs by their first id. */
  #overlapsNext(sorted: readonly Run[]): boolean {
    return sorted.some((run, i) => {
      for (let j = i + 1; j < sorted.length && sorted[j]![0] <= run[1]; j++) {
        this.#pairs.spend(runStep(run) === runStep(sorted[j]!) ? 1 : PAIRS_OF_STEPS);
        if (share(run, sorted[j]!)) return true;
      }
      return false;
    });
  }

  #show(operation: Operation, rows: number): void {
    if (operation.index === 0) return;
    if (this.#shownAt[operation.index] !== this.#load) {
      this.#shownAt[operation.index] = this.#load;
      this.#shownRows[operation.index] = 0;
      this.shown.push(operation);
    }
    this.#shownRows[operation.index]! += rows;
  }

  #showStray(operation: Operation | undefined, run: Run): void {
    this.strays = true;
    const cover = operation?.cover;
    if (!cover) return;
    const rows = countCommon(cover, idsOfRun(run));
    if (rows > 0) this.#show(operation, rows);
  }
}

function tooManyPairs(most: number): UsageError {
  return new UsageError(
    `the history has reads whose rows lie in each other's range more than ${most} times: no run of probe makes so many`,
  );
}

function share(a: Run, b: Run): boolean {
  // Most lie apart, and this is asked of all pairs of the rows of a search.
  if (a[0] > b[1] || b[0] > a[1]) return false;
  return intersects(idsOfRun(a), idsOfRun(b));
}

/** How many of these ids a read asked for by id or interval: a search asks for none. */
export function countAsked(event: ReadEvent, ids: Progression): number {
  if (event.ids !== undefined) return countCommon(progressionOf(event.ids), ids);
  if (event.keys !== undefined) return countKeys(event.keys, ids);
  let count = 0;
  const intervals = event.intervals ?? NONE;
  for (let i = 0; i < intervals.length; i++) {
    const between = countBetween(ids, intervals[i]![0], intervals[i]![1] ?? Infinity);
    if (between === sizeOf(ids)) return between;
    count += between;
  }
  return count;
}

const progressionOf = ([first, last, step]: IdRange): Progression => ({ first, last, step });

/** Whether a read asked for this row. */
export function isAsked({ ids, keys, intervals = NONE }: ReadEvent, id: number): boolean {
  if (ids !== undefined) return hasId(progressionOf(ids), id);
  if (keys !== undefined) return keys[countBelow(keys, id)] === id;
  return intervals.some(([after, before]) => id > after && id < (before ?? Infinity));
}

const NONE: NonNullable<ReadEvent['intervals']> = [];

function countKeys(keys: readonly number[], ids: Progression): number {
  let count = 0;
  for (let i = countBelow(keys, ids.first); i < keys.length && keys[i]! <= ids.last; i++) {
    if (hasId(ids, keys[i]!)) count++;
  }
  return count;
}
