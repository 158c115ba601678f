import { precedes, type Ledger, type Operation } from '../../core/ledger.ts';

/** More operations than that are never under way at once: a run has at most 256 writers, each with one in doubt now and then. */
const MOST_CHAINS = 8192;
/** Far more than one process has under way at once. */
const MOST_OF_WRITER = 256;

/**
 * The operations of one copy as chains: of two in one chain the earlier was acknowledged before the later began. A
 * writer's acknowledged operations are a chain; each one in doubt is a chain of its own. So what a read shows of a
 * chain is told by the last operation that it shows, and what it misses by the first that it misses.
 */
export class Chains {
  /** All by operation: its number in the ledger is the index. */
  readonly operations: readonly Operation[];
  readonly beganUs: Float64Array;
  readonly acknowledgedUs: Float64Array;
  /** The chain of each operation; -1 for one that failed. */
  readonly chain: Int32Array;
  /** Its place in its chain, from 0. */
  readonly place: Int32Array;
  /** The operations of each chain, in order. The seed is alone in the first. */
  readonly members: number[][] = [];
  /** The chains of operations in doubt. */
  readonly doubtful: number[] = [];

  constructor({ operations }: Ledger) {
    const count = operations.length;
    this.operations = operations;
    this.beganUs = Float64Array.from(operations, ({ beganUs }) => beganUs);
    this.acknowledgedUs = Float64Array.from(operations, ({ acknowledgedUs }) => acknowledgedUs);
    // The seed is there from the beginning of the run on.
    this.acknowledgedUs[0] = 0;
    this.chain = new Int32Array(count).fill(-1);
    this.place = new Int32Array(count);
    const ofWriters = new Map<string, number[]>();
    for (const { index, process, outcome, cover } of operations) {
      // Increments touch no row that anybody reads.
      if (outcome === 'fail' || cover === null) continue;
      if (outcome === 'info') {
        this.doubtful.push(this.members.length);
        this.#append(this.#open(), index);
        continue;
      }
      let own = ofWriters.get(process);
      if (own === undefined) ofWriters.set(process, (own = []));
      this.#append(this.#chainFor(own, index), index);
    }
  }

  /** Whether `a` was acknowledged before `b` began. Inside one process the same instant is before. */
  precedes(a: Operation, b: Operation): boolean {
    if (precedes(a, b)) return true;
    const chain = this.chain[a.index]!;
    return chain === this.chain[b.index] && this.place[a.index]! < this.place[b.index]!;
  }

  /** The last operation of a chain that began at this time or before; -1 if there is none. */
  lastBegan(chain: number, timeUs: number): number {
    return lastUntil(this.members[chain]!, this.beganUs, timeUs);
  }

  /** The last operation of a chain that was acknowledged at this time or before; -1 if there is none. */
  lastAcknowledged(chain: number, timeUs: number): number {
    return lastUntil(this.members[chain]!, this.acknowledgedUs, timeUs);
  }

  /** A process works on one operation at a time; where its events say otherwise, the overlapping ones have no order. */
  #chainFor(own: number[], index: number): number {
    const free = own.find((chain) => {
      const last = this.members[chain]!.at(-1)!;
      return this.acknowledgedUs[last]! <= this.beganUs[index]!;
    });
    if (free !== undefined) return free;
    if (own.length >= MOST_OF_WRITER) {
      throw new Error(
        `the history has more than ${MOST_OF_WRITER} operations of ${this.operations[index]!.process} at once: no order of so many can be judged`,
      );
    }
    const chain = this.#open();
    own.push(chain);
    return chain;
  }

  #open(): number {
    if (this.members.length >= MOST_CHAINS) {
      throw new Error(
        `the history has more than ${MOST_CHAINS} operations that are in doubt or overlap others of their writer: no order of so many can be judged`,
      );
    }
    return this.members.push([]) - 1;
  }

  #append(chain: number, index: number): void {
    this.chain[index] = chain;
    this.place[index] = this.members[chain]!.push(index) - 1;
  }
}

/** How many of these operations of a chain have a time until then: when they began, or when they were acknowledged. */
export function countUntil(
  members: readonly number[],
  timesUs: Float64Array,
  timeUs: number,
): number {
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timesUs[members[middle]!]! <= timeUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lastUntil(members: readonly number[], timesUs: Float64Array, timeUs: number): number {
  return members[countUntil(members, timesUs, timeUs) - 1] ?? -1;
}
