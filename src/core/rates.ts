import type { ProcessResult, Result } from './result.ts';

/** What is known of how long a process worked. Instants in microseconds on the run's clock. */
export interface WorkTimes {
  /** The common start of all processes. */
  startUs: number;
  /** The deadline of the window, or where it was ended early. */
  windowEndUs: number;
  /** The end of the last operation that it began in the window; undefined if there was none. */
  lastEndUs: number | undefined;
  /** When it died or was killed; undefined if it lived to the end. */
  diedUs: number | undefined;
}

/**
 * The working time of a process, which its rate divides by: from the common start to the end of the window, or of its own
 * last operation where that took longer; to its death if it died before. Whoever waits to be let in, or for a lock, works
 * too. That another process took longer is no business of this one.
 */
export function workedUs({ startUs, windowEndUs, lastEndUs, diedUs }: WorkTimes): number {
  const done = Math.max(windowEndUs, lastEndUs ?? -Infinity);
  return Math.max(0, Math.min(done, diedUs ?? Infinity) - startUs);
}

/** So many operations of this process per second of its working time; null if it never worked. */
export function rateOf(
  { worked_us: ownUs }: Pick<ProcessResult, 'worked_us'>,
  count: number,
  { window_us: windowUs }: Pick<Result, 'window_us'>,
): number | null {
  return perSecond(count, ownUs ?? windowUs);
}

/** Of all processes: the sum of their own rates. Null if none worked. */
export function totalRateOf(result: Result, count: 'reads_ok' | 'writes_ok'): number | null {
  const { processes, counts, window_us: windowUs } = result;
  // Of results of judge 1 only the time of all processes together is known.
  if (processes.every(({ worked_us: ownUs }) => ownUs === undefined)) {
    return perSecond(counts[count], windowUs);
  }
  const rates = processes
    .map((process) => rateOf(process, process.counts[count], result))
    .filter((rate) => rate !== null);
  return rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0);
}

function perSecond(count: number, us: number): number | null {
  return us > 0 ? (count * 1_000_000) / us : null;
}
