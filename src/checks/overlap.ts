import type { Ledger } from '../core/ledger.ts';

/** When any write of one copy was going on: failed ones apart, which have nothing to show. */
export class WriteTimes {
  /** Disjoint and ascending: begin, end, begin, end, ... */
  readonly #bounds: number[] = [];
  /** The write that was asked for last: readers ask in about the order of time. */
  #at = 0;

  constructor({ operations, seed }: Ledger) {
    const writes = operations
      .filter((operation) => operation !== seed && operation.outcome !== 'fail')
      .toSorted((a, b) => a.invokeUs - b.invokeUs);
    const bounds = this.#bounds;
    for (const { invokeUs, returnedUs } of writes) {
      const last = bounds.length - 1;
      if (last > 0 && invokeUs <= bounds[last]!) {
        bounds[last] = Math.max(bounds[last]!, returnedUs);
      } else bounds.push(invokeUs, returnedUs);
    }
  }

  get none(): boolean {
    return this.#bounds.length === 0;
  }

  /** Whether a write was going on at any instant from start to end. */
  overlap(startUs: number, endUs: number): boolean {
    const bounds = this.#bounds;
    // The first write that ended at the start or later.
    while (this.#at > 0 && bounds[this.#at - 1]! >= startUs) this.#at -= 2;
    while (this.#at < bounds.length && bounds[this.#at + 1]! < startUs) this.#at += 2;
    return this.#at < bounds.length && bounds[this.#at]! <= endUs;
  }
}
