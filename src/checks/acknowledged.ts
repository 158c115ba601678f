import { IdSet } from '../core/id-set.ts';
import type { Ledger } from '../core/ledger.ts';

/** Rows that must be there: those of the seed and of acknowledged operations. */
export class AcknowledgedRows {
  readonly ids = new IdSet();
  count: number;
  /** Seed rows that an acknowledged operation has written since. */
  readonly rewritten = new IdSet();

  constructor({ seed, covers }: Ledger) {
    const { first, last } = seed.cover!;
    this.count = this.ids.add(first, last);
    for (const cover of covers) {
      if (cover.latestBeganUs === -Infinity) continue;
      this.count += this.ids.add(cover.first, cover.last, cover.step);
      if (cover.first <= last) this.rewritten.add(cover.first, cover.last, cover.step);
    }
  }
}
