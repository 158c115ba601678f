import type { Chains } from './chains.ts';
import type { Effort } from '../../core/effort.ts';

/** An edge is kept: so many of them fit in the memory. */
const EDGE_STEPS = 100;

/** Why an operation comes before another that is not told by times: one read shows it and misses the other. */
export interface ReadEdge<Label> {
  readonly to: number;
  /** The read, or another that saw the same for it. */
  readonly by: Label;
  /** One read shows the first in one row and the second in a row of both. */
  readonly replaced: boolean;
}

/** What comes after some operations in every order; it holds until the next one is asked for. */
export interface Reached {
  /** All operations that began after this. */
  readonly beganAfterUs: number;
  /** And these. */
  has(index: number): boolean;
  /** The earliest acknowledgement among all of them. */
  readonly acknowledgedUs: number;
}

/**
 * The operations of one copy and what is known of their order. Most of it is told by times: an operation that had ended,
 * or had been seen, before another began comes before it. Only the other facts are stored: that a read shows one
 * operation and misses another which overlaps it. A set of operations with all that follows them is then an instant
 * (whatever began after it follows) and a few operations that were under way at that instant, so that looking for a cycle
 * takes a few binary searches and not a walk over the whole history.
 */
export class OrderGraph<Label> {
  readonly #chains: Chains;
  /** When each operation was acknowledged or first seen, whichever came first. */
  readonly #knownUs: Float64Array;
  readonly #effort: Effort;
  readonly #edges = new Map<number, ReadEdge<Label>[]>();
  /** Operations by their beginning, and that beginning. */
  readonly #byBegin: Int32Array;
  readonly #beginsUs: Float64Array;
  readonly #rank: Int32Array;
  /** The earliest acknowledgement of this operation in {@link #byBegin} and all later ones. */
  readonly #acknowledgedFromUs: Float64Array;
  readonly #edgeTargets: SuffixMinimum;
  /** By operation: the latest beginning of an operation that an edge leads from. */
  readonly #sourceUs: Float64Array;
  readonly #reachedAt: Int32Array;
  #search = 0;

  constructor(chains: Chains, knownUs: Float64Array, effort: Effort) {
    this.#chains = chains;
    this.#knownUs = knownUs;
    this.#effort = effort;
    const { beganUs, acknowledgedUs, chain } = chains;
    const existing = chain.reduce((count, each) => (each >= 0 ? count + 1 : count), 0);
    this.#byBegin = new Int32Array(existing);
    let n = 0;
    for (let index = 0; index < chain.length; index++) {
      if (chain[index]! >= 0) this.#byBegin[n++] = index;
    }
    this.#byBegin.sort((a, b) => beganUs[a]! - beganUs[b]! || a - b);
    this.#beginsUs = Float64Array.from(this.#byBegin, (index) => beganUs[index]!);
    this.#rank = new Int32Array(chain.length);
    for (let i = 0; i < existing; i++) this.#rank[this.#byBegin[i]!] = i;
    this.#acknowledgedFromUs = new Float64Array(existing + 1).fill(Infinity);
    for (let i = existing - 1; i >= 0; i--) {
      const own = acknowledgedUs[this.#byBegin[i]!]!;
      this.#acknowledgedFromUs[i] = Math.min(own, this.#acknowledgedFromUs[i + 1]!);
    }
    this.#edgeTargets = new SuffixMinimum(existing);
    this.#sourceUs = new Float64Array(chain.length).fill(-Infinity);
    this.#reachedAt = new Int32Array(chain.length);
  }

  /** Whether times alone tell that one comes before the other. */
  precedes(first: number, second: number): boolean {
    if (this.#knownUs[first]! < this.#chains.beganUs[second]!) return true;
    const { chain, place } = this.#chains;
    return chain[first] === chain[second] && place[first]! < place[second]!;
  }

  /** Forgets all edges. */
  clear(): void {
    if (this.isEmpty) return;
    this.#edges.clear();
    this.#edgeTargets.clear();
    this.#sourceUs.fill(-Infinity);
  }

  /** Whether times alone tell the order. */
  get isEmpty(): boolean {
    return this.#edges.size === 0;
  }

  edgesFrom(index: number): readonly ReadEdge<Label>[] {
    return this.#edges.get(index) ?? [];
  }

  /** The operations with edges of their own. */
  get sources(): Iterable<number> {
    return this.#edges.keys();
  }

  /** A read shows operations and misses others. */
  add(shown: readonly number[], missed: readonly number[], by: Label): void {
    this.#effort.spend(shown.length * missed.length);
    for (const from of shown)
      for (const to of missed) this.addEdge(from, { to, by, replaced: false });
  }

  addEdge(from: number, edge: ReadEdge<Label>): void {
    const { to } = edge;
    if (this.precedes(from, to)) return;
    let edges = this.#edges.get(from);
    if (edges === undefined) this.#edges.set(from, (edges = []));
    this.#effort.spend(EDGE_STEPS + edges.length);
    const { chain, place, beganUs } = this.#chains;
    const known = edges.findIndex((other) => chain[other.to] === chain[to]);
    // Whatever comes later in the chain follows by itself.
    if (known >= 0 && place[edges[known]!.to]! <= place[to]!) return;
    if (known >= 0) edges[known] = edge;
    else edges.push(edge);
    this.#edgeTargets.lower(this.#rank[from]!, this.#knownUs[to]!);
    this.#sourceUs[to] = Math.max(this.#sourceUs[to]!, beganUs[from]!);
  }

  /**
   * All that comes after these operations, themselves included. `extra`: edges that are tried and not kept. `only`: no
   * other edges.
   */
  reach(
    from: readonly number[],
    extra: readonly (readonly [from: number, to: number])[] = [],
    only = false,
  ): Reached {
    const search = ++this.#search;
    const { beganUs, acknowledgedUs, members } = this.#chains;
    const queue: number[] = [];
    let instantUs = Infinity;
    let earliestUs = Infinity;
    const add = (index: number): void => {
      if (this.#reachedAt[index] === search) return;
      this.#reachedAt[index] = search;
      queue.push(index);
      instantUs = Math.min(instantUs, this.#knownUs[index]!);
      earliestUs = Math.min(earliestUs, acknowledgedUs[index]!);
    };
    const isReached = (index: number): boolean =>
      this.#reachedAt[index] === search || beganUs[index]! > instantUs;
    for (const index of from) add(index);
    for (let beforeUs = NaN; queue.length > 0 || instantUs !== beforeUs;) {
      beforeUs = instantUs;
      this.#effort.spend(extra.length);
      for (let i = 0; i < queue.length; i++) {
        const edges = only ? undefined : this.#edges.get(queue[i]!);
        this.#effort.spend(1 + (edges?.length ?? 0));
        if (edges !== undefined) for (const { to } of edges) add(to);
      }
      queue.length = 0;
      for (const [first, to] of extra) if (isReached(first)) add(to);
      if (!only && this.#edges.size > 0) {
        instantUs = Math.min(instantUs, this.#edgeTargets.from(this.#rankAfter(instantUs)));
        this.#effort.spend(members.length / 4);
        // Of each chain one operation may have been under way at the instant.
        for (let chain = 0; chain < members.length; chain++) {
          const index = this.#chains.lastBegan(chain, instantUs);
          if (index >= 0 && this.#sourceUs[index]! > instantUs) add(index);
        }
      }
    }
    const rank = this.#rankAfter(instantUs);
    return {
      beganAfterUs: instantUs,
      has: (index) => this.#reachedAt[index] === search || beganUs[index]! > instantUs,
      acknowledgedUs: Math.min(earliestUs, this.#acknowledgedFromUs[rank]!),
    };
  }

  /** How many operations began at this time or before. */
  #rankAfter(timeUs: number): number {
    let low = 0;
    let high = this.#beginsUs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#beginsUs[middle]! <= timeUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The least of all values from a place on, of values that only get lower (a Fenwick tree from the end). */
class SuffixMinimum {
  readonly #tree: Float64Array;

  constructor(length: number) {
    this.#tree = new Float64Array(length + 1).fill(Infinity);
  }

  clear(): void {
    this.#tree.fill(Infinity);
  }

  lower(place: number, value: number): void {
    for (let i = place + 1; i > 0; i -= i & -i) {
      if (value < this.#tree[i]!) this.#tree[i] = value;
    }
  }

  from(place: number): number {
    let least = Infinity;
    for (let i = place + 1; i < this.#tree.length; i += i & -i)
      least = Math.min(least, this.#tree[i]!);
    return least;
  }
}
