import type { Cover, Ledger, Operation } from '../core/ledger.ts';

/** Who wrote each row last and was acknowledged, and how far the rows behind it are alike in that. */
export class LastWriters {
  readonly #ledger: Ledger;
  readonly #last = new Map<Cover, Operation | undefined>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** The acknowledged operation that wrote this row last: the seed if no other did. */
  of(id: number): Operation {
    let found = this.#ledger.seed;
    for (const cover of this.#ledger.coversOf(id)) {
      const last = this.#lastOf(cover);
      if (last !== undefined && last.invokeUs > found.invokeUs) found = last;
    }
    return found;
  }

  /** An id up to which all rows were written last by the same operation as this one: often far, and never too far. */
  alikeUntil(id: number): number {
    const { seed, covers } = this.#ledger;
    const [cover] = this.#ledger.coversOf(id);
    if (cover) return cover.step === 1 && cover.crossing.length === 0 ? cover.last : id;
    if (id > seed.cover!.last || this.#ledger.isInRange(id)) return id;
    const next = covers[this.#ledger.countCoversUpTo(id)];
    return Math.min(seed.cover!.last, (next?.first ?? Infinity) - 1);
  }

  /** The last acknowledged one on a cover. */
  #lastOf(cover: Cover): Operation | undefined {
    if (this.#last.has(cover)) return this.#last.get(cover);
    let last: Operation | undefined;
    for (const operation of cover.operations) {
      if (operation.outcome !== 'ok') continue;
      if (last === undefined || operation.invokeUs > last.invokeUs) last = operation;
    }
    this.#last.set(cover, last);
    return last;
  }
}
