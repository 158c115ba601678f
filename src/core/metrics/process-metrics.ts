import type { ReadEvent, WriteInvoke } from '../history.ts';
import { IdSet } from '../id-set.ts';
import {
  LATENCY_NAMES,
  type Counts,
  type Latencies,
  type LatencyName,
  type Percentiles,
} from '../result.ts';
import { Durations } from './durations.ts';
import { FreshRows } from './fresh-rows.ts';

/** What is counted and timed of one process. */
export class ProcessMetrics {
  readonly counts = noCounts();
  readonly #latencies = new Map<LatencyName, Durations>();
  /** Events with an error. */
  errors = 0;
  /** Tries of the driver beyond the first; null until it tells. */
  driverRetries: number | null = null;
  /** Writes that were begun and have not ended, by number. */
  readonly pending = new Map<number, WriteInvoke>();
  readonly inserted = new IdSet();
  #search: { iteration: number; fresh: boolean } | undefined;
  readonly #fresh: FreshRows;

  constructor(shape: { rows: number; writers: number }) {
    this.#fresh = new FreshRows(shape);
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
    this.counts.fresh_read_results += this.#fresh.add(rows ?? []);
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

export function noCounts(): Required<Counts> {
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
    strangers: 0,
  };
}
