import {
  batchNumber,
  reembedIds,
  writerBase,
  type DatasetShape,
  type IdRange,
} from '../../../src/core/dataset.ts';
import { writerName, type Event, type WriteInvoke } from '../../../src/core/history.ts';
import { OPERATIONS_PER_ITERATION, shapeOf, type RunOptions } from '../../../src/core/options.ts';
import type { Choices } from './choices.ts';
import type { Database } from './database.ts';

/** Writes as ours do; `astray` with shared keys, rows of any operation may overlap those of any other in part. */
export class Writer {
  readonly process: string;
  readonly #options: RunOptions;
  readonly #shape: DatasetShape;
  readonly #index: number;
  readonly #database: Database;
  readonly #choices: Choices;
  readonly #astray: boolean;
  #op = 0;
  #nextId: number;
  #pending: { invoke: WriteInvoke; committed: boolean } | undefined;
  #isGone = false;

  constructor(
    index: number,
    options: RunOptions,
    database: Database,
    choices: Choices,
    astray: boolean,
  ) {
    this.process = writerName(index);
    this.#options = options;
    this.#shape = shapeOf(options);
    this.#index = index;
    this.#database = database;
    this.#choices = choices;
    this.#astray = astray && options.keys === 'shared';
    this.#nextId = writerBase(this.#shape, index);
  }

  /** Does one thing of an operation: begins it, has its effect, or ends it. */
  step(time: number): Event[] {
    if (this.#isGone) return [];
    const pending = this.#pending;
    if (pending === undefined) return this.#invoke(time);
    if (this.#choices.rarely(40)) return [this.#die(time)];
    if (pending.committed) {
      const type = this.#choices.rarely(6) ? 'info' : 'ok';
      if (type === 'ok') this.#database.acknowledge(time);
      return [this.#end(type, time)];
    }
    const choice = this.#choices.below(12);
    if (choice < 10) {
      this.#database.commit(pending.invoke);
      pending.committed = true;
      return [];
    }
    if (choice === 10) return [this.#end('fail', time)];
    this.#database.postpone(pending.invoke);
    return [this.#end('info', time)];
  }

  /** In the middle of an operation, which nobody will ever end. */
  #die(time: number): Event {
    const { invoke, committed } = this.#pending!;
    if (!committed) this.#database.postpone(invoke);
    this.#isGone = true;
    const state = this.#choices.one(['died', 'hung'] as const);
    return { type: 'process', process: this.process, state, time };
  }

  #end(type: 'ok' | 'fail' | 'info', time: number): Event {
    const { process, f, op, time: start } = this.#pending!.invoke;
    this.#pending = undefined;
    return { type, process, f, op, start, time };
  }

  #invoke(time: number): Event[] {
    const op = this.#op++;
    const what = this.#next(op);
    if (what === undefined) return [];
    const batch = batchNumber(this.#shape, this.#index, op);
    const invoke: WriteInvoke = {
      type: 'invoke',
      process: this.process,
      f: what.f,
      op,
      batch,
      ...(what.ids === undefined ? {} : { ids: what.ids }),
      time,
    };
    this.#pending = { invoke, committed: false };
    return [invoke];
  }

  /** What the operation of this number is; undefined if it is left out. */
  #next(op: number): { f: WriteInvoke['f']; ids?: IdRange } | undefined {
    switch (op % OPERATIONS_PER_ITERATION) {
      case 0: {
        const ids = this.#reembedIds(Math.floor(op / OPERATIONS_PER_ITERATION));
        return ids === undefined ? undefined : { f: 'reembed', ids };
      }
      case 1:
        return {
          f: this.#options.keys === 'own' ? 'insert' : 'upsert',
          ids: this.#insertIds(this.#options.batch / 2),
        };
      default:
        return this.#options.increment === 'none' ? undefined : { f: 'increment' };
    }
  }

  #reembedIds(iteration: number): IdRange | undefined {
    if (!this.#astray) return reembedIds(this.#shape, this.#index, iteration);
    const { rows } = this.#options;
    const first = 1 + this.#choices.below(rows);
    return this.#progression(first, rows);
  }

  #insertIds(count: number): IdRange {
    if (this.#astray) {
      const base = writerBase(this.#shape, 0);
      return this.#progression(base + this.#choices.below(3 * count), Infinity);
    }
    const last = this.#nextId + count - 1;
    const ids: IdRange = [this.#nextId, last, 1];
    this.#nextId = last + 1;
    return ids;
  }

  #progression(first: number, limit: number): IdRange {
    const step = 1 + this.#choices.below(3);
    const most = Math.min(this.#options.batch, Math.floor((limit - first) / step) + 1);
    const count = 1 + this.#choices.below(most);
    return [first, first + (count - 1) * step, count === 1 ? 1 : step];
  }
}
