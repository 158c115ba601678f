import {
  batchNumber,
  reembedIds,
  writerBase,
  type DatasetShape,
} from '../../../src/core/dataset.ts';
import { writerName, type Event, type WriteInvoke } from '../../../src/core/history.ts';
import { OPERATIONS_PER_ITERATION } from '../../../src/core/options.ts';
import type { Random } from '../../../src/core/random.ts';

const READS_EVERY = 3;

/** An acknowledged operation, and the instant between its call and its answer at which it took effect. */
export interface Write {
  readonly invoke: WriteInvoke & { readonly ids: NonNullable<WriteInvoke['ids']> };
  readonly commitUs: number;
  readonly endUs: number;
}

/** When something may be read. */
export interface Slot {
  readonly startUs: number;
  readonly endUs: number;
}

/** What one writer did, one after another as ours does, and when it read in between. */
export interface Written {
  readonly process: string;
  readonly writes: readonly Write[];
  readonly slots: readonly Slot[];
}

/** So many operations of one writer: it re-embeds, then inserts. */
export function writtenBy(
  writer: number,
  shape: DatasetShape,
  count: number,
  random: Random,
): Written {
  const process = writerName(writer);
  const half = shape.batch / 2;
  const writes: Write[] = [];
  const slots: Slot[] = [];
  let nowUs = 10_000 + random.below(1000);
  for (let i = 0; i < count; i++) {
    const iteration = Math.floor(i / 2);
    const op = OPERATIONS_PER_ITERATION * iteration + (i % 2);
    const first = writerBase(shape, writer) + iteration * half;
    const f = i % 2 === 0 ? 'reembed' : shape.keys === 'own' ? 'insert' : 'upsert';
    const ids =
      i % 2 === 0 ? reembedIds(shape, writer, iteration)! : ([first, first + half - 1, 1] as const);
    const batch = batchNumber(shape, writer, op);
    const commitUs = nowUs + 1 + random.below(2000);
    const endUs = commitUs + 1 + random.below(2000);
    writes.push({
      invoke: { type: 'invoke', process, f, op, batch, ids, time: nowUs },
      commitUs,
      endUs,
    });
    nowUs = endUs + 1 + random.below(2000);
    if (i % READS_EVERY > 0) continue;
    slots.push({ startUs: nowUs, endUs: (nowUs += 1 + random.below(3000)) });
    nowUs += 1;
  }
  return { process, writes, slots };
}

export function eventsOfWrite({ invoke, endUs }: Write): Event[] {
  const { process, f, op, time } = invoke;
  return [invoke, { type: 'ok', process, f, op, start: time, time: endUs }];
}
