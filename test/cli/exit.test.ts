import { expect, test } from 'vitest';
import { exitCodeOf } from '../../src/cli/exit.ts';
import { VERDICTS } from '../../src/core/names.ts';

test('data that is wrong and reads that contradict each other fail the probe; other findings do not', () => {
  expect(VERDICTS.map((verdict) => [verdict, exitCodeOf(verdict)])).toEqual([
    ['wrong', 1],
    ['inconsistent', 1],
    ['stale', 0],
    ['errors', 0],
    ['blocked', 0],
    ['works', 0],
    ['unknown', 3],
  ]);
});
