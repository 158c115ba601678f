import { idsOf } from '../../../src/core/dataset.ts';
import type { WriteInvoke } from '../../../src/core/history.ts';
import type { Random } from '../../../src/core/random.ts';
import type { Row } from '../../support/rows.ts';

/** Few rows, so that operations meet: some are there from the start, as many are still to be inserted. */
export const SEED_ROWS = 4;
export const ALL_ROWS = 8;
export const TICK_US = 100_000;

/** By row: its batch; undefined for a row that is not there. */
type State = readonly (number | undefined)[];

/** What actors of an execution have left to do. */
export interface Limits {
  writes: number;
  reads: number;
}

/** A database without a fault: each operation takes effect whole, at one instant; all states that it ever had. */
export class Store {
  readonly #states: State[] = [
    Array.from({ length: ALL_ROWS + 1 }, (_, id) => (id >= 1 && id <= SEED_ROWS ? 0 : undefined)),
  ];
  readonly #acknowledged: { process: string; tick: number; state: number }[] = [];
  /** In doubt, and not done yet. */
  readonly #floating: WriteInvoke[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get latest(): number {
    return this.#states.length - 1;
  }

  rows(state: number): Row[] {
    return this.#states[state]!.flatMap((batch, id): Row[] =>
      batch === undefined ? [] : [[id, batch]],
    );
  }

  commit({ ids, batch }: WriteInvoke): void {
    if (ids === undefined) return;
    const next = [...this.#states.at(-1)!];
    for (const id of idsOf(ids)) next[id] = batch;
    this.#states.push(next);
  }

  acknowledge(process: string, tick: number): void {
    this.#acknowledged.push({ process, tick, state: this.latest });
  }

  /** It may take effect at any later time, or never. */
  postpone(invoke: WriteInvoke): void {
    this.#floating.push(invoke);
  }

  /** Something in doubt may take effect. */
  drift(): void {
    if (this.#floating.length === 0 || this.#random.below(6) > 0) return;
    const [chosen] = this.#floating.splice(this.#random.below(this.#floating.length), 1);
    this.commit(chosen!);
  }

  /** The oldest state with all that was acknowledged before this tick, by this process if one is given. */
  oldestSince(tick: number, process?: string): number {
    const before = this.#acknowledged.filter(
      (commit) => commit.tick < tick && (process === undefined || commit.process === process),
    );
    return Math.max(0, ...before.map(({ state }) => state));
  }
}
