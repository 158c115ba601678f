/** Every number and word of a result that has a name: what an expectation can be about and a comparison shows. */
import { CHECKS, VERDICTS } from './names.ts';
import { isEnoughFor, type PercentileName } from './percentiles.ts';
import { totalRateOf } from './rates.ts';
import { errorCountOf } from './refusals.ts';
import { LATENCY_NAMES, type AuditResult, type Counts, type Result } from './result.ts';

/** What a metric's number is of; `word` for those that have words instead. */
export type MetricUnit = 'number' | 'per_s' | 'us' | 'bytes' | 'share' | 'word';

export interface Metric {
  readonly name: string;
  /** One line for `list --metrics`. */
  readonly text: string;
  readonly unit: MetricUnit;
  /** The values of a `word`. */
  readonly words?: readonly string[];
  /** Null where the run has no such value. */
  of(result: Result): number | string | null;
  /** Of a percentile that too few durations stand behind: the longest, which tables show for it. Else undefined. */
  instead?(result: Result): number | undefined;
}

const COUNT_TEXTS: Readonly<Record<keyof Counts, string>> = {
  reads_ok: 'reader iterations whose search and poll both succeeded',
  reads_err: 'reader iterations that failed',
  writes_ok: 'acknowledged write operations',
  writes_err: 'write operations that failed or are in doubt',
  open_ok: 'opens that succeeded',
  open_err: 'opens that were refused or failed',
  fresh_read_iterations: 'reader iterations that returned a row written during the run',
  fresh_read_results: 'such rows, each once per reader and version',
  new_rows_inserted: 'distinct rows of acknowledged inserts',
  increments_ok: 'acknowledged increments of the counter',
  increments_err: 'increments that failed or are in doubt',
  busy_retries: 'refused tries inside operations (access reopen)',
  strangers: "connections without the run's token, turned away by the owner",
};

const AUDIT_ROWS: readonly (readonly [keyof AuditResult, string])[] = [
  ['lost', 'acknowledged rows that the audit did not find'],
  ['duplicate', 'rows that the audit found more than once'],
  ['torn', 'rows that the audit found with a wrong checksum'],
  ['unexpected', 'rows that the audit found and nobody wrote'],
  ['in_doubt', 'rows of operations in doubt that the audit found (legal)'],
];

const PERCENTILES = ['p50', 'p95', 'p99', 'max'] as const;
const LAG = ['p50', 'p99', 'max'] as const;
const CHECK_VERDICTS = ['pass', 'fail', 'unknown', 'skipped'];

/** All of them, in the order in which they are listed. */
export const METRICS: readonly Metric[] = [
  word('verdict', 'what the run ended in', VERDICTS, ({ verdict }) => verdict),
  ...(Object.keys(COUNT_TEXTS) as (keyof Counts)[]).map((name) =>
    number(name, COUNT_TEXTS[name], ({ counts }) => counts[name] ?? 0),
  ),
  number(
    'errors',
    'operations that failed; of refusals at open the processes that were refused',
    errorCountOf,
  ),
  metric('per_s', 'reads_per_s', "reads_ok per second, the sum of the readers' own rates", (r) =>
    totalRateOf(r, 'reads_ok'),
  ),
  metric('per_s', 'writes_per_s', "writes_ok per second, the sum of the writers' own rates", (r) =>
    totalRateOf(r, 'writes_ok'),
  ),
  ...LAG.map((name) =>
    percentile(
      name,
      `lag_${name}`,
      `${nameOf(name)} from an acknowledgement to the end of the first poll that shows it`,
      ({ freshness_us: lag }) => (lag === null || lag.count === 0 ? null : lag),
    ),
  ),
  number(
    'after_window',
    'commits that only the drain poll showed, counted per reader',
    (result) => result.freshness_us?.after_window ?? null,
  ),
  number('never_seen', 'commits that a reader never saw, counted per reader', (result) =>
    result.freshness_us === null ? null : result.freshness_us.never_seen,
  ),
  ...LATENCY_NAMES.flatMap((operation) =>
    PERCENTILES.map((name) =>
      percentile(
        name,
        `${operation}_${name}`,
        `${nameOf(name)} of one ${operation}`,
        ({ latency_us: latencies }) => latencies[operation] ?? null,
      ),
    ),
  ),
  metric('share', 'overlap_ratio', 'share of the reads that overlapped a write', (result) => {
    return result.overlap_ratio;
  }),
  ...AUDIT_ROWS.map(([name, text]) =>
    number(`${name}_rows`, text, ({ audit }) => audit && (audit[name] as number)),
  ),
  metric('us', 'audit_took', 'how long the audit took', ({ audit }) => audit && audit.took_us),
  ...CHECKS.map((check) =>
    word(
      `check_${check.replaceAll('-', '_')}`,
      `what the check ${check} said`,
      CHECK_VERDICTS,
      ({ checks }) => checks.find(({ name }) => name === check)?.verdict ?? null,
    ),
  ),
  number('checks_failed', 'checks that fired', ({ checks }) => {
    return checks.filter(({ verdict }) => verdict === 'fail').length;
  }),
  number('workers_died', 'processes or threads that died or hung', ({ processes }) => {
    return processes.filter(({ state }) => state === 'died' || state === 'hung').length;
  }),
  number('driver_retries', "the driver's own retries of writes, where it tells", (result) =>
    sumOfKnown(result.processes.map((process) => process.driver_retries)),
  ),
  metric('share', 'fairness_min_max', 'writes_ok of the slowest writer / the fastest', (result) =>
    fairness(result, 'writer', 'writes_ok'),
  ),
  metric('share', 'reader_fairness_min_max', 'reads_ok of the slowest reader / the fastest', (r) =>
    fairness(r, 'reader', 'reads_ok'),
  ),
  metric('bytes', 'peak_rss_max', 'largest peak memory of one process', ({ processes }) => {
    const known = processes.map((process) => process.peak_rss_bytes).filter((b) => b !== null);
    return known.length === 0 ? null : Math.max(...known);
  }),
  metric('us', 'start_skew', 'from the first operation of the first process to the last', (r) => {
    return r.start_skew_us;
  }),
  number(
    'window_s',
    'from the common start until the last process was done, in seconds',
    (result) => {
      return result.window_us / 1_000_000;
    },
  ),
];

/** Hyphens are taken for underscores: a check is called lost-update, its metric check_lost_update. */
export function metricNamed(name: string): Metric | undefined {
  const wanted = name.replaceAll('-', '_');
  return METRICS.find((candidate) => candidate.name === wanted);
}

/** The metric of this name as a number; null where the run has none. For names in this file's own table. */
export function numberOf(name: string, result: Result): number | null {
  const value = metricNamed(name)?.of(result);
  return typeof value === 'number' ? value : null;
}

function metric(unit: MetricUnit, name: string, text: string, of: Metric['of']): Metric {
  return { name, text, unit, of };
}

function percentile<Name extends PercentileName>(
  name: Name,
  metricName: string,
  text: string,
  durationsOf: (result: Result) => Record<Name | 'max' | 'count', number> | null,
): Metric {
  return {
    ...metric('us', metricName, text, (result) => durationsOf(result)?.[name] ?? null),
    instead(result) {
      const durations = durationsOf(result);
      if (durations === null || isEnoughFor(name, durations.count)) return undefined;
      return durations.max;
    },
  };
}

function number(name: string, text: string, of: Metric['of']): Metric {
  return metric('number', name, text, of);
}

function word(name: string, text: string, words: readonly string[], of: Metric['of']): Metric {
  return { name, text, unit: 'word', words, of };
}

function nameOf(percentile: string): string {
  return percentile === 'max' ? 'longest time' : `${percentile} of the time`;
}

function fairness(
  { processes }: Result,
  role: string,
  count: 'writes_ok' | 'reads_ok',
): number | null {
  const done = processes
    .filter((process) => process.role === role)
    .map(({ counts }) => counts[count]);
  const most = Math.max(...done);
  return done.length < 2 || most === 0 ? null : Math.min(...done) / most;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function sumOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : sum(known);
}
