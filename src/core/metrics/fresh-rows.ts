import type { Run } from '../history.ts';
import { IdSet } from '../id-set.ts';

/** The rows of batches > 0 that one reader was shown, each version once: compact, for it grows with all that is read. */
export class FreshRows {
  readonly #rows: number;
  readonly #writers: number;
  /** By seed row: the batches it has shown, ascending. */
  readonly #batches = new Map<number, number[]>();
  /** By writer: the inserted rows that were its. It writes each of them once. */
  readonly #inserted: IdSet[] = [];

  constructor({ rows, writers }: { rows: number; writers: number }) {
    this.#rows = rows;
    this.#writers = Math.max(1, writers);
  }

  /** How many versions of rows are new among these. */
  add(runs: readonly Run[]): number {
    let added = 0;
    for (const [first, last, batch, step = 1] of runs) {
      if (batch === 0) continue;
      if (first > this.#rows) {
        const inserted = (this.#inserted[(batch - 1) % this.#writers] ??= new IdSet());
        added += inserted.add(first, last, step);
        continue;
      }
      for (let id = first; id <= last; id += step) if (this.#addVersion(id, batch)) added++;
    }
    return added;
  }

  #addVersion(id: number, batch: number): boolean {
    const batches = this.#batches.get(id);
    if (batches === undefined) {
      this.#batches.set(id, [batch]);
      return true;
    }
    let at = batches.length;
    while (at > 0 && batches[at - 1]! > batch) at--;
    if (at > 0 && batches[at - 1] === batch) return false;
    if (at === batches.length) batches.push(batch);
    else batches.splice(at, 0, batch);
    return true;
  }
}
