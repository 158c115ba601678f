import { expect, test } from 'vitest';
import type { Event, Run } from '../../src/core/history.ts';
import { ended, fed, header, insert, invoke, measured, read } from './metrics-events.ts';

const poll = (reader: string, times: [number, number], ...rows: Run[]): Event =>
  read(reader, 'poll', 0, times, { rows });
const drain = (reader: string, times: [number, number], ...rows: Run[]): Event =>
  read(reader, 'drain', -1, times, { rows });

const first = insert(1, 2, [101, 104], [100, 200]);
const second = insert(4, 5, [105, 108], [300, 400]);

test('lag runs from the acknowledgement to the end of the first poll that shows a row', () => {
  const metrics = measured([
    ...first,
    poll('r0', [210, 250]),
    poll('r0', [260, 300], [101, 101, 2]),
    poll('r0', [310, 350], [101, 104, 2]),
    poll('r1', [210, 220], [101, 104, 2]),
  ]);
  expect(metrics.readerFreshness('r0')).toEqual({
    count: 1,
    p50: 100,
    p99: 100,
    max: 100,
    never_seen: 0,
  });
  expect(metrics.freshness()).toEqual({ count: 2, p50: 20, p99: 100, max: 100, never_seen: 0 });
});

test('a commit seen before its acknowledgement has no lag, in whichever order the events arrive', () => {
  const seen = poll('r0', [120, 150], [101, 104, 2]);
  for (const events of [
    [seen, ...first],
    [...first, seen],
  ]) {
    expect(measured(events).readerFreshness('r0')).toMatchObject({ count: 1, max: 0 });
  }
});

test('a commit that only the drain poll shows is seen, but is no sample of lag', () => {
  const metrics = measured([
    ...first,
    poll('r0', [210, 250]),
    drain('r0', [900, 950], [101, 104, 2]),
  ]);
  expect(metrics.readerFreshness('r0')).toMatchObject({ count: 0, never_seen: 0 });
});

test('a commit that no read showed was never seen, by each reader that could have seen it', () => {
  const metrics = measured([
    ...first,
    ...second,
    poll('r0', [210, 250], [101, 104, 2]),
    drain('r0', [900, 950], [101, 104, 2]),
    poll('r1', [210, 250]),
  ]);
  expect(metrics.readerFreshness('r0')).toMatchObject({ count: 1, never_seen: 1 });
  // r1 last read before the second commit.
  expect(metrics.readerFreshness('r1')).toMatchObject({ count: 0, never_seen: 1 });
  expect(metrics.freshness()).toMatchObject({ count: 1, never_seen: 2 });
});

test('a row seen only in a later version counts as seen, not as a sample', () => {
  const upsert = (process: string, batch: number, times: [number, number]): Event[] => [
    invoke([process, 'upsert', batch], batch, [101, 104, 1], times[0]),
    ended([process, 'upsert', batch], times),
  ];
  const metrics = measured(
    [
      ...upsert('w0', 1, [0, 10]),
      ...upsert('w1', 2, [20, 30]),
      poll('r0', [40, 50], [101, 104, 2]),
    ],
    { writers: 2, keys: 'shared' },
  );
  expect(metrics.readerFreshness('r0')).toMatchObject({ count: 1, max: 20, never_seen: 0 });
});

test('re-embeddings and failed inserts are no commits to be seen', () => {
  const metrics = measured([
    invoke(['w0', 'reembed', 0], 1, [1, 4, 1], 0),
    ended(['w0', 'reembed', 0], [0, 10]),
    invoke(['w0', 'insert', 1], 2, [101, 104, 1], 20),
    ended(['w0', 'insert', 1], [20, 30], {
      type: 'info',
      error: { class: 'io', message: 'broken' },
    }),
    drain('r0', [900, 950]),
  ]);
  expect(metrics.readerFreshness('r0')).toMatchObject({ count: 0, never_seen: 0 });
});

test('a reader that never completed a poll has no freshness', () => {
  const metrics = measured([...first, poll('r0', [210, 250], [101, 104, 2])]);
  expect(metrics.readerFreshness('r1')).toBeNull();
  expect(metrics.freshness()).toMatchObject({ count: 1, never_seen: 0 });
});

test('there is none without rows, without writers, and where nobody shares a copy', () => {
  const seen = poll('r0', [210, 250], [101, 104, 2]);
  const unchecked = read('r0', 'poll', 0, [210, 250], { fresh: true });
  expect(measured([...first, unchecked], { check: false }).freshness()).toBeNull();
  expect(measured([seen], { writers: 0 }).freshness()).toBeNull();
  const isolated = fed(header({ access: 'isolated' }, [['w0'], ['r0'], ['r1']]), [...first, seen]);
  expect(isolated.freshness()).toBeNull();
  expect(isolated.readerFreshness('r0')).toBeNull();
  expect(isolated.counts().new_rows_inserted).toBe(4);
});
