import { idsOf } from '../../../src/core/dataset.ts';
import type { Event, ReadEvent } from '../../../src/core/history.ts';
import type { Random } from '../../../src/core/random.ts';
import { encode, type Row } from '../../support/rows.ts';
import { shuffled } from '../../support/pick.ts';
import { ALL_ROWS, SEED_ROWS, TICK_US, type Limits, type Store } from './store.ts';

type Question = Pick<ReadEvent, 'f' | 'intervals' | 'ids'>;

/** What its reads keep: 1 its sessions, 2 its own writes too, 3 the bound too. */
export interface Strength {
  readonly strength: number;
  readonly boundTicks: number;
}

/** Shows any state that its strength allows; now and then it has two reads at once, or opens the database again. */
export class Reader {
  readonly process: string;
  readonly #store: Store;
  readonly #random: Random;
  readonly #keeps: Strength;
  #pending: { question: Question; startTick: number }[] = [];
  /** Reads of this session. */
  #done: { endTick: number; state: number }[] = [];

  constructor(process: string, store: Store, random: Random, keeps: Strength) {
    this.process = process;
    this.#store = store;
    this.#random = random;
    this.#keeps = keeps;
  }

  /** Begins a read or ends one; undefined if it did nothing that is recorded. */
  step(tick: number, limits: Limits): Event[] | undefined {
    const { process } = this;
    if (this.#pending.length === 0 && this.#random.below(10) === 0) {
      this.#done = [];
      const time = tick * TICK_US;
      return [{ type: 'ok', process, f: 'open', start: time, time }];
    }
    if (limits.reads > 0 && this.#random.below(this.#pending.length === 0 ? 2 : 8) === 0) {
      limits.reads--;
      this.#pending.push({ question: this.#question(), startTick: tick });
      return [];
    }
    const reading = this.#random.below(2) === 0 ? this.#pending.shift() : undefined;
    if (reading === undefined) return undefined;
    const { question, startTick } = reading;
    const times = { start: startTick * TICK_US, time: tick * TICK_US };
    const event = { process, iteration: 0, ...question, ...times };
    if (this.#random.below(20) === 0) return [{ ...event, type: 'fail' }];
    const state = this.#stateFor(startTick);
    this.#done.push({ endTick: tick, state });
    return [{ ...event, type: 'ok', rows: encode(this.#answer(question, state)) }];
  }

  #stateFor(startTick: number): number {
    const { strength, boundTicks } = this.#keeps;
    const before = this.#done.filter(({ endTick }) => endTick < startTick);
    const oldest = Math.max(
      0,
      ...(strength >= 1 ? before.map(({ state }) => state) : []),
      strength >= 2 ? this.#store.oldestSince(startTick, this.process) : 0,
      strength >= 3 ? this.#store.oldestSince(startTick - boundTicks) : 0,
    );
    const { latest } = this.#store;
    return this.#random.below(2) === 0 ? latest : oldest + this.#random.below(latest - oldest + 1);
  }

  #question(): Question {
    const first = 1 + this.#random.below(ALL_ROWS);
    const last = first + this.#random.below(ALL_ROWS - first + 1);
    const after = this.#random.below(ALL_ROWS);
    switch (this.#random.below(7)) {
      case 0:
        return { f: 'search' };
      case 1:
        return { f: 'drain', intervals: [[this.#random.below(2) * SEED_ROWS, null]] };
      case 2:
        return { f: 'poll', intervals: [[after, null]] };
      case 3:
        return {
          f: 'poll',
          intervals: [
            [0, first],
            [last, ALL_ROWS + 1],
          ],
        };
      case 4:
        return { f: 'point', ids: [first, last - ((last - first) % 2), first === last ? 1 : 2] };
      default:
        return { f: 'point', ids: [1, last, 1] };
    }
  }

  #answer(question: Question, state: number): Row[] {
    const rows = this.#store.rows(state);
    if (question.f !== 'search') return rows.filter(([id]) => isAskedBy(question, id));
    return shuffled(rows, this.#random).slice(0, 1 + this.#random.below(4));
  }
}

/** Whether a read asked for this row; a search for any. */
export function isAskedBy({ f, ids, intervals = [] }: Question, id: number): boolean {
  if (ids !== undefined) return idsOf(ids).includes(id);
  return (
    f === 'search' || intervals.some(([after, before]) => id > after && id < (before ?? Infinity))
  );
}
