/**
 * A saved result: its names are the file's names (snake_case, units last), so that what is printed by --json, saved and
 * read back is one shape. Durations are integer microseconds.
 */
import type { CheckName, ErrorClass, ProcessState, Verdict } from './names.ts';

export const RESULT_FORMAT = 1;

export interface Counts {
  reads_ok: number;
  reads_err: number;
  writes_ok: number;
  writes_err: number;
  open_ok: number;
  open_err: number;
  fresh_read_iterations: number;
  fresh_read_results: number;
  new_rows_inserted: number;
  increments_ok: number;
  increments_err: number;
  busy_retries: number;
}

export const LATENCY_NAMES = [
  'open',
  'search',
  'poll',
  'insert',
  'upsert',
  'reembed',
  'increment',
] as const;
export type LatencyName = (typeof LATENCY_NAMES)[number];

export interface Percentiles {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Only operations that were measured have an entry. */
export type Latencies = Partial<Record<LatencyName, Percentiles>>;

/** Acknowledgement to the end of the first poll that shows it; `never_seen` counts (reader, commit) pairs. */
export interface Freshness {
  count: number;
  p50: number;
  p99: number;
  max: number;
  never_seen: number;
}

export interface ProcessResult {
  role: 'writer' | 'reader' | 'owner';
  index: number;
  pid: number | null;
  state: ProcessState;
  exit: number | null;
  signal: string | null;
  counts: Counts;
  latency_us: Latencies;
  freshness_us: Freshness | null;
  /** The driver's own retries of writes, where it tells. */
  driver_retries: number | null;
  peak_rss_bytes: number | null;
  stderr_tail: string;
}

export interface ErrorResult {
  operation: string;
  class: ErrorClass;
  count: number;
  example: string;
  holder: string | null;
}

export type CheckVerdict = 'pass' | 'fail' | 'unknown' | 'skipped';

/** One instance of a failure: a sentence a user understands, and the rows and times behind it. */
export interface Finding {
  text: string;
  process: string | null;
  ids: number[];
  batches: number[];
  time_us: number | null;
}

export interface CheckResult {
  name: CheckName;
  verdict: CheckVerdict;
  /** One sentence: what was checked, what is wrong, or why nothing was proven. */
  because: string;
  /** How many instances there were; `findings` holds the first {@link FINDINGS_KEPT}. */
  count: number;
  findings: Finding[];
}

export const FINDINGS_KEPT = 5;

export interface AuditResult {
  rows: number;
  /** Rows that acknowledged operations and the seed say must be there. */
  acknowledged: number;
  lost: number;
  duplicate: number;
  torn: number;
  unexpected: number;
  /** Rows of operations in doubt that are there (legal). */
  in_doubt: number;
  counter: number | null;
  took_us: number;
  error: string | null;
}

export interface TimelineSecond {
  second: number;
  reads: number;
  writes: number;
  errors: number;
  /** Operations (reader iterations or writes) of each process in this second. */
  processes: Record<string, number>;
}

export interface Result {
  format: typeof RESULT_FORMAT;
  tool: { version: string; node: string };
  backend: { name: string; package: string | null; version: string; engine: string };
  host: { os: string; cpus: number; memory_bytes: number; filesystem: string };
  started_at: string;
  /** Every option with its value, snake_case, units last. */
  options: Record<string, string | number | boolean | null>;
  seed: number;
  counts: Counts;
  verdict: Verdict;
  because: string;
  next: string;
  window_us: number;
  /** Share of reads that overlapped a write; null without both. */
  overlap_ratio: number | null;
  start_skew_us: number | null;
  latency_us: Latencies;
  freshness_us: Freshness | null;
  processes: ProcessResult[];
  errors: ErrorResult[];
  checks: CheckResult[];
  audit: AuditResult | null;
  timeline: TimelineSecond[];
  warnings: string[];
  /** Name of the history file beside this one; null if it was not kept. */
  history: string | null;
  /** Where the time outside the measured window went. */
  phases_us: Record<string, number>;
  interrupted: boolean;
}
