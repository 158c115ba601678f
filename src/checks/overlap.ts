import type { Ledger } from '../core/ledger.ts';

/**
 * When any write of one copy was going on: failed ones apart, which have nothing to show. What a process left open when it
 * died went on until then, though what became of it is in doubt for longer.
 */
export class WriteTimes {
  /** Disjoint and ascending: begin, end, begin, end, ... */
  readonly #bounds: number[] = [];

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
    let low = 0;
    let high = bounds.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bounds[2 * middle + 1]! < startUs) low = middle + 1;
      else high = middle;
    }
    return 2 * low < bounds.length && bounds[2 * low]! <= endUs;
  }
}
