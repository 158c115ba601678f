import { batchNumber, type IdRange } from '../../../src/core/dataset.ts';
import { writerName, type Event, type WriteInvoke } from '../../../src/core/history.ts';
import type { Random } from '../../../src/core/random.ts';
import { header } from '../../core/metrics-events.ts';
import { shapeOf } from '../../../src/core/options.ts';
import { ALL_ROWS, SEED_ROWS, TICK_US, type Limits, type Store } from './store.ts';

interface Pending {
  readonly invoke: WriteInvoke;
  /** When the driver was called; undefined before. */
  startTick: number | undefined;
  isCommitted: boolean;
}

/** Re-embeds and upserts any rows; some of its operations fail, and some never get an answer. */
export class Writer {
  readonly process: string;
  readonly #index: number;
  readonly #writers: number;
  readonly #store: Store;
  readonly #random: Random;
  #op = 0;
  #pending: Pending | undefined;
  #isGone = false;

  constructor(index: number, writers: number, store: Store, random: Random) {
    this.process = writerName(index);
    this.#index = index;
    this.#writers = writers;
    this.#store = store;
    this.#random = random;
  }

  /** One step of an operation; undefined if it did nothing. */
  step(tick: number, limits: Limits): Event[] | undefined {
    if (this.#isGone) return undefined;
    const pending = this.#pending;
    if (pending === undefined) {
      if (limits.writes === 0) return undefined;
      limits.writes--;
      return [this.#invoke(tick)];
    }
    pending.startTick ??= tick;
    if (!pending.isCommitted && this.#random.below(10) > 0) {
      this.#store.commit(pending.invoke);
      pending.isCommitted = true;
      // Often the answer takes longer than the effect.
      if (this.#random.below(2) === 0) return undefined;
    }
    return [this.#end(pending, tick)];
  }

  #end({ invoke, startTick, isCommitted }: Pending, tick: number): Event {
    const { process, f, op } = invoke;
    const times = { start: startTick! * TICK_US, time: tick * TICK_US };
    this.#pending = undefined;
    if (isCommitted && this.#random.below(8) > 0) {
      this.#store.acknowledge(process, tick);
      return { type: 'ok', process, f, op, ...times };
    }
    if (!isCommitted && this.#random.below(2) === 0)
      return { type: 'fail', process, f, op, ...times };
    if (!isCommitted) this.#store.postpone(invoke);
    if (this.#random.below(4) > 0) return { type: 'info', process, f, op, ...times };
    this.#isGone = true;
    return { type: 'process', process, state: 'died', time: tick * TICK_US };
  }

  #invoke(tick: number): Event {
    const op = this.#op++;
    const batch = batchNumber(shapeOf(header({ writers: this.#writers }).options), this.#index, op);
    const isUpdate = this.#random.below(2) === 0;
    const base = {
      type: 'invoke',
      process: this.process,
      op,
      batch,
      time: tick * TICK_US,
    } as const;
    // What writes no rows is none of the order.
    const invoke: WriteInvoke =
      this.#random.below(25) === 0
        ? { ...base, f: 'increment' }
        : { ...base, f: isUpdate ? 'reembed' : 'upsert', ids: this.#ids(isUpdate) };
    const startTick = this.#random.below(4) === 0 ? undefined : tick;
    this.#pending = { invoke, startTick, isCommitted: false };
    return invoke;
  }

  #ids(isUpdate: boolean): IdRange {
    const base = isUpdate ? 1 : SEED_ROWS + 1;
    const end = isUpdate ? SEED_ROWS : ALL_ROWS;
    const first = base + this.#random.below(end - base + 1);
    const step = 1 + this.#random.below(2);
    const count = 1 + this.#random.below(Math.floor((end - first) / step) + 1);
    return [first, first + (count - 1) * step, count === 1 ? 1 : step];
  }
}
