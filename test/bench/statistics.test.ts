import { describe, expect, test } from 'vitest';
import {
  exactly,
  meanOf,
  medianOf,
  quantileOf,
  quotientOf,
  ratioOf,
  type Estimate,
} from '../../bench/harness/statistics.ts';
import { Random } from '../../src/core/random.ts';

const SETS = 2000;
/** Of so many sets of samples, 95 % intervals miss the truth this often at most (four standard deviations). */
const MOST_MISSES = 0.05 + 4 * Math.sqrt((0.05 * 0.95) / SETS);

/** As times are: a sharp lower end and a long tail. Its quantile p is -ln(1 - p). */
const skewed = (random: Random, n: number): number[] =>
  Array.from({ length: n }, () => -Math.log(1 - random.fraction()));
const skewedQuantile = (p: number): number => -Math.log(1 - p);
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

/** Which part of the intervals of many sets does not hold the truth. */
function misses(truth: number, estimateOf: (random: Random) => Estimate): number {
  const random = new Random(7);
  let missed = 0;
  for (let set = 0; set < SETS; set++) {
    const { low, high } = estimateOf(random);
    if (truth < low || truth > high) missed++;
  }
  return missed / SETS;
}

describe('an interval of 95 %', () => {
  test.each([
    [5, 0.5],
    [6, 0.5],
    [10, 0.5],
    [31, 0.5],
    [20, 0.95],
    [100, 0.95],
    [150, 0.95],
    [400, 0.99],
  ])('of %i samples holds their quantile %d as often as it says', (n, p) => {
    const missed = misses(skewedQuantile(p), (random) => quantileOf(skewed(random, n), p));
    expect(missed).toBeLessThan(MOST_MISSES);
  });

  test.each([6, 10, 30])('of %i pairs holds the ratio of two equals', (n) => {
    const missed = misses(1, (random) => ratioOf(skewed(random, n), skewed(random, n)));
    expect(missed).toBeLessThan(MOST_MISSES);
  });

  test('of 150 samples is closer around a p95 than that of 100', () => {
    const width = (n: number): number => {
      const { low, high } = quantileOf(range(n), 0.95);
      return (high - low) / n;
    };
    expect(width(150)).toBeLessThan(width(100));
  });

  test('of a quotient of two sets is wide enough for both of their medians', () => {
    const missed = misses(1, (random) => quotientOf(skewed(random, 40), skewed(random, 40)));
    expect(missed).toBeLessThan(MOST_MISSES);
  });
});

describe('few samples', () => {
  test('have no upper end of a p95: of 20, a third of all sets lies below it as a whole', () => {
    expect(quantileOf(range(20), 0.95)).toMatchObject({ low: 17, high: Infinity, n: 20 });
  });

  test('have one from 73 on: the largest of them', () => {
    expect(quantileOf(range(72), 0.95).high).toBe(72);
    expect(quantileOf(range(71), 0.95).high).toBe(Infinity);
  });

  test('have no interval of the median before there are six', () => {
    expect(medianOf(range(5))).toMatchObject({ value: 3, low: -Infinity, high: Infinity });
    expect(medianOf(range(6))).toMatchObject({ value: 3.5, low: 1, high: 6 });
  });
});

describe('an estimate', () => {
  test('of pairs is the median of their ratios, so that what drifts reaches both sides alike', () => {
    const bare = [1, 2, 4, 8, 16, 32];
    const ours = bare.map((value) => value * 1.5);
    expect(ratioOf(ours, bare)).toMatchObject({ value: 1.5, low: 1.5, high: 1.5, n: 6 });
  });

  test('of a mean lies within the samples', () => {
    const { value, low, high } = meanOf(range(24));
    expect(value).toBe(12.5);
    expect(low).toBeGreaterThan(1);
    expect(low).toBeLessThan(12.5);
    expect(high).toBeGreaterThan(12.5);
    expect(high).toBeLessThan(24);
  });

  test('that is exact has no interval', () => {
    expect(exactly(7, 3)).toEqual({ value: 7, low: 7, high: 7, n: 3, exact: true });
  });

  test('is not made of what is no number', () => {
    expect(() => ratioOf([1, 1], [1, 0])).toThrow('a sample is Infinity');
    expect(() => meanOf([1, NaN])).toThrow('a sample is NaN');
    expect(() => medianOf([])).toThrow('there are no samples');
  });
});
