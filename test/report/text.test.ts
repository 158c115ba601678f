import { expect, test } from 'vitest';
import {
  bar,
  formatDuration,
  formatRate,
  formatRoughly,
  formatSeconds,
  formatShare,
  sparkline,
} from '../../src/report/text.ts';
import { formatBytes } from '../../src/core/count-text.ts';

test('rates have about three digits', () => {
  const rates = [0, 0.421, 9.994, 9.995, 21.44, 99.94, 99.95, 310.4, 1209.3];
  const texts = ['0', '0.42', '9.99', '10.0', '21.4', '99.9', '100', '310', '1,209'];
  expect(rates.map(formatRate)).toEqual(texts);
});

test('durations take the unit that suits them, also where rounding reaches the next one', () => {
  const durations: [number, string][] = [
    [0, '0 µs'],
    [850, '850 µs'],
    [999, '999 µs'],
    [999.6, '1.0 ms'],
    [3140, '3.1 ms'],
    [99_940, '99.9 ms'],
    [99_960, '100 ms'],
    [131_000, '131 ms'],
    [999_600, '1.00 s'],
    [1_240_000, '1.24 s'],
    [9_996_000, '10.0 s'],
    [59_960_000, '1 min 0 s'],
    [725_000_000, '12 min 5 s'],
    [86_400_000_000, '24 h 0 min'],
  ];
  expect(durations.map(([us]) => formatDuration(us))).toEqual(durations.map(([, text]) => text));
  expect([10, 0.5, 86_400].map(formatSeconds)).toEqual(['10 s', '0.5 s', '86,400 s']);
});

test('bytes take the unit that suits them', () => {
  const bytes = [0, 1023, 1024, 3_565_158, 325_058_560, 1_073_700_000, 8_589_934_592];
  expect(bytes.map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KiB',
    '3.4 MiB',
    '310 MiB',
    '1.0 GiB',
    '8.0 GiB',
  ]);
});

test('a share is 0 % or 100 % only if it is', () => {
  const shares = [0, 0.0004, 0.004, 0.373, 0.5, 0.9734, 0.9945, 0.9996, 1];
  const texts = ['0 %', '< 0.1 %', '0.4 %', '37 %', '50 %', '97 %', '99.5 %', '> 99.9 %', '100 %'];
  expect(shares.map(formatShare)).toEqual(texts);
});

test('a sparkline shows the last values, right aligned', () => {
  expect(sparkline([0, 4, 8], 5)).toBe('  ▁▄█');
  expect(sparkline([8, 0, 0, 1], 3)).toBe('▁▁█');
  expect(sparkline([], 3)).toBe('   ');
});

test('a bar is as full as the fraction', () => {
  expect([0, 0.5, 1, 1.2, -1].map((fraction) => bar(fraction, 4))).toEqual([
    '░░░░',
    '██░░',
    '████',
    '████',
    '░░░░',
  ]);
});

test('an estimate has no false precision', () => {
  const roughly = (seconds: number): string => formatRoughly(seconds * 1_000_000);
  expect([0.2, 12, 56.3, 58, 89, 91, 3590, 3601, 7800].map(roughly)).toEqual([
    ...['5 s', '10 s', '55 s', '1 min', '2 min', '2 min'],
    ...['1 h', '1 h', '2 h 10 min'],
  ]);
});
