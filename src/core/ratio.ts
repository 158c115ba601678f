import { mean, sampleVariance } from 'simple-statistics';

export interface Ratio {
  value: number;
  /** 95 % confidence; null with fewer than {@link RUNS_FOR_INTERVAL} runs on a side. */
  interval: readonly [low: number, high: number] | null;
  /** Null without an interval: a single run says nothing of chance. */
  word: 'faster' | 'slower' | 'no difference seen' | null;
}

export const RUNS_FOR_INTERVAL = 3;

/** Student's t, 97.5 %, for 1 to 30 degrees of freedom. */
const T = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];

/**
 * b / a of the geometric means, with Welch's interval on the logarithms: the runs of the two sides may scatter
 * differently, and what disturbs a run multiplies its rate or time. Null where a side has no run or a value that is not positive.
 */
export function ratioOf(
  a: readonly number[],
  b: readonly number[],
  better: 'more' | 'less',
): Ratio | null {
  if (a.length === 0 || b.length === 0 || [...a, ...b].some((value) => !(value > 0))) return null;
  const [logsA, logsB] = [a.map(Math.log), b.map(Math.log)];
  const difference = mean(logsB) - mean(logsA);
  const value = Math.exp(difference);
  if (Math.min(a.length, b.length) < RUNS_FOR_INTERVAL)
    return { value, interval: null, word: null };
  const margin = welchMargin(logsA, logsB);
  const interval = [Math.exp(difference - margin), Math.exp(difference + margin)] as const;
  return { value, interval, word: wordOf(interval, better) };
}

function welchMargin(a: readonly number[], b: readonly number[]): number {
  const [ofA, ofB] = [sampleVariance(a) / a.length, sampleVariance(b) / b.length];
  const total = ofA + ofB;
  if (total === 0) return 0;
  const freedom = total ** 2 / (ofA ** 2 / (a.length - 1) + ofB ** 2 / (b.length - 1));
  return studentsT(freedom) * Math.sqrt(total);
}

/** Between two whole degrees of freedom on the chord, which lies above the curve; above 30 as for 30. */
function studentsT(freedom: number): number {
  const below = Math.floor(freedom);
  const [from, to] = [T[below - 1] ?? T.at(-1)!, T[below] ?? T.at(-1)!];
  return from + (to - from) * (freedom - below);
}

function wordOf([low, high]: readonly [number, number], better: 'more' | 'less'): Ratio['word'] {
  if (low <= 1 && high >= 1) return 'no difference seen';
  return low > 1 === (better === 'more') ? 'faster' : 'slower';
}
