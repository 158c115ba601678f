import { expect, test } from 'vitest';
import { evaluate, parseExpectation } from '../../src/core/expectations.ts';
import { expectationLines } from '../../src/report/expectation-lines.ts';
import { painter } from '../../src/report/paint.ts';
import { resultOf } from './results.ts';

function lineOf(text: string, values: number[]): string {
  const [run, baseline] = values.map((value) => resultOf({ start_skew_us: value }));
  const evaluations = evaluate([parseExpectation(text, true)], [run!], baseline && [baseline]);
  return expectationLines([{ of: '', evaluations }], 80, painter(false))
    .join('\n')
    .trim();
}

test('what was measured is as short as in a table, with its unit', () => {
  expect(lineOf('start_skew<500ms', [45_564.4])).toBe('met    start_skew<500ms  45.6 ms');
  expect(lineOf('start_skew<500us', [1_234_567])).toBe('UNMET  start_skew<500us  1,234,567 us');
  expect(lineOf('start_skew<0.9*baseline', [45_564.4, 87_687])).toBe(
    'met    start_skew<0.9*baseline  45.6 ms, baseline 87.7 ms',
  );
});

test('it has as many digits as show on which side of the limit it is', () => {
  expect(lineOf('start_skew<500ms', [500_004])).toBe('UNMET  start_skew<500ms  500.004 ms');
  expect(lineOf('start_skew<=500ms', [500_000])).toBe('met    start_skew<=500ms  500 ms');
  expect(lineOf('start_skew>12.3456ms', [12_346])).toBe('met    start_skew>12.3456ms  12.35 ms');
  expect(lineOf('start_skew==0', [0.0004])).toBe('UNMET  start_skew==0  0.0000004 ms');
});
