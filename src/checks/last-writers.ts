import type { Ledger, Operation } from '../core/ledger.ts';

/** Who wrote each row last and was acknowledged, and how far the rows behind it are alike in that. */
export class LastWriters {
  readonly #ledger: Ledger;
  /** The highest last id of the covers up to each, by their first id. */
  readonly #reach: number[] = [];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    let reach = -Infinity;
    for (const { last } of ledger.covers) this.#reach.push((reach = Math.max(reach, last)));
  }

  /** The acknowledged operation that wrote this row last: the seed if no other did. */
  of(id: number): Operation {
    let found = this.#ledger.seed;
    for (const operation of this.#ledger.operationsOn(id)) {
      if (operation.outcome === 'ok' && operation.invokeUs > found.invokeUs) found = operation;
    }
    return found;
  }

  /** An id up to which all rows were written last by the same operation as this one: often far, and never too far. */
  alikeUntil(id: number): number {
    const { seed, covers } = this.#ledger;
    const cover = this.#ledger.operationsOn(id)[0]?.cover;
    if (cover) return cover.step === 1 && cover.crossing.length === 0 ? cover.last : id;
    const before = this.#countUpTo(id);
    const reach = this.#reach[before - 1] ?? -Infinity;
    if (id > seed.cover!.last || reach >= id) return id;
    return Math.min(seed.cover!.last, (covers[before]?.first ?? Infinity) - 1);
  }

  /** How many covers begin at this id or before it. */
  #countUpTo(id: number): number {
    const { covers } = this.#ledger;
    let low = 0;
    let high = covers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (covers[middle]!.first <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
