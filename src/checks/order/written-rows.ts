import type { Cover, Ledger } from '../../core/ledger.ts';
import type { Chains } from './chains.ts';

/** The operations of one chain on one cover, in order. */
export interface Rewrites {
  readonly chain: number;
  readonly operations: readonly number[];
}

/** The covers of one chain by their first id; they have no row in common. */
export interface ChainRows {
  readonly chain: number;
  readonly covers: readonly Cover[];
  /** The highest last id of the covers up to each: a cover may lie between the ids of another one. */
  readonly reach: readonly number[];
  /** The first operation of the chain on each cover. */
  readonly firsts: readonly number[];
  /** Whether the chain wrote its covers in the order of their ids: then the first one missing is the earliest. */
  readonly ascending: boolean;
}

/** Which operations write which rows of one copy: by cover, and by chain and id. */
export class WrittenRows {
  /** Of chains of acknowledged operations, the seed's apart. */
  readonly byChain: ChainRows[] = [];
  /** Covers with rows in common that are not the same: their rows are judged one by one. */
  readonly crossing: boolean;
  readonly #chains: Chains;
  readonly #rewrites: (readonly Rewrites[] | undefined)[] = [];

  constructor(ledger: Ledger, chains: Chains) {
    this.#chains = chains;
    this.crossing = ledger.covers.some(({ crossing }) => crossing.length > 0);
    const doubtful = new Set(chains.doubtful);
    for (const [chain, members] of chains.members.entries()) {
      if (chain === 0 || doubtful.has(chain)) continue;
      const first = new Map<Cover, number>();
      for (const index of members) {
        const cover = chains.operations[index]!.cover!;
        if (!first.has(cover)) first.set(cover, index);
      }
      const covers = [...first.keys()].toSorted((a, b) => a.first - b.first);
      const firsts = covers.map((cover) => first.get(cover)!);
      const ascending = firsts.every(
        (index, i) => i === 0 || chains.place[index]! > chains.place[firsts[i - 1]!]!,
      );
      let highest = -Infinity;
      const reach = covers.map(({ last }) => (highest = Math.max(highest, last)));
      this.byChain.push({ chain, covers, reach, firsts, ascending });
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

/** The place of the first of these covers that reaches beyond this id; how many they are if none does. */
export function firstBeyond({ reach }: ChainRows, id: number): number {
  let low = 0;
  let high = reach.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (reach[middle]! <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
