import type { Effort } from '../../core/effort.ts';
import { countUntil, type Chains } from './chains.ts';

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
  /** All operations by their beginning. */
  readonly #byBegin: readonly number[];
  /** The earliest acknowledgement of this operation in {@link #byBegin} and all later ones. */
  readonly #acknowledgedFromUs: Float64Array;
  /** By operation: the latest beginning of an operation that an edge leads from. */
  readonly #sourceUs: Float64Array;
  readonly #reachedAt: Int32Array;
  #search = 0;

  constructor(chains: Chains, knownUs: Float64Array, effort: Effort) {
    this.#chains = chains;
    this.#knownUs = knownUs;
    this.#effort = effort;
    const { beganUs, acknowledgedUs, members } = chains;
    this.#byBegin = members.flat().sort((a, b) => beganUs[a]! - beganUs[b]!);
    this.#acknowledgedFromUs = new Float64Array(this.#byBegin.length + 1).fill(Infinity);
    for (let i = this.#byBegin.length - 1; i >= 0; i--) {
      const own = acknowledgedUs[this.#byBegin[i]!]!;
      this.#acknowledgedFromUs[i] = Math.min(own, this.#acknowledgedFromUs[i + 1]!);
    }
    this.#sourceUs = new Float64Array(beganUs.length).fill(-Infinity);
    this.#reachedAt = new Int32Array(beganUs.length);
  }

  /** Whether times alone tell that one comes before the other. */
  precedes(first: number, second: number): boolean {
    if (this.#knownUs[first]! < this.#chains.beganUs[second]!) return true;
    const { chain, place } = this.#chains;
    return chain[first] === chain[second] && place[first]! < place[second]!;
  }

  /**
   * The next operation of the chain, where it began at the very instant at which this one was known: it follows, but
   * did not begin later. -1 if there is none.
   */
  follower(index: number): number {
    const { beganUs, chain, members, place } = this.#chains;
    const next = members[chain[index]!]![place[index]! + 1] ?? -1;
    return beganUs[next] === this.#knownUs[index] ? next : -1;
  }

  /** Forgets all edges. */
  clear(): void {
    this.#edges.clear();
    this.#sourceUs.fill(-Infinity);
  }

  /** Whether times alone tell the order. */
  get isEmpty(): boolean {
    return this.#edges.size === 0;
  }

  edgesFrom(index: number): readonly ReadEdge<Label>[] {
    return this.#edges.get(index) ?? NO_EDGES;
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

  /**
   * Of two operations of which times tell that the second comes first, no edge may be added: a read that says so
   * contradicts itself.
   */
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
    while (queue.length > 0) {
      // It grows while it is gone through.
      for (const index of queue) {
        const follower = this.follower(index);
        if (follower >= 0) add(follower);
        const edges = only ? NO_EDGES : this.edgesFrom(index);
        this.#effort.spend(1 + edges.length);
        for (const { to } of edges) add(to);
      }
      queue.length = 0;
      this.#effort.spend(extra.length);
      for (const [first, to] of extra) if (isReached(first)) add(to);
      if (only || this.isEmpty) continue;
      this.#effort.spend(members.length / 4);
      // What an edge leads to had not ended when the one that it leads from began. So where the latter began after the
      // instant, the former did, too, or it is the one operation of its chain that was under way at the instant.
      for (let chain = 0; chain < members.length; chain++) {
        const index = this.#chains.lastBegan(chain, instantUs);
        if (index >= 0 && this.#sourceUs[index]! > instantUs) add(index);
      }
    }
    const later = countUntil(this.#byBegin, beganUs, instantUs);
    return {
      beganAfterUs: instantUs,
      has: isReached,
      acknowledgedUs: Math.min(earliestUs, this.#acknowledgedFromUs[later]!),
    };
  }
}

/** One array for all: most operations have none. */
const NO_EDGES: readonly never[] = [];
