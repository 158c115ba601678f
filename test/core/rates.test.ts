import { describe, expect, test } from 'vitest';
import { metricNamed } from '../../src/core/metric-table.ts';
import { rateOf, totalRateOf, workedUs } from '../../src/core/rates.ts';
import type { Event } from '../../src/core/history.ts';
import { counts, processOf, resultOf } from '../report/results.ts';
import {
  insert,
  invoke,
  mark,
  measured,
  opened,
  locked,
  read,
  SECOND_US,
} from './metrics-events.ts';

const seconds = (n: number): number => n * SECOND_US;

describe('the working time of a process', () => {
  const times = { startUs: 100, windowEndUs: 1100, lastEndUs: 900, diedUs: undefined };

  test('is the window, from the common start', () => {
    expect(workedUs(times)).toBe(1000);
    expect(workedUs({ ...times, lastEndUs: undefined })).toBe(1000);
  });

  test('goes on until its own last operation is done', () => {
    expect(workedUs({ ...times, lastEndUs: 1600 })).toBe(1500);
  });

  test('ends with its death, and is nothing if it died before the start', () => {
    expect(workedUs({ ...times, diedUs: 300 })).toBe(200);
    expect(workedUs({ ...times, diedUs: 2000 })).toBe(1000);
    expect(workedUs({ ...times, lastEndUs: 1600, diedUs: 1400 })).toBe(1300);
    expect(workedUs({ ...times, diedUs: 50 })).toBe(0);
  });
});

describe('measured from a history', () => {
  /** Ten seconds, in which r0 reads once a second; the last commit of w0 takes 15 s more. */
  const reads = Array.from({ length: 10 }, (_, n): Event[] => [
    read('r0', 'search', n, [seconds(n), seconds(n) + 10]),
    read('r0', 'poll', n, [seconds(n) + 10, seconds(n) + 20]),
  ]).flat();
  const slow = [
    mark('start', 0),
    ...reads,
    ...insert(1, 2, [101, 104], [seconds(9), seconds(25)]),
    mark('end', seconds(25)),
    read('r0', 'drain', -1, [seconds(26), seconds(27)]),
  ];

  test('a slow last commit lowers the rate of its own writer only', () => {
    const metrics = measured(slow);
    expect(metrics.windowUs()).toBe(seconds(25));
    expect(metrics.workedUs('r0')).toBe(seconds(10));
    expect(metrics.workedUs('w0')).toBe(seconds(25));
  });

  test('who is refused all the time, or opens late, works from the common start', () => {
    const metrics = measured([
      mark('start', 0),
      opened('r0', [seconds(1), seconds(2)], locked),
      opened('r1', [seconds(8), seconds(9)]),
      mark('end', seconds(10)),
    ]);
    expect(metrics.workedUs('r0')).toBe(seconds(10));
    expect(metrics.workedUs('r1')).toBe(seconds(10));
  });

  test('who dies has worked until then, and to the end of what it was at', () => {
    const died = (process: string, time: number): Event =>
      ({ type: 'process', process, state: 'died', time }) as const;
    const metrics = measured([
      mark('start', 0),
      invoke(['w0', 'insert', 0], 1, [101, 104, 1], seconds(9)),
      mark('end', seconds(12)),
      died('w0', seconds(12)),
      died('r0', seconds(4)),
      died('r1', seconds(11)),
    ]);
    expect(metrics.workedUs('w0')).toBe(seconds(12));
    expect(metrics.workedUs('r0')).toBe(seconds(4));
    // It had nothing to do any more.
    expect(metrics.workedUs('r1')).toBe(seconds(10));
  });

  test('a user who ends the window early ends the work', () => {
    const metrics = measured([
      mark('start', 0),
      mark('interrupted', seconds(3)),
      mark('end', seconds(4)),
    ]);
    expect(metrics.workedUs('r0')).toBe(seconds(3));
  });

  test('nobody has worked before the start', () => {
    expect(measured([opened('r0', [10, 20])]).workedUs('r0')).toBe(0);
  });
});

describe('a rate', () => {
  const window = { window_us: seconds(20) };

  test('divides by the own working time, or by the window in results of an earlier probe', () => {
    expect(rateOf({ worked_us: seconds(10) }, 50, window)).toBe(5);
    expect(rateOf({}, 50, window)).toBe(2.5);
    expect(rateOf({ worked_us: 0 }, 0, window)).toBeNull();
  });

  const result = resultOf({
    ...window,
    counts: counts({ reads_ok: 150, writes_ok: 40 }),
    processes: [
      processOf('writer', 0, { worked_us: seconds(20), counts: counts({ writes_ok: 40 }) }),
      processOf('reader', 0, { worked_us: seconds(10), counts: counts({ reads_ok: 100 }) }),
      processOf('reader', 1, { worked_us: seconds(5), counts: counts({ reads_ok: 50 }) }),
      processOf('reader', 2, { worked_us: 0, state: 'died' }),
    ],
  });

  test('of all is the sum of the own rates', () => {
    expect(totalRateOf(result, 'reads_ok')).toBe(20);
    expect(totalRateOf(result, 'writes_ok')).toBe(2);
    expect(metricNamed('reads_per_s')!.of(result)).toBe(20);
    expect(metricNamed('writes_per_s')!.of(result)).toBe(2);
  });

  test('of all is what it was in results of an earlier probe', () => {
    const old = resultOf({ counts: counts({ reads_ok: 1500 }), window_us: seconds(10) });
    expect(totalRateOf(old, 'reads_ok')).toBe(150);
    expect(totalRateOf({ ...old, window_us: 0 }, 'reads_ok')).toBeNull();
  });
});
