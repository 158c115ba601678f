import { expect, test } from 'vitest';
import { boundOf, boundText } from '../../src/core/bound.ts';

test('the bound is the share of failures under which so many successes come in one of twenty cases', () => {
  for (const n of [1, 3, 20, 100, 1005]) {
    const { excludes_above: share } = boundOf(n, 'runs');
    expect((1 - share) ** n).toBeCloseTo(0.05, 10);
  }
  // Nothing tried excludes nothing.
  expect(boundOf(0, 'runs').excludes_above).toBe(1);
});

test('it is told with its trials and its conditions, the share rounded up', () => {
  expect(boundText(boundOf(20, 'kills inside a commit'))).toBe(
    '20 kills inside a commit: with 95 % confidence fewer than 14 % of such trials lose anything; ' +
      'same load, same machine, independent rounds',
  );
  expect(boundText(boundOf(1, 'power cuts'))).toMatch(/^1 power cut: .* fewer than 95 %/);
  expect(boundText(boundOf(190, 'power cuts'))).toContain('fewer than 1.6 %');
});
