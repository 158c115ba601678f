import { expect, test } from 'vitest';
import { worstVerdict } from '../../src/core/matrix.ts';
import { VERDICTS } from '../../src/core/names.ts';
import { resultOf } from '../report/results.ts';

test('the worst verdict of several runs is the first of the list, and unknown only just above works', () => {
  const worstFirst = [
    ...VERDICTS.filter((verdict) => verdict !== 'works' && verdict !== 'unknown'),
  ];
  expect(worstFirst).toEqual(['wrong', 'inconsistent', 'stale', 'errors', 'blocked']);
  const order = [...worstFirst, 'unknown', 'works'] as const;
  for (const [i, verdict] of order.entries()) {
    const runs = order.slice(i).map((each) => resultOf({ verdict: each }));
    expect(worstVerdict(runs.toReversed())).toBe(verdict);
  }
  expect(worstVerdict([])).toBeUndefined();
});
