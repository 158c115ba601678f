import type { ReadName } from '../describe.ts';

/** An operation, and a read that shows it. */
export interface Sighting {
  readonly index: number;
  readonly by: ReadName;
}

/**
 * A read that misses something, with all that an order must explain of it. Reads that miss nothing are told by the times of
 * what they show.
 */
export interface Candidate extends ReadName {
  readonly session: Session;
  readonly start: number;
  /** Of each chain the last operation that it shows, and the first that it misses. */
  readonly shown: readonly number[];
  readonly missed: readonly number[];
  /** Pairs of operations that it shows as one replaced by the other. */
  readonly replaced: readonly (readonly [number, number])[];
  /** What the session saw since its last candidate, in the order of the reads. */
  readonly before: readonly Sighting[];
  /** An operation that it misses, and that an earlier read of its session showed; -1 for none. */
  readonly wentBack: number;
  /** It contradicts others: nothing is concluded from it any more. */
  isOut: boolean;
  /** Of each chain the last operation that a read of its session had shown before it began. */
  seen: readonly Sighting[];
}

/** A set of operations that is emptied quickly: the sessions of one process use it one after the other. */
export class OperationSet {
  readonly #bits: Uint32Array;
  readonly #touched: number[] = [];

  constructor(operations: number) {
    this.#bits = new Uint32Array((operations >>> 5) + 1);
  }

  has(index: number): boolean {
    return (this.#bits[index >>> 5]! & (1 << (index & 31))) !== 0;
  }

  add(index: number): void {
    const word = index >>> 5;
    if (this.#bits[word] === 0) this.#touched.push(word);
    this.#bits[word]! |= 1 << (index & 31);
  }

  clear(): void {
    for (const word of this.#touched) this.#bits[word] = 0;
    this.#touched.length = 0;
  }
}

/** The reads between an open of one process and its next one. */
export class Session {
  readonly process: string;
  /** The operations that it showed so far. */
  readonly shown: OperationSet;
  /** Its last read that misses something. */
  candidate: Candidate | undefined;
  /** One of its reads showed an operation of the run; and another one came after it. */
  hasSeen = false;
  hasReadOn = false;
  endedUs = -Infinity;
  #pending: Sighting[] = [];
  readonly #places: (number | undefined)[] = [];
  /** By chain: the last operation that any of its reads showed. */
  readonly lastShown: (number | undefined)[] = [];

  constructor(process: string, shown: OperationSet) {
    this.process = process;
    this.shown = shown;
  }

  /** It saw the operation at this place of a chain. */
  sight(chain: number, place: number, index: number, by: () => ReadName): void {
    if ((this.#places[chain] ?? -1) >= place) return;
    this.#places[chain] = place;
    this.#pending.push({ index, by: by() });
  }

  /** What it saw since this was asked last. */
  takePending(): readonly Sighting[] {
    const pending = this.#pending;
    this.#pending = [];
    return pending;
  }
}
