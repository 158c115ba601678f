import { precedes, type Ledger, type Operation } from '../core/ledger.ts';

/** What one row has shown to one reader: the last version, and earlier ones that may legally come in either order. */
interface Seen {
  readonly last: Operation;
  readonly concurrent: readonly Operation[];
}

/**
 * What rows have shown to readers, a number for each state so that a row costs its reader no more: 0 is nothing,
 * 1 + index is that operation alone, higher ones are operations with concurrent ones before them. What the last one
 * follows need not be remembered: to see that again is to go back behind the last.
 */
export class SeenVersions {
  readonly #operations: readonly Operation[];
  readonly #mixed: Seen[] = [];
  readonly #byKey = new Map<string, number>();

  constructor({ operations }: Ledger) {
    this.#operations = operations;
  }

  /** The state of a row that has shown this version and none before it that matters. */
  static only({ index }: Operation): number {
    return index + 1;
  }

  /** The version seen last; undefined for nothing. */
  last(state: number): Operation | undefined {
    if (state <= this.#operations.length) return this.#operations[state - 1];
    return this.#mixed[state - this.#operations.length - 1]!.last;
  }

  /** Whether nothing was seen before, or one version that was acknowledged before this one began. */
  follows(state: number, operation: Operation): boolean {
    if (state > this.#operations.length) return false;
    return state === 0 || precedes(this.#operations[state - 1]!, operation);
  }

  /** What was seen before and forbids this other version now; undefined if it may come. */
  forbids(state: number, operation: Operation): Operation | undefined {
    const last = this.last(state)!;
    if (precedes(operation, last)) return last;
    const concurrent = this.#concurrent(state);
    if (concurrent.includes(operation)) return last;
    return concurrent.find((seen) => precedes(operation, seen));
  }

  /** The state after this other version was seen, where nothing forbids it. */
  next(state: number, operation: Operation): number {
    const seen = [this.last(state)!, ...this.#concurrent(state)];
    const kept = seen.filter((before) => !precedes(before, operation));
    return kept.length === 0 ? SeenVersions.only(operation) : this.#intern(operation, kept);
  }

  #concurrent(state: number): readonly Operation[] {
    const at = state - this.#operations.length - 1;
    return at < 0 ? NONE : this.#mixed[at]!.concurrent;
  }

  #intern(last: Operation, concurrent: readonly Operation[]): number {
    const key = [last, ...concurrent].map(({ index }) => index).join();
    let state = this.#byKey.get(key);
    if (state === undefined) {
      this.#mixed.push({ last, concurrent });
      state = this.#operations.length + this.#mixed.length;
      this.#byKey.set(key, state);
    }
    return state;
  }
}

const NONE: readonly Operation[] = [];
