import type { ReadEvent, WriteInvoke } from '../history.ts';
import {
  LATENCY_NAMES,
  type Counts,
  type Latencies,
  type LatencyName,
  type Percentiles,
} from '../result.ts';
import { Durations } from './durations.ts';
import { IntervalSet } from './interval-set.ts';

const WRITTEN_ONCE = -1;

/** What is counted and timed of one process. */
export class ProcessMetrics {
  readonly counts: Counts = noCounts();
  readonly #latencies = new Map<LatencyName, Durations>();
  /** Successful operations (reader iterations, writes) in each second since the start. */
  readonly perSecond: number[] = [];
  /** Events with an error. */
  errors = 0;
  /** Tries of the driver beyond the first; null until it tells. */
  driverRetries: number | null = null;
  /** Writes that were begun and have not ended, by number. */
  readonly pending = new Map<number, WriteInvoke>();
  readonly inserted = new IntervalSet();
  #search: { iteration: number; fresh: boolean } | undefined;
  /** Rows of batches > 0 that were returned, by batch; ids that only one batch can have are under {@link WRITTEN_ONCE}. */
  readonly #freshRows = new Map<number, IntervalSet>();
  readonly #writtenOnceAbove: number;

  /** Each row with an id above `writtenOnceAbove` is written once: its batch need not be remembered. */
  constructor(writtenOnceAbove: number) {
    this.#writtenOnceAbove = writtenOnceAbove;
  }

  time(name: LatencyName, us: number): void {
    let durations = this.#latencies.get(name);
    if (durations === undefined) this.#latencies.set(name, (durations = new Durations()));
    durations.record(us);
  }

  durations(name: LatencyName): Durations | undefined {
    return this.#latencies.get(name);
  }

  /** A search or poll that ended. True if it completes a successful iteration. */
  read({ type, f, iteration, rows, fresh }: ReadEvent): boolean {
    const ok = type === 'ok';
    const isFresh = fresh ?? rows?.some((run) => run[2] > 0) ?? false;
    this.#collect(rows ?? []);
    if (f === 'search' && ok) {
      this.#search = { iteration, fresh: isFresh };
      return false;
    }
    const searchWasFresh = this.#search?.iteration === iteration && this.#search.fresh;
    this.#search = undefined;
    if (isFresh || searchWasFresh) this.counts.fresh_read_iterations++;
    if (ok) this.counts.reads_ok++;
    else this.counts.reads_err++;
    return ok;
  }

  #collect(rows: NonNullable<ReadEvent['rows']>): void {
    for (const [first, last, batch, step = 1] of rows) {
      if (batch === 0) continue;
      const key = first > this.#writtenOnceAbove ? WRITTEN_ONCE : batch;
      let seen = this.#freshRows.get(key);
      if (seen === undefined) this.#freshRows.set(key, (seen = new IntervalSet()));
      if (step === 1) this.counts.fresh_read_results += seen.add(first, last);
      else {
        for (let id = first; id <= last; id += step) {
          this.counts.fresh_read_results += seen.add(id, id);
        }
      }
    }
  }
}

/** The percentiles of each operation that was measured in any of these processes. */
export function latenciesOf(processes: readonly ProcessMetrics[]): Latencies {
  const latencies: Latencies = {};
  for (const name of LATENCY_NAMES) {
    const percentiles = percentilesOf(processes, [name]);
    if (percentiles !== null) latencies[name] = percentiles;
  }
  return latencies;
}

/** Of these operations of these processes together; null if none was measured. */
export function percentilesOf(
  processes: readonly ProcessMetrics[],
  names: readonly LatencyName[],
): Percentiles | null {
  const parts = processes
    .flatMap((process) => names.map((name) => process.durations(name)))
    .filter((durations) => durations !== undefined);
  if (parts.length === 0) return null;
  return (parts.length === 1 ? parts[0]! : Durations.merged(parts)).percentiles();
}

export function noCounts(): Counts {
  return {
    reads_ok: 0,
    reads_err: 0,
    writes_ok: 0,
    writes_err: 0,
    open_ok: 0,
    open_err: 0,
    fresh_read_iterations: 0,
    fresh_read_results: 0,
    new_rows_inserted: 0,
    increments_ok: 0,
    increments_err: 0,
    busy_retries: 0,
  };
}
