import { idsOf, WRITER_RANGE, writerBase, type DatasetShape } from '../../../src/core/dataset.ts';
import type { ReadEvent } from '../../../src/core/history.ts';
import type { Random } from '../../../src/core/random.ts';
import { encode } from '../../support/rows.ts';
import { pick } from '../../support/pick.ts';
import type { Log, Sees } from './log.ts';
import type { Slot } from './writes.ts';

const POINT_EVERY = 4;
const TOP_K = 5;
const DRAIN_US = 200_000;

/** What a read that lasts so long sees. */
export type View = (slot: Slot) => Sees;

type Asked = Pick<ReadEvent, 'f' | 'intervals' | 'ids'>;

/** The reads of one process, with the questions that our readers ask: search, poll from the frontier, point. */
export class Session {
  readonly #process: string;
  readonly #shape: DatasetShape;
  readonly #log: Log;
  readonly #view: View;
  readonly #random: Random;
  /** By writer's range: the first id of the batch seen last. */
  readonly #frontier: number[];

  constructor(process: string, shape: DatasetShape, log: Log, view: View, random: Random) {
    this.#process = process;
    this.#shape = shape;
    this.#log = log;
    this.#view = view;
    this.#random = random;
    const ranges = shape.keys === 'own' ? shape.writers : 1;
    this.#frontier = Array.from({ length: ranges }, (_, range) => writerBase(shape, range));
  }

  reads(slots: readonly Slot[]): ReadEvent[] {
    const reads = slots.map((slot, i) => {
      if (i % POINT_EVERY === POINT_EVERY - 1) return this.#point(slot);
      return i % 2 === 0 ? this.#poll(slot) : this.#search(slot);
    });
    const drained = { startUs: (slots.at(-1)?.endUs ?? 0) + DRAIN_US, endUs: 0 };
    const drain = { startUs: drained.startUs, endUs: drained.startUs + 1000 };
    return [...reads, this.#drain(drain)];
  }

  #poll(slot: Slot): ReadEvent {
    const { batch } = this.#shape;
    const intervals = this.#frontier.map((from, range): [number, number] => [
      from - 1,
      writerBase(this.#shape, range) + WRITER_RANGE,
    ]);
    const asked = intervals.flatMap(([after, before]) =>
      this.#log.insertedBetween(after, before, slot.endUs),
    );
    const event = this.#answer(slot, { f: 'poll', intervals }, asked);
    for (const [range, from] of this.#frontier.entries()) {
      const ids = event
        .rows!.map(([, last]) => last)
        .filter((id) => id >= from && id < intervals[range]![1]);
      const last = Math.max(from - 1, ...ids);
      const base = writerBase(this.#shape, range);
      const begun = last < from ? from : last - ((last - base) % (batch / 2));
      this.#frontier[range] = begun;
    }
    return event;
  }

  #search(slot: Slot): ReadEvent {
    const inserted = this.#frontier;
    const seeds = Array.from({ length: TOP_K }, () => 1 + this.#random.below(this.#shape.rows));
    return this.#answer(slot, { f: 'search' }, new Set([...seeds, ...inserted]));
  }

  #point(slot: Slot): ReadEvent {
    const newest = this.#log.countAt(slot.endUs);
    const recent = this.#log.writes.slice(Math.max(0, newest - 8), newest);
    const ids =
      pick(
        recent.filter(({ invoke }) => invoke.f === 'reembed'),
        this.#random,
      )?.invoke.ids ?? ([1, 4, 1] as const);
    return this.#answer(slot, { f: 'point', ids }, idsOf(ids));
  }

  #drain(slot: Slot): ReadEvent {
    const { rows } = this.#shape;
    return this.#answer(
      slot,
      { f: 'drain', intervals: [[rows, null]] },
      this.#log.insertedBetween(rows, Infinity, Infinity),
    );
  }

  #answer(slot: Slot, asked: Asked, ids: Iterable<number>): ReadEvent {
    const rows = encode(this.#log.rows(ids, this.#view(slot)));
    const process = this.#process;
    const iteration = asked.f === 'drain' ? -1 : 0;
    return {
      type: 'ok',
      process,
      iteration,
      ...asked,
      start: slot.startUs,
      time: slot.endUs,
      rows,
    };
  }
}
