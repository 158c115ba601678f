import { describe, expect, test } from 'vitest';
import { comparedMetrics } from '../../src/core/compare.ts';
import { medianIn } from '../../src/core/matrix-rows.ts';
import { metricNamed } from '../../src/core/metric-table.ts';
import { isEnoughFor, shownAs } from '../../src/core/percentiles.ts';
import type { Result } from '../../src/core/result.ts';
import { resultOf } from '../report/results.ts';

const some = { p50: 10, p95: 40, p99: 50, max: 60 };

test('p95 takes 20 durations and p99 takes 100; the median and the longest take one', () => {
  expect([1, 19, 20].map((count) => isEnoughFor('p95', count))).toEqual([false, false, true]);
  expect([1, 99, 100].map((count) => isEnoughFor('p99', count))).toEqual([false, false, true]);
  expect(isEnoughFor('p50', 1) && isEnoughFor('max', 1)).toBe(true);
});

test('below that the longest is shown, under its own name', () => {
  expect(shownAs('p99', { ...some, count: 100 })).toEqual({ name: 'p99', us: 50 });
  expect(shownAs('p99', { ...some, count: 99 })).toEqual({ name: 'max', us: 60 });
  expect(shownAs('p95', { ...some, count: 21 })).toEqual({ name: 'p95', us: 40 });
  expect(shownAs('p50', { ...some, count: 1 })).toEqual({ name: 'p50', us: 10 });
});

describe('a run with few commits', () => {
  const run = (count: number): Result =>
    resultOf({ freshness_us: { count, p50: 10, p99: 50, max: 60, never_seen: 0 } });
  const rowOf = (...runs: Result[]) =>
    ({ runs, verdict: 'works', because: '', options: {} }) as unknown as Parameters<
      typeof medianIn
    >[0];

  test('has its p99 as a number to be expected all the same', () => {
    expect(metricNamed('lag_p99')!.of(run(5))).toBe(50);
  });

  test('shows its longest lag in a matrix', () => {
    expect(medianIn(rowOf(run(5)), 'lag_p99')).toBe(60);
    expect(medianIn(rowOf(run(100)), 'lag_p99')).toBe(50);
    expect(medianIn(rowOf(run(5)), 'lag_p50')).toBe(10);
  });

  test('is not compared by its p99', () => {
    const columns = [run(500), run(5)].map((of, i) => ({ label: `${i}`, title: '', runs: [of] }));
    const valuesOf = (name: string) =>
      comparedMetrics(columns).find(({ metric }) => metric.name === name);
    expect(valuesOf('lag_p99')).toMatchObject({ values: [50, null], ratios: [null, null] });
    expect(valuesOf('lag_p50')).toMatchObject({ values: [10, 10], ratios: [null, { value: 1 }] });
  });
});
