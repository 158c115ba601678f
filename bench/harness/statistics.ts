import { mean, median, quantile } from 'simple-statistics';
import { Random } from '../../src/core/random.ts';

/** A statistic with the 95 % interval of its bootstrap distribution. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
  /** Samples, or pairs. */
  n: number;
}

const RESAMPLES = 2000;
const SEED = 42;

/** median(ours) / median(bare) of pairs that were measured side by side; whole pairs are resampled. */
export function ratioOfMedians(ours: readonly number[], bare: readonly number[]): Estimate {
  return bootstrap(ours.length, (indexes) => {
    const of = (samples: readonly number[]): number => median(indexes.map((i) => samples[i]!));
    return of(ours) / of(bare);
  });
}

export function medianOf(samples: readonly number[]): Estimate {
  return bootstrap(samples.length, (indexes) => median(indexes.map((i) => samples[i]!)));
}

export function meanOf(samples: readonly number[]): Estimate {
  return bootstrap(samples.length, (indexes) => mean(indexes.map((i) => samples[i]!)));
}

export function quantileOf(samples: readonly number[], p: number): Estimate {
  return bootstrap(samples.length, (indexes) =>
    quantile(
      indexes.map((i) => samples[i]!),
      p,
    ),
  );
}

/** A number that was not sampled: a maximum, a total. */
export function exactly(value: number, n = 1): Estimate {
  return { value, low: value, high: value, n };
}

function bootstrap(n: number, statistic: (indexes: number[]) => number): Estimate {
  if (n === 0) throw new Error('no samples');
  const random = new Random(SEED);
  const all = Array.from({ length: n }, (_, i) => i);
  const resampled = Array.from({ length: RESAMPLES }, () =>
    statistic(all.map(() => random.below(n))),
  );
  return {
    value: statistic(all),
    low: quantile(resampled, 0.025),
    high: quantile(resampled, 0.975),
    n,
  };
}
