import type { Cover, Ledger } from '../../core/ledger.ts';
import type { Chains } from './chains.ts';

/** The operations of one chain on one cover, in order. */
export interface Rewrites {
  readonly chain: number;
  readonly operations: readonly number[];
}

/** Covers of one chain by their first id; they have no row in common. */
export interface ChainRows {
  readonly chain: number;
  readonly covers: readonly Cover[];
  /** The first operation of the chain on each cover. */
  readonly firsts: readonly number[];
  /** Whether the chain wrote its covers in the order of their ids: then the first one missing is the earliest. */
  readonly ascending: boolean;
}

/** Which operations write which rows of one copy: by cover, and by chain and id. */
export class WrittenRows {
  /** Of chains of acknowledged operations: the rows of the seed that they wrote, and the rows that they added. */
  readonly rewritten: ChainRows[] = [];
  readonly added: ChainRows[] = [];
  /**
   * Some covers have rows in common and are not the same, or lie within each other, or have rows of the seed and new ones:
   * rows are judged one by one.
   */
  crossing: boolean;
  readonly #chains: Chains;
  readonly #rewrites: (readonly Rewrites[] | undefined)[] = [];

  constructor(ledger: Ledger, chains: Chains) {
    this.#chains = chains;
    const seeded = ledger.seed.cover!.last;
    const isSeeded = ({ first: id }: Cover): boolean => id <= seeded;
    this.crossing = ledger.covers.some(
      (cover) => cover.crossing.length > 0 || (isSeeded(cover) && cover.last > seeded),
    );
    const doubtful = new Set(chains.doubtful);
    for (const [chain, members] of chains.members.entries()) {
      if (chain === 0 || doubtful.has(chain)) continue;
      const first = new Map<Cover, number>();
      for (const index of members) {
        const cover = chains.operations[index]!.cover!;
        if (!first.has(cover)) first.set(cover, index);
      }
      const covers = [...first.keys()].toSorted((a, b) => a.first - b.first);
      const add = (own: readonly Cover[], to: ChainRows[]): void => {
        if (own.length === 0) return;
        const firsts = own.map((cover) => first.get(cover)!);
        const ascending = firsts.every(
          (index, i) => i === 0 || chains.place[index]! > chains.place[firsts[i - 1]!]!,
        );
        to.push({ chain, covers: own, firsts, ascending });
        if (own.some(({ first: id }, i) => i > 0 && id <= own[i - 1]!.last)) this.crossing = true;
      };
      add(covers.filter(isSeeded), this.rewritten);
      add(
        covers.filter((cover) => !isSeeded(cover)),
        this.added,
      );
    }
  }

  /** The operations on exactly this cover, by chain. */
  rewritesOf(cover: Cover): readonly Rewrites[] {
    let rewrites = this.#rewrites[cover.index];
    if (rewrites === undefined) {
      const byChain = new Map<number, number[]>();
      for (const { index } of cover.operations) {
        const chain = this.#chains.chain[index]!;
        if (chain < 0) continue;
        const list = byChain.get(chain);
        if (list === undefined) byChain.set(chain, [index]);
        else list.push(index);
      }
      rewrites = Array.from(byChain, ([chain, operations]) => ({ chain, operations }));
      this.#rewrites[cover.index] = rewrites;
    }
    return rewrites;
  }
}

/** How many of these covers end at or before this id: the place of the first one that reaches beyond it. */
export function firstBeyond({ covers }: ChainRows, id: number): number {
  let low = 0;
  let high = covers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (covers[middle]!.last <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
