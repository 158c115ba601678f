import { runStep, type Run } from '../history.ts';
import { IdSet } from '../id-set.ts';
import { VersionMap } from '../version-map.ts';

/** Of longer runs the rows are not remembered one by one. */
const LONG_ROWS = 256;

/** The rows of batches > 0 that one reader was shown, each version once: compact, for it grows with all that is read. */
export class FreshRows {
  readonly #rows: number;
  readonly #writers: number;
  /**
   * The batches that each seed row has shown, as linked lists, the newest first: by row, the number of its first node; by
   * node, its batch and the number of the next. Numbers begin at 1; 0 ends a list. The nodes of a batch are a list, too:
   * by batch, the number of its last one; by node, its row and the number of the one before.
   */
  readonly #newest = new VersionMap();
  readonly #batches: number[] = [];
  readonly #older: number[] = [];
  readonly #lastOf = new Map<number, number>();
  readonly #ids: number[] = [];
  readonly #before: number[] = [];
  /** All seed rows that a batch has shown, of batches that showed a long run of them. */
  readonly #long = new Map<number, IdSet>();
  /** By writer: the inserted rows that were its. It writes each of them once. */
  readonly #inserted: IdSet[] = [];

  constructor({ rows, writers }: { rows: number; writers: number }) {
    this.#rows = rows;
    this.#writers = Math.max(1, writers);
  }

  /** How many versions of rows are new among these. */
  add(runs: readonly Run[]): number {
    let added = 0;
    // By index, and no array is taken apart: this looks at every run of every read.
    for (let i = 0; i < runs.length; i++) {
      const run = runs[i]!;
      const batch = run[2];
      if (batch === 0) continue;
      const first = run[0];
      const last = run[1];
      const step = runStep(run);
      if (first > this.#rows) {
        const inserted = (this.#inserted[(batch - 1) % this.#writers] ??= new IdSet());
        added += inserted.add(first, last, step);
        continue;
      }
      const isLong = (last - first) / step >= LONG_ROWS;
      const long = isLong ? this.#longOf(batch) : this.#long.get(batch);
      if (long !== undefined) added += long.add(first, last, step);
      else for (let id = first; id <= last; id += step) if (this.#addVersion(id, batch)) added++;
    }
    return added;
  }

  /** The rows of this batch as a set, with those that it had shown one by one. */
  #longOf(batch: number): IdSet {
    let rows = this.#long.get(batch);
    if (rows !== undefined) return rows;
    this.#long.set(batch, (rows = new IdSet()));
    for (let at = this.#lastOf.get(batch) ?? 0; at !== 0; at = this.#before[at - 1]!) {
      rows.add(this.#ids[at - 1]!);
    }
    this.#lastOf.delete(batch);
    return rows;
  }

  #addVersion(id: number, batch: number): boolean {
    const batches = this.#batches;
    const older = this.#older;
    let newer = 0;
    let at = this.#newest.get(id);
    while (at !== 0 && batches[at - 1]! > batch) {
      newer = at;
      at = older[at - 1]!;
    }
    if (at !== 0 && batches[at - 1] === batch) return false;
    batches.push(batch);
    older.push(at);
    this.#ids.push(id);
    this.#before.push(this.#lastOf.get(batch) ?? 0);
    this.#lastOf.set(batch, batches.length);
    if (newer === 0) this.#newest.set(id, batches.length);
    else older[newer - 1] = batches.length;
    return true;
  }
}
