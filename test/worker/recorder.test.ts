import { expect, test } from 'vitest';
import { loadBackend } from '../../probes/index.ts';
import type { RowBatch } from '../../src/core/backend.ts';
import { chunkColumns, idsOf, type IdRange } from '../../src/core/dataset.ts';
import type { Event } from '../../src/core/history.ts';
import { shapeOf } from '../../src/core/options.ts';
import { monotonicUs } from '../../src/system/clock.ts';
import type { Channel } from '../../src/worker/channel.ts';
import { Clock } from '../../src/worker/clock.ts';
import { Recorder, Returned } from '../../src/worker/recorder.ts';
import { header } from '../core/metrics-events.ts';

/** Rows as a database returns them. */
function rowsOf(ids: IdRange, batch: number, dims: number): RowBatch {
  const shape = shapeOf(header({ dims }).options);
  const chunks = chunkColumns(shape, idsOf(ids), batch);
  const { count, checksums, embeddings } = chunks;
  return {
    ...{ count, checksums, embeddings },
    ids: idsOf(ids),
    batches: new Float64Array(count).fill(batch),
  };
}

test('what a read returned is compressed in the order returned, and torn rows are named', () => {
  const returned = new Returned(8, true);
  returned.add(rowsOf([101, 104, 1], 2, 8));
  const torn = rowsOf([1, 7, 2], 5, 8);
  torn.embeddings[8] = 7;
  returned.add(torn);
  expect(returned.fields()).toEqual({
    rows: [
      [101, 104, 2],
      [1, 7, 5, 2],
    ],
    torn: [[3, 5]],
    fresh: true,
  });
});

test('rows are verified when the read has ended, not on its time', () => {
  const returned = new Returned(8, true);
  const rows = rowsOf([101, 104, 1], 2, 8);
  returned.add(rows);
  rows.embeddings[0] = 7;
  expect(returned.fields().torn).toEqual([[101, 2]]);
});

test('of a long stream rows are verified on the way: it does not have to fit into memory', () => {
  const dims = 1024;
  const returned = new Returned(dims, true);
  // 4 KiB a row: the fifth page of 1,000 rows is beyond what is held.
  const pages = [0, 1, 2, 3, 4].map((n) => rowsOf([101 + n * 1000, 1100 + n * 1000, 1], 2, dims));
  for (const page of pages) returned.add(page);
  for (const page of pages) page.embeddings[0] = 7;
  returned.add(rowsOf([5101, 5104, 1], 2, dims));
  expect(returned.fields()).toEqual({ rows: [[101, 5104, 2]], fresh: true });
});

test('without checks only whether a row was fresh is kept', () => {
  const returned = new Returned(8, false);
  returned.add(rowsOf([1, 4, 1], 0, 8));
  expect(returned.fields()).toEqual({ fresh: false });
  returned.add(rowsOf([101, 104, 1], 2, 8));
  expect(returned.fields()).toEqual({ fresh: true });
});

test('a write that was due before it began says since when, whatever became of it', async () => {
  const events: Event[] = [];
  const channel: Channel = {
    send: async (message) => {
      if (message.type === 'events') events.push(...message.events);
    },
    onMessage: () => undefined,
    offMessage: () => undefined,
    fail: async (_stage, error) => {
      throw error;
    },
    close: () => undefined,
  };
  const backend = (await loadBackend('reference'))!;
  const recorder = new Recorder('w0', channel, new Clock(monotonicUs()), backend);
  const write = (op: number) => ({ f: 'increment', op, batch: 1 + op }) as const;
  expect(await recorder.write(write(0), async () => ({}), -5000)).toBe(true);
  const failing = async () => {
    throw new Error('no');
  };
  expect(await recorder.write(write(1), failing, -4000)).toBe(false);
  expect(await recorder.write(write(2), async () => ({}))).toBe(true);
  const ends = events.filter(({ type }) => type !== 'invoke');
  expect(ends).toMatchObject([{ op: 0, scheduled: -5000 }, { op: 1, scheduled: -4000 }, { op: 2 }]);
  expect(ends[2]).not.toHaveProperty('scheduled');
});
