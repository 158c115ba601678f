import { describe, expect, test } from 'vitest';
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
    after_window: 0,
    never_seen: 0,
  });
  const both = { count: 2, p50: 20, p99: 100, max: 100, after_window: 0, never_seen: 0 };
  expect(metrics.freshness()).toEqual(both);
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

test('a commit that only the drain poll shows is counted apart, and is no sample of lag', () => {
  const metrics = measured([
    ...first,
    poll('r0', [210, 250]),
    drain('r0', [900, 950], [101, 104, 2]),
  ]);
  const afterWindow = { count: 0, after_window: 1, never_seen: 0 };
  expect(metrics.readerFreshness('r0')).toMatchObject(afterWindow);
  // The acknowledgement may reach the coordinator last.
  const late = [drain('r0', [900, 950], [101, 104, 2]), ...first];
  expect(measured(late).readerFreshness('r0')).toMatchObject(afterWindow);
});

test('no commit vanishes: a reader that polls once, half way, has the other half after its window', () => {
  const commits = Array.from({ length: 100 }, (_, n) => {
    const ids: [number, number] = [101 + 4 * n, 104 + 4 * n];
    return { batch: 1 + n, ids, events: insert(n, 1 + n, ids, [100 * n, 100 * n + 50]) };
  });
  const rows = commits.map(({ batch, ids: [from, to] }): Run => [from, to, batch]);
  const metrics = measured(
    [
      ...commits.slice(0, 50).flatMap(({ events }) => events),
      poll('r0', [5000, 5010], ...rows.slice(0, 50)),
      ...commits.slice(50).flatMap(({ events }) => events),
      drain('r0', [20_000, 20_010], ...rows.slice(0, 97)),
    ],
    { readers: 1 },
  );
  const counted = { count: 50, after_window: 47, never_seen: 3 };
  expect(metrics.readerFreshness('r0')).toMatchObject(counted);
  expect(metrics.freshness()).toMatchObject(counted);
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

describe('with shared keys', () => {
  const upsert = (process: string, batch: number, times: [number, number]): Event[] => [
    invoke([process, 'upsert', batch], batch, [101, 104, 1], times[0]),
    ended([process, 'upsert', batch], times),
  ];
  const shared = (...events: Event[]) =>
    measured(events, { writers: 2, keys: 'shared' }).readerFreshness('r0');
  const older = upsert('w0', 1, [0, 10]);
  const newer = upsert('w1', 2, [20, 30]);

  test('a poll shows a commit by what has replaced it', () => {
    const seen = poll('r0', [40, 50], [101, 104, 2]);
    expect(shared(...older, ...newer, seen)).toMatchObject({ count: 2, max: 40, never_seen: 0 });
  });

  test('a drain poll does, too', () => {
    const seen = drain('r0', [40, 50], [101, 104, 2]);
    expect(shared(...older, ...newer, seen)).toMatchObject({ count: 0, after_window: 2 });
  });

  test('what a commit replaced does not show it', () => {
    const seen = poll('r0', [40, 50], [101, 104, 1]);
    expect(shared(...older, ...newer, seen)).toMatchObject({ count: 1, never_seen: 1 });
  });

  test('of two at once the one that is shown may have replaced the other', () => {
    const other = upsert('w1', 2, [5, 30]);
    const early = poll('r0', [12, 15], [101, 104, 1]);
    const seen = poll('r0', [40, 50], [101, 104, 1]);
    // Not acknowledged when the first of the polls began, the other may not have been there.
    expect(shared(...older, early, ...other)).toMatchObject({ count: 1, never_seen: 0 });
    expect(shared(...older, early, ...other, seen)).toMatchObject({ count: 2, max: 20 });
  });

  test('a commit in doubt may have replaced another', () => {
    const doubtful = invoke(['w1', 'upsert', 2], 2, [101, 104, 1], 20);
    const seen = poll('r0', [40, 50], [101, 104, 2]);
    expect(shared(...older, doubtful, seen)).toMatchObject({ count: 1, max: 40, never_seen: 0 });
  });
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
