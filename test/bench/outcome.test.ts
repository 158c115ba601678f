import { expect, test } from 'vitest';
import { EXIT_CODES, outcomeOf, worstOf } from '../../bench/harness/outcome.ts';
import { exactly, type Estimate } from '../../bench/harness/statistics.ts';

const QUIET = false;
const BUSY = true;
const between = (low: number, high: number, n = 10): Estimate => {
  return { value: (low + high) / 2, low, high, n, exact: false };
};

test.each([
  ['within', between(0.9, 1.05), { atMost: 1.05 }, 'reached'],
  ['beyond', between(1.06, 1.2), { atMost: 1.05 }, 'missed'],
  ['on both sides', between(0.9, 1.06), { atMost: 1.05 }, 'inconclusive'],
  ['without an end', between(0.9, Infinity), { atMost: 1.05 }, 'inconclusive'],
  ['without an end that matters', between(-Infinity, 1), { atMost: 1.05 }, 'reached'],
  ['within', between(0.95, 1.2), { atLeast: 0.95 }, 'reached'],
  ['beyond', between(0.7, 0.94), { atLeast: 0.95 }, 'missed'],
  ['on both sides', between(0.94, 1.2), { atLeast: 0.95 }, 'inconclusive'],
  ['within a range', between(0.96, 1.04), { atLeast: 0.95, atMost: 1.05 }, 'reached'],
  ['beyond a range', between(1.06, 1.2), { atLeast: 0.95, atMost: 1.05 }, 'missed'],
  ['half in a range', between(1.04, 1.2), { atLeast: 0.95, atMost: 1.05 }, 'inconclusive'],
  ['of no width', exactly(250), { atMost: 250 }, 'reached'],
  ['of no width', exactly(251), { atMost: 250 }, 'missed'],
] as const)('an interval that lies %s (%j) of %j is %s', (_, estimate, limit, outcome) => {
  expect(outcomeOf(estimate, limit, QUIET).outcome).toBe(outcome);
});

test('a wide interval says what to do about it', () => {
  const { because } = outcomeOf(between(0.9, 1.2), { atMost: 1 }, QUIET);
  expect(because).toBe('the interval is wide: more --pairs');
});

test.each([between(0.9, 1), between(1.1, 1.2), exactly(0.9), exactly(1.2)])(
  'on a busy machine nothing is concluded, on whichever side it fell: %j',
  (estimate) => {
    expect(outcomeOf(estimate, { atMost: 1 }, BUSY)).toEqual({
      outcome: 'inconclusive',
      because: 'others used the machine',
    });
  },
);

test('fewer than five samples say nothing, unless they are exact', () => {
  const limit = { atMost: 1.05 };
  expect(outcomeOf(between(0.9, 1, 4), limit, QUIET)).toEqual({
    outcome: 'inconclusive',
    because: 'there are fewer than 5 samples: more --pairs',
  });
  expect(outcomeOf(between(0.9, 1, 5), limit, QUIET).outcome).toBe('reached');
  expect(outcomeOf(exactly(1, 1), limit, QUIET).outcome).toBe('reached');
});

test.each([
  [[], 'reached', 0],
  [['reached', 'reached'], 'reached', 0],
  [['reached', 'inconclusive'], 'inconclusive', 3],
  [['inconclusive', 'missed', 'reached'], 'missed', 1],
] as const)('of %j together the outcome is %s, and the bench exits with %i', (each, all, code) => {
  expect(worstOf(each)).toBe(all);
  expect(EXIT_CODES[worstOf(each)]).toBe(code);
});
