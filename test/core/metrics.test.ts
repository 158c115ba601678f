import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/core/history.ts';
import {
  ended,
  fed,
  header,
  insert,
  invoke,
  locked,
  mark,
  measured,
  opened,
  read,
  SECOND_US,
} from './metrics-events.ts';

const fail = { type: 'fail', error: { class: 'io', message: 'disk on fire' } } as const;

describe('reads', () => {
  test('an iteration is a search and the poll of the same process and iteration', () => {
    const metrics = measured([
      read('r0', 'search', 0, [0, 10]),
      read('r1', 'search', 0, [0, 10]),
      read('r0', 'poll', 0, [10, 20]),
      read('r1', 'poll', 0, [10, 20]),
      read('r0', 'search', 1, [20, 30]),
    ]);
    expect(metrics.counts()).toMatchObject({ reads_ok: 2, reads_err: 0 });
    expect(metrics.counts('r0')).toMatchObject({ reads_ok: 1, reads_err: 0 });
  });

  test('a failed search or a failed poll makes one failed iteration', () => {
    const metrics = measured([
      read('r0', 'search', 0, [0, 10], fail),
      read('r0', 'search', 1, [20, 30]),
      read('r0', 'poll', 1, [30, 40], fail),
      read('r0', 'search', 2, [50, 60]),
      read('r0', 'poll', 2, [60, 70]),
    ]);
    expect(metrics.counts('r0')).toMatchObject({ reads_ok: 1, reads_err: 2 });
    expect(metrics.latencies('r0')).toMatchObject({ search: { count: 2 }, poll: { count: 1 } });
  });

  test('drain, point and files reads are in no read count, but their errors are listed', () => {
    const metrics = measured([
      read('r0', 'drain', -1, [0, 10], { rows: [[101, 104, 1]], fresh: true }),
      read('r0', 'point', 0, [0, 10], { rows: [[1, 4, 1]], fresh: true }),
      read('r0', 'files', 0, [0, 10], fail),
    ]);
    const none = { reads_ok: 0, reads_err: 0, fresh_read_iterations: 0, fresh_read_results: 0 };
    expect(metrics.counts()).toMatchObject(none);
    expect(metrics.errors()).toMatchObject([{ operation: 'files', class: 'io', count: 1 }]);
  });

  test('an iteration is fresh once, whether its search, its poll or both were', () => {
    const metrics = measured([
      read('r0', 'search', 0, [0, 10], { fresh: true }),
      read('r0', 'poll', 0, [10, 20], { fresh: true }),
      read('r0', 'search', 1, [20, 30], { fresh: true }),
      read('r0', 'poll', 1, [30, 40], { fresh: false }),
      read('r0', 'search', 2, [40, 50], { fresh: false }),
      read('r0', 'poll', 2, [50, 60], { fresh: true }),
      read('r0', 'search', 3, [60, 70], { fresh: false }),
      read('r0', 'poll', 3, [70, 80], { fresh: false }),
    ]);
    expect(metrics.counts().fresh_read_iterations).toBe(3);
  });

  test('a fresh row counts once per reader and batch', () => {
    const metrics = measured([
      read('r0', 'search', 0, [0, 10], {
        rows: [
          [3, 3, 0],
          [5, 9, 1, 4],
          [5, 5, 1],
        ],
      }),
      read('r0', 'poll', 0, [10, 20], { rows: [[101, 104, 2]] }),
      read('r0', 'search', 1, [20, 30], { rows: [[5, 5, 4]] }),
      read('r0', 'poll', 1, [30, 40], {
        rows: [
          [101, 104, 2],
          [105, 108, 5],
        ],
      }),
      read('r1', 'poll', 0, [30, 40], { rows: [[101, 102, 2]] }),
    ]);
    expect(metrics.counts('r0').fresh_read_results).toBe(2 + 4 + 1 + 4);
    expect(metrics.counts('r1').fresh_read_results).toBe(2);
    expect(metrics.counts().fresh_read_results).toBe(13);
  });
});

describe('writes', () => {
  test('increments are counted apart from writes', () => {
    const metrics = measured([
      invoke(['w0', 'reembed', 0], 1, [1, 4, 1], 0),
      ended(['w0', 'reembed', 0], [0, 10]),
      ...insert(1, 2, [101, 104], [10, 30]),
      invoke(['w0', 'increment', 2], 3, undefined, 30),
      ended(['w0', 'increment', 2], [30, 35]),
      invoke(['w0', 'increment', 5], 6, undefined, 40),
      ended(['w0', 'increment', 5], [40, 45], { ...fail, type: 'info' }),
    ]);
    const counts = { writes_ok: 2, writes_err: 0, increments_ok: 1, increments_err: 1 };
    expect(metrics.counts()).toMatchObject(counts);
    expect(metrics.latencies()).toMatchObject({ insert: { count: 1, max: 20 } });
    expect(metrics.latencies().increment).toMatchObject({ count: 1, max: 5 });
  });

  test('only rows of acknowledged inserts are new', () => {
    const failed = [
      invoke(['w0', 'insert', 4], 5, [105, 108, 1], 40),
      ended(['w0', 'insert', 4], [40, 50], { ...fail, type: 'info' }),
    ];
    const metrics = measured([...insert(1, 2, [101, 104], [10, 30]), ...failed]);
    expect(metrics.counts()).toMatchObject({ new_rows_inserted: 4, writes_ok: 1, writes_err: 1 });
  });

  test('rows that are far apart are counted, and not what lies between them', () => {
    const metrics = measured([
      invoke(['w0', 'insert', 0], 1, [101, 3e15 + 101, 1e15], 0),
      ended(['w0', 'insert', 0], [0, 10]),
    ]);
    expect(metrics.counts().new_rows_inserted).toBe(4);
    expect(metrics.counts('w0').new_rows_inserted).toBe(4);
  });

  test('with shared keys a row that two writers upsert is one new row', () => {
    const upsert = (process: string, batch: number, first: number): Event[] => [
      invoke([process, 'upsert', batch], batch, [first, first + 3, 1], 0),
      ended([process, 'upsert', batch], [0, 10]),
    ];
    const metrics = measured(
      [...upsert('w0', 1, 101), ...upsert('w1', 2, 101), ...upsert('w1', 4, 105)],
      {
        writers: 2,
        keys: 'shared',
      },
    );
    expect(metrics.counts('w0').new_rows_inserted).toBe(4);
    expect(metrics.counts('w1').new_rows_inserted).toBe(8);
    expect(metrics.counts().new_rows_inserted).toBe(8);
  });

  test('a write that a dead process left behind failed, one that it completed did not', () => {
    const metrics = measured([
      ...insert(1, 2, [101, 104], [10, 30]),
      invoke(['w0', 'reembed', 3], 4, [1, 4, 1], 40),
      { type: 'process', process: 'w0', state: 'died', time: 50 },
    ]);
    expect(metrics.counts()).toMatchObject({ writes_ok: 1, writes_err: 1 });
    expect(metrics.errors()).toMatchObject([{ operation: 'reembed', class: 'worker.died' }]);
  });

  test('tries of the driver beyond the first are summed, and null where it never tells', () => {
    const metrics = measured(
      [
        ended(['w0', 'insert', 0], [0, 10], { attempts: 3 }),
        ended(['w0', 'insert', 1], [0, 10], { attempts: 1 }),
        ended(['w1', 'insert', 0], [0, 10]),
      ],
      { writers: 2 },
    );
    expect(metrics.driverRetries('w0')).toBe(2);
    expect(metrics.driverRetries('w1')).toBeNull();
  });
});

describe('opens and errors', () => {
  test('each refused try counts', () => {
    const metrics = measured([
      opened('w0', [0, 50]),
      opened('r0', [0, 5], locked),
      opened('r0', [10, 15], locked),
      { type: 'busy', process: 'r1', retries: 3, waitedUs: 900, time: 20 },
    ]);
    expect(metrics.counts()).toMatchObject({ open_ok: 1, open_err: 2, busy_retries: 3 });
    expect(metrics.latencies()).toEqual({ open: { count: 1, p50: 50, p95: 50, p99: 50, max: 50 } });
    expect(metrics.errors()).toEqual([
      {
        operation: 'open',
        class: 'lock.conflict',
        count: 2,
        example: locked.message,
        holder: 'PID 7',
      },
    ]);
  });

  test('the live view counts a process that was refused once, and an operation that opens by itself', () => {
    const tries = [opened('r0', [0, 5], locked), opened('r0', [10, 15], locked)];
    expect(measured(tries).progress('r0', 20).errors).toBe(1);
    const search = read('r0', 'search', 0, [0, 15], { type: 'fail', error: locked });
    const reopening = measured([...tries, search], { access: 'reopen' });
    expect(reopening.progress('r0', 20).errors).toBe(1);
  });

  test('a close that failed is an error and no operation', () => {
    const close = { type: 'fail', process: 'r0', f: 'close', start: 20, time: 90 } as const;
    const metrics = measured([
      { type: 'mark', name: 'start', time: 0 },
      read('r0', 'search', 0, [0, 10]),
      { ...close, error: locked },
    ]);
    expect(metrics.errors()).toMatchObject([{ operation: 'close', count: 1 }]);
    expect(metrics.counts()).toMatchObject({ reads_err: 0, writes_err: 0, open_err: 0 });
    expect(Object.keys(metrics.latencies())).toEqual(['search']);
  });

  test('strangers are counted apart: they are no errors, and refused opens of nobody', () => {
    const metrics = measured([
      { type: 'strangers', process: 'owner', count: 7, time: 20 },
      { type: 'strangers', process: 'owner', count: 5, time: 30 },
    ]);
    expect(metrics.counts()).toMatchObject({ strangers: 12, open_err: 0 });
    expect(metrics.counts('owner').strangers).toBe(12);
    expect(metrics.errors()).toEqual([]);
  });

  test('errors are listed by operation and class, the most frequent first, with the first message', () => {
    const second = { class: 'io', message: 'another message' } as const;
    const metrics = measured([
      read('r0', 'search', 0, [0, 10], { ...fail, error: { class: 'oom', message: 'full' } }),
      read('r0', 'search', 1, [0, 10], fail),
      read('r1', 'search', 0, [0, 10], { ...fail, error: second }),
    ]);
    expect(metrics.errors()).toMatchObject([
      { operation: 'search', class: 'io', count: 2, example: 'disk on fire', holder: null },
      { operation: 'search', class: 'oom', count: 1 },
    ]);
  });
});

describe('the window', () => {
  const start = 5 * SECOND_US;
  const at = (second: number): number => start + second * SECOND_US;
  const iteration = (n: number, second: number, process = 'r0'): Event[] => [
    read(process, 'search', n, [at(second), at(second) + 10]),
    read(process, 'poll', n, [at(second) + 10, at(second) + 20]),
  ];
  const events = [
    opened('r1', [1, 2], locked),
    mark('start', start),
    ...iteration(0, 0.0001),
    ...iteration(1, 0.5),
    ...insert(1, 2, [101, 104], [at(0.002), at(2.1)]),
    ...iteration(2, 2.2),
    opened('r1', [at(2.3), at(2.4)], locked),
    mark('end', at(3)),
  ];

  test('is cut into seconds since the start', () => {
    expect(measured(events).timeline().timeline).toEqual([
      { second: 0, reads: 2, writes: 0, errors: 0, processes: { w0: 0, r0: 2, r1: 0 } },
      { second: 1, reads: 0, writes: 0, errors: 0, processes: { w0: 0, r0: 0, r1: 0 } },
      { second: 2, reads: 1, writes: 1, errors: 1, processes: { w0: 1, r0: 1, r1: 0 } },
    ]);
  });

  test('of a day is cut into at most 600 buckets, which say how wide they are and miss nothing', () => {
    const readers = 255;
    const writers = 5;
    const day = Array.from({ length: 86_400 }, (_, second) =>
      iteration(second, second, `r${second % readers}`),
    ).flat();
    const late = [
      ...insert(1, 2, [101, 104], [at(86_398), at(86_399.5)]),
      opened('r1', [at(86_399.6), at(86_399.7)], locked),
    ];
    const metrics = measured([mark('start', at(0)), ...day, ...late], {
      ...{ readers, writers, durationS: 86_400 },
    });
    const { timeline, timeline_bucket_s: bucketS } = metrics.timeline();
    expect(bucketS).toBe(256);
    expect(timeline.map(({ second }) => second)).toEqual(
      Array.from({ length: Math.ceil(86_400 / bucketS) }, (_, i) => i * bucketS),
    );
    expect(timeline[0]).toMatchObject({ reads: 256, writes: 0, errors: 0 });
    expect(timeline.reduce((sum, { reads }) => sum + reads, 0)).toBe(86_400);
    expect(timeline.at(-1)).toMatchObject({ writes: 1, errors: 1 });
    expect(JSON.stringify(timeline).length).toBeLessThan(2 ** 22);
  });

  test('tells the live view the last seconds only, however long it is', () => {
    const seconds = Array.from({ length: 1000 }, (_, second) => iteration(second, second)).flat();
    const metrics = measured([mark('start', at(0)), ...seconds, ...iteration(1000, 999.5)]);
    expect(metrics.progress('r0', at(1000)).perSecond).toEqual([...Array(15).fill(1), 2]);
    expect(metrics.progress('r0', at(1010)).perSecond).toEqual([
      ...[1, 1, 1, 1, 1, 2],
      ...Array(10).fill(0),
    ]);
  });

  test('lasts from the start mark to the end mark, or to the last event while it is open', () => {
    expect(measured(events).windowUs()).toBe(3 * SECOND_US);
    expect(measured(events.slice(0, -1)).windowUs()).toBe(2.4 * SECOND_US);
    expect(measured([opened('r1', [1, 2], locked)]).windowUs()).toBe(0);
  });

  test('ends when a user interrupts it', () => {
    const metrics = measured([
      ...events.slice(0, -1),
      mark('interrupted', at(2)),
      mark('end', at(2.5)),
    ]);
    expect(metrics.windowUs()).toBe(2 * SECOND_US);
  });

  test('has a start skew between the first operations of those who were open', () => {
    const late = [opened('r1', [at(2.5), at(2.6)]), read('r1', 'search', 0, [at(2.7), at(2.8)])];
    expect(measured([...events, ...late]).startSkewUs()).toBe(1900);
    expect(measured(events.slice(0, 4)).startSkewUs()).toBeNull();
  });

  test('gives the live view the finished seconds and the percentiles so far', () => {
    const metrics = measured(events);
    expect(metrics.progress('r0', at(2.5))).toEqual({
      operations: 3,
      perSecond: [2, 0],
      p50Us: 10,
      p99Us: null,
      errors: 0,
    });
    expect(metrics.progress('r1', at(0.5))).toEqual({
      operations: 0,
      perSecond: [],
      p50Us: null,
      p99Us: null,
      errors: 1,
    });
  });
});

test('latencies are percentiles of successful operations, per process and of all together', () => {
  const events = Array.from({ length: 100 }, (_, n) => [
    read('r0', 'search', n, [0, n + 1]),
    read('r1', 'search', n, [0, 1000]),
  ]).flat();
  const metrics = measured(events);
  const search = { count: 100, p50: 50, p95: 95, p99: 99, max: 100 };
  expect(metrics.latencies('r0')).toEqual({ search });
  expect(metrics.latencies().search).toEqual({
    count: 200,
    p50: 100,
    p95: 1000,
    p99: 1000,
    max: 1000,
  });
});

test('the live view has a p99 once there are a hundred of them', () => {
  const events = Array.from({ length: 100 }, (_, n) => read('r0', 'search', n, [n, n + 10]));
  expect(measured(events.slice(1)).progress('r0', 0)).toMatchObject({ p50Us: 10, p99Us: null });
  expect(measured(events).progress('r0', 0)).toMatchObject({ p50Us: 10, p99Us: 10 });
});

test('an operation of an open loop that was due before it began has waited since then', () => {
  const events = [
    ended(['w0', 'reembed', 0], [100, 130], { scheduled: 40 }),
    ended(['w0', 'insert', 1], [200, 230]),
  ];
  const latencies = measured(events).latencies('w0');
  expect(latencies).toMatchObject({ reembed: { max: 90 }, insert: { max: 30 } });
});

test('a search of an open loop that was due before it began has waited since then, a poll never', () => {
  const events = [
    { ...read('r0', 'search', 0, [100, 130]), scheduled: 40 },
    read('r0', 'poll', 0, [200, 230]),
  ];
  const latencies = measured(events, { readRate: 5 }).latencies('r0');
  expect(latencies).toMatchObject({ search: { max: 90 }, poll: { max: 30 } });
});

test('readers that begin at instants of their own are no late starters', () => {
  const start = { type: 'mark', name: 'start', time: 0 } as const;
  const events = [start, read('r0', 'search', 0, [10, 20]), read('r1', 'search', 0, [9000, 9010])];
  expect(measured(events, { readers: 2 }).startSkewUs()).toBe(8990);
  expect(measured(events, { readers: 2, readRate: 5 }).startSkewUs()).toBeNull();
});

test('percentiles of long durations are within a thousandth and never above the longest', () => {
  const metrics = measured([read('r0', 'search', 0, [0, 16_123_457])]);
  expect(metrics.latencies().search).toMatchObject({ p50: 16_123_457, max: 16_123_457 });
});

test('processes that did nothing have zero counts, and nothing measured', () => {
  const metrics = fed(header(), []);
  expect(Object.values(metrics.counts('r1')).every((count) => count === 0)).toBe(true);
  expect(metrics.latencies()).toEqual({});
  expect(metrics.timeline()).toEqual({ timeline: [], timeline_bucket_s: 1 });
  expect(metrics.startSkewUs()).toBeNull();
});
