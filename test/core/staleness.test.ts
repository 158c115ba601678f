import { expect, test } from 'vitest';
import { stalenessBoundMsOf, stalenessBoundUs } from '../../src/core/staleness.ts';
import { header } from './metrics-events.ts';

test('the bound has the interval of handles that refresh by the clock, and of no others', () => {
  expect(stalenessBoundMsOf(1, 'always')).toBe(1000);
  expect(stalenessBoundMsOf(1, 'default')).toBe(1000);
  expect(stalenessBoundMsOf(0.25, 2)).toBe(2250);
});

test('the bound of a run is read from its options, where the interval is in it', () => {
  const { options } = header({ refresh: 2, stalenessBoundMs: 2250 });
  expect(stalenessBoundUs(options)).toBe(2_250_000);
});
