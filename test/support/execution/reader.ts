import { WRITER_RANGE, writerBase } from '../../../src/core/dataset.ts';
import { readerName, type Event, type ReadEvent } from '../../../src/core/history.ts';
import { shapeOf, type RunOptions } from '../../../src/core/options.ts';
import { encode, type Row } from '../rows.ts';
import type { Choices } from './choices.ts';
import { rowsOf, type Database, type State } from './database.ts';

type Question = Pick<ReadEvent, 'f'> & Partial<ReadEvent>;

/** May lag behind, but never goes back, and shows what is older than the staleness bound. */
export class Reader {
  readonly process: string;
  readonly #options: RunOptions;
  readonly #database: Database;
  readonly #choices: Choices;
  /** The oldest state that it may still show. */
  #state = 0;
  #reading: (Question & { start: number }) | undefined;
  #target: Row | undefined;
  #isGone = false;
  /** How many of its turns pass before it begins. */
  #late: number;

  constructor(index: number, options: RunOptions, database: Database, choices: Choices) {
    this.process = readerName(index);
    this.#options = options;
    this.#database = database;
    this.#choices = choices;
    this.#late = Math.max(0, choices.below(30) - 20);
  }

  /** Begins a read, or ends it. */
  step(time: number): Event[] {
    if (this.#isGone || this.#late-- > 0) return [];
    if (this.#reading === undefined) {
      this.#reading = { ...this.#question(), start: time };
      return [];
    }
    if (this.#choices.rarely(40)) {
      this.#isGone = true;
      return [{ type: 'process', process: this.process, state: 'died', time }];
    }
    const reading = this.#reading;
    this.#reading = undefined;
    return [this.#answer(reading, time)];
  }

  /** The drain poll, and point reads after it. */
  drain(start: number): Event[] {
    if (this.#isGone) return [];
    const questions: Question[] = [
      { f: 'drain', intervals: [[this.#options.rows, null]] },
      { f: 'point', ids: this.#points() },
      { f: 'point', keys: this.#keys() },
    ];
    return questions.map((question, n) =>
      this.#answer({ ...question, iteration: -1, start: start + 2 * n }, start + 2 * n + 1),
    );
  }

  #answer(reading: Question & { start: number }, time: number): Event {
    const { process } = this;
    const event = { process, iteration: 0, ...reading, time };
    if (this.#choices.rarely(12)) {
      return { ...event, type: 'fail', error: { class: 'io', message: 'it did not work' } };
    }
    if (reading.f === 'files') return { ...event, type: 'ok' };
    const dueUs = reading.start - this.#options.stalenessBoundMs * 1000;
    this.#state = Math.max(this.#state, this.#database.oldestSince(dueUs));
    this.#state += this.#choices.below(this.#database.states.length - this.#state);
    const rows = this.#rowsFor(reading, this.#database.states[this.#state]!);
    if (reading.f === 'poll') this.#target = this.#newestOf(rows);
    return { ...event, type: 'ok', rows: encode(rows) };
  }

  /** What it searches for: the newest row of its last poll, or of all its polls. */
  #newestOf(rows: readonly Row[]): Row | undefined {
    const old = this.#target;
    const found = rows.toSorted(([, a], [, b]) => b - a)[0] ?? old;
    return old !== undefined && found![1] < old[1] && this.#choices.rarely(2) ? old : found;
  }

  #question(): Question {
    const target = this.#target;
    switch (this.#choices.below(7)) {
      case 0:
        return { f: 'search' };
      case 1:
      case 2:
        return target === undefined ? { f: 'search' } : { f: 'search', target: [...target] };
      case 3:
        return this.#choices.rarely(4)
          ? { f: 'point', keys: this.#keys() }
          : { f: 'point', ids: this.#points() };
      case 4:
        return { f: 'files', asked: 1, missing: [] };
      default:
        return { f: 'poll', intervals: this.#intervals() };
    }
  }

  #points(): [number, number, number] {
    const { rows } = this.#options;
    const first = 1 + this.#choices.below(rows);
    const step = 1 + this.#choices.below(3);
    const count = 1 + this.#choices.below(Math.floor((rows - first) / step) + 1);
    return [first, first + (count - 1) * step, step];
  }

  /** Some seed rows, at any distance from each other. */
  #keys(): number[] {
    const { rows } = this.#options;
    const count = 1 + this.#choices.below(8);
    const keys = Array.from({ length: count }, () => 1 + this.#choices.below(rows));
    return [...new Set(keys)].toSorted((a, b) => a - b);
  }

  /** From somewhere in each writer's range upward. */
  #intervals(): [number, number | null][] {
    const shape = shapeOf(this.#options);
    const ranges = this.#options.keys === 'own' ? shape.writers : 1;
    return Array.from({ length: ranges }, (_, range) => {
      const base = writerBase(shape, range);
      return [base - 1 + this.#choices.below(shape.batch), base + WRITER_RANGE];
    });
  }

  #rowsFor({ f, ids, keys, intervals = [], target }: Question, state: State): Row[] {
    const all = rowsOf(state);
    if (f === 'search') return this.#nearest(all, target);
    if (ids !== undefined) {
      const [first, last, step] = ids;
      return all.filter(([id]) => id >= first && id <= last && (id - first) % step === 0);
    }
    if (keys !== undefined) return all.filter(([id]) => keys.includes(id));
    return all.filter(([id]) =>
      intervals.some(([after, before]) => id > after && id < (before ?? Infinity)),
    );
  }

  /** Some rows in some order; the target among them, unless it has moved. */
  #nearest(all: readonly Row[], target: readonly [number, number] | undefined): Row[] {
    const found = this.#choices.shuffled(all).slice(0, 1 + this.#choices.below(24));
    if (target === undefined) return found;
    const own = all.find(([id]) => id === target[0]);
    if (own === undefined || found.includes(own)) return found;
    if (own[1] !== target[1] && this.#choices.rarely(2)) return found;
    return [...found, own];
  }
}
