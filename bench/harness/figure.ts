import type { Place } from './place.ts';
import type { Estimate } from './statistics.ts';

/** What a figure must reach; both ends for a range. */
export interface Limit {
  atLeast?: number;
  atMost?: number;
}

export type Unit = 'x' | 's' | 'ms' | 'us' | 'MB' | '/s';

/** One line of the outcome. Without a limit it is a finding, which has no outcome. */
export interface Row {
  figure: string;
  estimate: Estimate;
  unit: Unit;
  limit?: Limit;
  /** The medians behind a ratio, or what else a reader wants to know. */
  note?: string;
}

/** A group of figures that are measured together. */
export interface Figure {
  name: string;
  /** The issue that demands it. */
  issue: number;
  about: string;
  /** Takes minutes: measured only when named, or with --all. */
  heavy?: boolean;
  measure(bench: Bench): AsyncIterable<Row>;
}

/** What all figures share. */
export interface Bench {
  /** Interleaved pairs (or repetitions) of each figure. */
  pairs: number;
  /** Of the campaign whose memory is measured. */
  rounds: number;
  /** Of a synthetic history. */
  events: number;
  place: Place;
}
