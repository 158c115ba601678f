import { idsOf } from '../../../src/core/dataset.ts';
import type { WriteInvoke } from '../../../src/core/history.ts';
import type { Row } from '../rows.ts';
import type { Choices } from './choices.ts';

/** Batch by id. */
export type State = ReadonlyMap<number, number>;

/** One copy of a correct database: each operation takes effect whole, at one instant. */
export class Database {
  readonly states: State[];
  counter = 0;
  /** Ended in doubt, and not done yet. */
  readonly #floating: WriteInvoke[] = [];
  /** When commits were acknowledged, and the state since they are there. */
  readonly #acknowledged: { time: number; state: number }[] = [];

  constructor(rows: number) {
    this.states = [new Map(Array.from({ length: rows }, (_, i) => [i + 1, 0]))];
  }

  get latest(): State {
    return this.states.at(-1)!;
  }

  /** Does this now. */
  commit({ ids, batch }: WriteInvoke): void {
    if (ids === undefined) {
      this.counter++;
      return;
    }
    const state = new Map(this.latest);
    for (const id of idsOf(ids)) state.set(id, batch);
    this.states.push(state);
  }

  /** Does this at any later time, or never. */
  postpone(invoke: WriteInvoke): void {
    this.#floating.push(invoke);
  }

  /** Something that was in doubt may be done. */
  drift(choices: Choices): void {
    const { length } = this.#floating;
    if (length > 0) this.commit(this.#floating.splice(choices.below(length), 1)[0]!);
  }

  /** What was committed before is acknowledged. */
  acknowledge(time: number): void {
    this.#acknowledged.push({ time, state: this.states.length - 1 });
  }

  /** The oldest state with all that was acknowledged before that instant. */
  oldestSince(time: number): number {
    const before = this.#acknowledged.filter((commit) => commit.time < time);
    return Math.max(0, ...before.map(({ state }) => state));
  }
}

export const rowsOf = (state: State): Row[] => [...state].toSorted(([a], [b]) => a - b);
