import type { ReadEvent } from '../../core/history.ts';
import type { Operation } from '../../core/ledger.ts';
import type { Rows } from '../rows.ts';
import type { Chains } from './chains.ts';
import { Effort, tooTangled } from '../../core/effort.ts';
import { Marks } from './marks.ts';

/** Rows and operations that may be compared one by one in a whole history: some ten seconds. */
const MOST_STEPS = 1_000_000_000;
/** What one row takes that is looked at by itself. */
const STEPS_OF_ROW = 10;
/** And where a read has more rows than fit in the caches. */
const STEPS_OF_MANY = 100;
const MANY_ROWS = 100_000;

/** Part of an operation's rows is shown, and these are not. */
export interface Fracture {
  readonly operation: Operation;
  readonly absent: number[];
}

/**
 * What one read says of the order: which operations it shows, and which it cannot have seen, because a row that it asked
 * for shows what they replaced. One object for all reads of a copy, filled with one after the other.
 */
export class Reading {
  /** Two operations wrote a row at once, and it shows one of them: nobody knows which came first. */
  undecided = false;
  /** The read could have shown something else. */
  discriminating = false;
  /** Operations of which it shows a part. */
  readonly fractures: Fracture[] = [];
  /** Pairs: the first is shown in another row, and in a row of both the second. */
  readonly replaced: [number, number][] = [];
  /** How many operations it shows with all their rows. */
  whole = 0;
  endUs = 0;
  /** Of each chain the last operation that it shows, and the first that it misses. */
  readonly shown: Marks;
  readonly missed: Marks;
  #startUs = 0;
  readonly #effort: Effort;
  readonly #chains: Chains;

  /** `effort`: what may be compared one by one, over all reads. */
  constructor(chains: Chains, effort = new Effort(MOST_STEPS, tooTangled('its reads'))) {
    this.#chains = chains;
    this.#effort = effort;
    this.shown = new Marks(chains.members.length);
    this.missed = new Marks(chains.members.length);
  }

  /** Forgets the read before. */
  begin({ start, time }: ReadEvent): void {
    // To empty an empty array takes longer than all else here; only a read that discriminates fills them.
    if (this.discriminating) this.fractures.length = this.replaced.length = 0;
    this.undecided = this.discriminating = false;
    this.whole = 0;
    this.shown.clear();
    this.missed.clear();
    this.#startUs = start;
    this.endUs = time;
  }

  get showsSeed(): boolean {
    return this.shown.get(0) === 0;
  }

  /** Whether it shows any operation of the run. */
  get showsOperation(): boolean {
    return this.shown.count > (this.showsSeed ? 1 : 0);
  }

  /** A read shows `operation` in some rows, and in others that it wrote too `version` or nothing. */
  contrast(operation: Operation, version: Operation | undefined, ids: number[]): void {
    if (version === undefined || this.#chains.precedes(version, operation)) {
      this.discriminating = true;
      const known = this.fractures.find((fracture) => fracture.operation === operation);
      if (known === undefined) this.fractures.push({ operation, absent: [...ids] });
      else for (const id of ids) known.absent.push(id);
    } else if (!this.#chains.precedes(operation, version)) {
      this.discriminating = true;
      this.replaced.push([operation.index, version.index]);
    }
  }

  /** Whether the order has the operation, and it can have been seen by the end of this read. */
  exists({ index, beganUs }: Operation): boolean {
    return this.#chains.chain[index]! >= 0 && beganUs <= this.endUs;
  }

  /** It shows the operation. */
  show(index: number): void {
    const chain = this.#chains.chain[index]!;
    // The operations of a chain are numbered in their order.
    if (this.shown.get(chain) < index) this.shown.set(chain, index);
    if (index !== 0 && this.#chains.acknowledgedUs[index]! >= this.#startUs) {
      this.discriminating = true;
    }
  }

  /** It misses the operation. What begins after the read has ended need not be said: it comes after all that the read shows. */
  miss(index: number): void {
    if (this.#chains.beganUs[index]! > this.endUs) return;
    const chain = this.#chains.chain[index]!;
    const known = this.missed.get(chain);
    if (known < 0 || index < known) this.missed.set(chain, index);
    this.discriminating = true;
  }

  /** Rows that are not told by runs: each takes room of its own. */
  versionsOf(rows: Rows): ReturnType<Rows['versions']> {
    this.spend(rows.count * (rows.count > MANY_ROWS ? STEPS_OF_MANY : STEPS_OF_ROW));
    return rows.versions();
  }

  /** Counts comparisons, which are bounded over all reads. */
  spend(steps: number): void {
    this.#effort.spend(steps);
  }
}
