/**
 * A saved result: its names are the file's names (snake_case, units last), so that what is printed by --json, saved and
 * read back is one shape. Durations are integer microseconds.
 */
import type { CheckName, ErrorClass, Guarantee, ProcessState, Verdict } from './names.ts';

export const RESULT_FORMAT = 1;
/** Raised when the same history may be judged otherwise than before. Results without one were judged by 1. */
export const JUDGE_VERSION = 2;

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
  /** Connections without the run's token, which an owner turned away. Results that do not say had none. */
  strangers?: number;
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

/**
 * The lag of commits, from the acknowledgement to the end of the first poll that shows one. Counted are pairs of a reader and
 * a commit acknowledged before that reader's last read began, or seen by it: each pair is in one of the three counts.
 */
export interface Freshness {
  /** Pairs in which a poll of the window showed the commit: the lags. */
  count: number;
  p50: number;
  p99: number;
  max: number;
  /** Pairs in which only the drain poll showed it. Results of judge 1 do not say. */
  after_window?: number;
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
  /** Its working time, which its rates divide by. Results of judge 1 have `window_us` only. */
  worked_us?: number;
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
  /** Of an order that cannot be: the circle of facts that contradict each other, each leading to the next. */
  edges?: Edge[];
}

/** One fact of a contradiction: `from` must come before `to`, for this reason. */
export interface Edge {
  /** An operation or a read, as in sentences: `w0's insert 3`, `r1's poll at 1.204 s`. */
  from: string;
  to: string;
  kind: EdgeKind;
}

/**
 * Why one comes before the other. `shows`: the read shows the operation; `misses`: the read shows what the operation
 * replaced; `replaced`: one read shows the first in another row, and in a row of both the second; `acknowledged`: before
 * the second began; `seen`: by a read that ended before the second began; `session`: both reads are of one session, in this
 * order; `own`: the process wrote it before it read; `bound`: acknowledged more than the staleness bound before the read.
 */
export const EDGE_KINDS = [
  'shows',
  'misses',
  'replaced',
  'acknowledged',
  'seen',
  'session',
  'own',
  'bound',
] as const;
export type EdgeKind = (typeof EDGE_KINDS)[number];

export interface CheckResult {
  name: CheckName;
  verdict: CheckVerdict;
  /** One sentence: what was checked, what is wrong, or why nothing was proven. */
  because: string;
  /** How many instances there were; `findings` holds the first {@link FINDINGS_KEPT}. */
  count: number;
  findings: Finding[];
  /** Of a failed check: whether the final state shows it, or only reads did. Results of judge 1 do not say. */
  where?: 'final' | 'reads' | null;
}

/** What one order of all operations would have to explain, and whether it does. */
export interface OrderResult {
  /** Searches, polls, drain polls and point reads whose rows were recorded. */
  reads: number;
  /** Reads that could have shown something else: an operation was going on, or was missed. */
  discriminating_reads: number;
  /** Reads of a row that two operations wrote at once: which of them came first is not known. */
  undecidable_reads: number;
  /** The least staleness bound that all reads keep; null where no read could be compared with an acknowledgement. */
  behind_us: number | null;
  /** Guarantees that no order of the operations can give these reads. */
  refuted: Guarantee[];
  /** The same in one sentence. */
  because: string;
}

/** How much was seen. */
export interface Evidence {
  /** Searches and polls that succeeded. */
  reads: number;
  /** Those of them that overlapped a write of their copy. */
  overlapping_reads: number;
  /** Acknowledged operations. */
  writes: number;
  /** Times that a process opened the database and then read from it. */
  sessions: number;
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

/** A bucket of the window: a second of it, or `timeline_bucket_s`. */
export interface TimelineSecond {
  /** Of the window: where the bucket begins. */
  second: number;
  reads: number;
  writes: number;
  errors: number;
  /** Operations (reader iterations or writes) of each process in this bucket. */
  processes: Record<string, number>;
}

export interface Result {
  format: typeof RESULT_FORMAT;
  tool: { version: string; node: string };
  backend: { name: string; package: string | null; version: string; engine: string };
  /** `cpu_model` is absent in older results, and where the system does not tell. */
  host: {
    os: string;
    cpus: number;
    cpu_model?: string;
    memory_bytes: number;
    filesystem: string;
  };
  started_at: string;
  /** Every option with its value, snake_case, units last. */
  options: Record<string, string | number | boolean | null>;
  seed: number;
  counts: Counts;
  /** {@link JUDGE_VERSION} of the judge that came to the verdict; absent: 1. */
  judge?: number;
  verdict: Verdict;
  because: string;
  next: string;
  evidence?: Evidence;
  /** Why the evidence is thin; null if it is not. */
  thin?: string | null;
  /** Null where nothing was recorded. */
  order?: OrderResult | null;
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
  /** How many seconds each bucket of the timeline has; absent: 1. */
  timeline_bucket_s?: number;
  warnings: string[];
  /** Name of the history file beside this one; null if it was not kept. */
  history: string | null;
  /** Where the time outside the measured window went. */
  phases_us: Record<string, number>;
  interrupted: boolean;
}
