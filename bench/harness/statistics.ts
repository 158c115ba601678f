import { mean, median, quantile } from 'simple-statistics';
import { Random } from '../../src/core/random.ts';

/** A statistic with its 95 % interval. An end that the samples cannot tell is infinite. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
  /** Samples, or pairs. */
  n: number;
  /** It was not sampled, so that it has no interval: a maximum, a total. */
  exact: boolean;
}

const RESAMPLES = 2000;
const SEED = 42;
/** What a 95 % interval leaves out at each of its ends. */
const TAIL = 0.025;

/** The median of the ratios of pairs that were measured side by side. */
export function ratioOf(ours: readonly number[], bare: readonly number[]): Estimate {
  return medianOf(ours.map((value, pair) => value / bare[pair]!));
}

/** The median, and between which samples it lies. */
export function medianOf(samples: readonly number[]): Estimate {
  return quantileOf(samples, 0.5);
}

/**
 * A quantile, and between which samples it lies: how many of them lie below it is a binomial number, whatever they are
 * distributed like. Few samples say nothing of a far quantile: of 20 one in three sets lies below its p95 as a whole.
 */
export function quantileOf(samples: readonly number[], p: number): Estimate {
  assertMeasured(samples);
  const n = samples.length;
  const sorted = samples.toSorted((a, b) => a - b);
  const atMost = cumulativeBinomial(n, p);
  const below = atMost.filter((probability) => probability <= TAIL).length;
  const above = atMost.findIndex((probability) => 1 - probability <= TAIL);
  return {
    value: quantile(sorted, p),
    low: sorted[below - 1] ?? -Infinity,
    high: sorted[above] ?? Infinity,
    n,
    exact: false,
  };
}

/** The mean, with the interval of its bootstrap distribution. */
export function meanOf(samples: readonly number[]): Estimate {
  assertMeasured(samples);
  const random = new Random(SEED);
  const n = samples.length;
  const resampled = Array.from({ length: RESAMPLES }, () =>
    mean(samples.map(() => samples[random.below(n)]!)),
  );
  return {
    value: mean([...samples]),
    low: quantile(resampled, TAIL),
    high: quantile(resampled, 1 - TAIL),
    n,
    exact: false,
  };
}

/** The ratio of two medians of samples that are no pairs; the interval is wide enough for both of theirs. */
export function quotientOf(ours: readonly number[], bare: readonly number[]): Estimate {
  const [above, below] = [medianOf(ours), medianOf(bare)];
  return {
    value: median([...ours]) / median([...bare]),
    low: above.low / below.high,
    high: above.high / below.low,
    n: Math.min(above.n, below.n),
    exact: false,
  };
}

/** A number that was not sampled: a maximum, a total. */
export function exactly(value: number, n = 1): Estimate {
  return { value, low: value, high: value, n, exact: true };
}

/** What went wrong while it was measured is no sample. */
function assertMeasured(samples: readonly number[]): void {
  if (samples.length === 0) throw new Error('there are no samples');
  const wrong = samples.find((sample) => !Number.isFinite(sample));
  if (wrong !== undefined) throw new Error(`a sample is ${wrong}`);
}

/** At k: how probable it is that k or fewer of n samples lie below the quantile p. */
function cumulativeBinomial(n: number, p: number): number[] {
  let logarithm = n * Math.log(1 - p);
  let sum = 0;
  return Array.from({ length: n + 1 }, (_, k) => {
    sum += Math.exp(logarithm);
    logarithm += Math.log((n - k) / (k + 1)) + Math.log(p / (1 - p));
    return Math.min(1, sum);
  });
}
