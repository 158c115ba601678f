import { build, type Histogram } from 'hdr-histogram-js';
import type { Percentiles } from '../result.ts';

/** Durations in whole microseconds, to three digits; grows with the longest, never with their number. */
export class Durations {
  readonly #histogram: Histogram = build({
    bitBucketSize: 32,
    autoResize: true,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 4096,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });

  static merged(parts: Iterable<Durations>): Durations {
    const all = new Durations();
    for (const part of parts) all.#histogram.add(part.#histogram);
    return all;
  }

  record(us: number): void {
    this.#histogram.recordValue(us);
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  percentiles(): Percentiles {
    const max = this.count === 0 ? 0 : this.#histogram.maxValue;
    // A bucket answers with its upper end, which may lie above the longest duration.
    const at = (percentile: number): number =>
      Math.min(this.#histogram.getValueAtPercentile(percentile), max);
    return { count: this.count, p50: at(50), p95: at(95), p99: at(99), max };
  }
}
