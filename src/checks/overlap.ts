import { countBelow } from '../core/bisect.ts';
import type { Ledger } from '../core/ledger.ts';

/**
 * When any write of one copy was going on: failed ones apart, which have nothing to show. What a process left open when it
 * died went on until then, though what became of it is in doubt for longer.
 */
export class WriteTimes {
  /** When each write began, ascending. */
  readonly #beginsUs: number[] = [];
  /** Until when it or one before it went on, ascending. */
  readonly #endsUs: number[] = [];

  constructor({ operations, seed }: Ledger) {
    const writes = operations
      .filter((operation) => operation !== seed && operation.outcome !== 'fail')
      .toSorted((a, b) => a.invokeUs - b.invokeUs);
    let endUs = -Infinity;
    for (const { invokeUs, returnedUs } of writes) {
      endUs = Math.max(endUs, returnedUs);
      this.#beginsUs.push(invokeUs);
      this.#endsUs.push(endUs);
    }
  }

  get none(): boolean {
    return this.#beginsUs.length === 0;
  }

  /** Whether a write was going on at any instant from start to end. */
  overlap(startUs: number, endUs: number): boolean {
    // Of all that went on until then or later, the first one began first.
    const first = this.#beginsUs[countBelow(this.#endsUs, startUs)];
    return first !== undefined && first <= endUs;
  }
}
