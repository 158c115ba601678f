import { runStep, type Run } from '../history.ts';
import { IdSet } from '../id-set.ts';
import { VersionMap } from '../version-map.ts';

/** The rows of batches > 0 that one reader was shown, each version once: compact, for it grows with all that is read. */
export class FreshRows {
  readonly #rows: number;
  readonly #writers: number;
  /**
   * The batches that each seed row has shown, as linked lists, the newest first: by row, the number of its first node; by
   * node, its batch and the number of the next. Numbers begin at 1; 0 ends a list.
   */
  readonly #newest = new VersionMap();
  readonly #batches: number[] = [];
  readonly #older: number[] = [];
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
      for (let id = first; id <= last; id += step) if (this.#addVersion(id, batch)) added++;
    }
    return added;
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
    if (newer === 0) this.#newest.set(id, batches.length);
    else older[newer - 1] = batches.length;
    return true;
  }
}
