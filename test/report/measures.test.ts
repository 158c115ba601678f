import { expect, test } from 'vitest';
import type { Freshness, OrderResult } from '../../src/core/result.ts';
import { measures } from '../../src/report/measures.ts';
import { painter } from '../../src/report/paint.ts';
import { renderResult } from '../../src/report/result.ts';
import { resultOf } from './results.ts';

const lag: Freshness = { count: 640, p50: 18_000, p99: 212_000, max: 412_000, never_seen: 0 };
const order: OrderResult = {
  ...{ reads: 10, discriminating_reads: 8, undecidable_reads: 0, behind_us: 31_000 },
  ...{ refuted: [], because: 'One order explains all.' },
};

const freshness = (changes: Partial<Freshness>, more: Parameters<typeof resultOf>[0] = {}) =>
  measures(resultOf({ freshness_us: { ...lag, ...changes }, ...more }), 200, painter(false))[0];

test('the freshness line tells lags, and what no poll of the window showed', () => {
  expect(freshness({ after_window: 0 })).toBe(
    '  Freshness  p50 18.0 ms, p99 212 ms, max 412 ms after the acknowledgement; never seen 0',
  );
  expect(freshness({ after_window: 1204, never_seen: 3 })).toContain(
    'after the acknowledgement; first shown after the window 1,204; never seen 3',
  );
  expect(freshness({ count: 0, after_window: 2 })).toContain(
    'no commit was shown by a poll; first shown after the window 2; never seen 0',
  );
});

test('the freshness line of few commits has no p99', () => {
  expect(freshness({ count: 21 })).toContain('p50 18.0 ms, max 412 ms after the acknowledgement');
});

test('the freshness line tells how far behind a read ever was, where that is known', () => {
  expect(freshness({}, { order })).toContain('; no read was more than 31.0 ms behind');
  expect(freshness({}, { order: { ...order, behind_us: 0 } })).toContain('; no read was behind');
  expect(freshness({}, { order: { ...order, behind_us: null } })).not.toContain('behind');
  expect(freshness({}, { order: null })).not.toContain('behind');
});

test('the other latencies are told by their longest where there are few of them', () => {
  const open = { count: 3, p50: 12_000, p95: 40_000, p99: 40_000, max: 40_000 };
  const poll = { count: 500, p50: 700, p95: 2000, p99: 3100, max: 30_000 };
  const text = renderResult(resultOf({ latency_us: { open, poll } }), { color: false, width: 200 });
  expect(text).toContain('open p50 12.0 ms, max 40.0 ms · poll p50 700 µs, p99 3.1 ms');
});
