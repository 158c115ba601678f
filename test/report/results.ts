import { CHECKS } from '../../src/core/names.ts';
import { noCounts } from '../../src/core/metrics/process-metrics.ts';
import {
  JUDGE_VERSION,
  type CheckResult,
  type Counts,
  type ProcessResult,
  type Result,
} from '../../src/core/result.ts';

export const counts = (changes: Partial<Counts>): Counts => ({ ...noCounts(), ...changes });

export function processOf(
  role: ProcessResult['role'],
  index: number,
  changes: Partial<ProcessResult> = {},
): ProcessResult {
  return {
    role,
    index,
    pid: 4100 + index,
    state: 'finished',
    exit: 0,
    signal: null,
    counts: counts({ open_ok: 1 }),
    latency_us: {},
    freshness_us: null,
    driver_retries: null,
    peak_rss_bytes: null,
    stderr_tail: '',
    ...changes,
  };
}

/** All checks pass, but these. */
export function checksOf(
  ...changed: (Partial<CheckResult> & Pick<CheckResult, 'name'>)[]
): CheckResult[] {
  return CHECKS.map((name) => ({
    name,
    verdict: 'pass',
    because: 'Nothing was wrong.',
    count: 0,
    findings: [],
    ...changed.find((check) => check.name === name),
  }));
}

const writer = processOf('writer', 0, {
  counts: counts({ writes_ok: 642, open_ok: 1, new_rows_inserted: 20_544 }),
  latency_us: { insert: { count: 321, p50: 41_200, p95: 66_000, p99: 88_100, max: 131_000 } },
  peak_rss_bytes: 325_058_560,
});
const reader = processOf('reader', 0, {
  counts: counts({ reads_ok: 9312, open_ok: 1, fresh_read_iterations: 9100 }),
  latency_us: { search: { count: 9312, p50: 850, p95: 6200, p99: 9800, max: 41_000 } },
});

/** A good run of one writer and two readers. */
export function resultOf(changes: Partial<Result> = {}): Result {
  return {
    format: 1,
    tool: { version: '0.1.0', node: 'v20.20.2' },
    backend: {
      name: 'lancedb',
      package: '@lancedb/lancedb',
      version: '0.31.0',
      engine: 'lance 9.1',
    },
    host: { os: 'linux x64', cpus: 2, memory_bytes: 8_589_934_592, filesystem: 'ext4' },
    started_at: '2026-01-02T03:04:05.000Z',
    options: {
      access: 'processes',
      rows: 5000,
      dims: 1536,
      writers: 1,
      readers: 2,
      duration_s: 10,
      check: true,
    },
    seed: 42,
    counts: counts({
      reads_ok: 18_345,
      writes_ok: 642,
      open_ok: 3,
      fresh_read_iterations: 18_100,
      fresh_read_results: 41_088,
      new_rows_inserted: 20_544,
    }),
    judge: JUDGE_VERSION,
    verdict: 'works',
    because: 'Every process opened, and every reader saw what the writer committed.',
    next: 'Run it longer: --duration 600.',
    evidence: { reads: 36_690, overlapping_reads: 35_700, writes: 642, sessions: 2 },
    thin: null,
    order: null,
    window_us: 10_000_000,
    overlap_ratio: 0.973,
    start_skew_us: 1900,
    latency_us: {
      open: { count: 3, p50: 12_000, p95: 40_000, p99: 40_000, max: 40_000 },
      search: { count: 18_345, p50: 860, p95: 6300, p99: 9900, max: 44_000 },
      poll: { count: 18_345, p50: 700, p95: 2000, p99: 3100, max: 30_000 },
      insert: { count: 321, p50: 41_200, p95: 66_000, p99: 88_100, max: 131_000 },
      reembed: { count: 321, p50: 44_000, p95: 70_000, p99: 91_000, max: 1_240_000 },
    },
    freshness_us: { count: 640, p50: 18_000, p99: 212_000, max: 412_000, never_seen: 0 },
    processes: [writer, reader, { ...reader, index: 1, counts: counts({ reads_ok: 9033 }) }],
    errors: [],
    checks: checksOf(),
    audit: {
      rows: 25_544,
      acknowledged: 25_544,
      lost: 0,
      duplicate: 0,
      torn: 0,
      unexpected: 0,
      in_doubt: 0,
      counter: 0,
      took_us: 212_000,
      error: null,
    },
    timeline: [],
    warnings: [],
    history: null,
    phases_us: {},
    interrupted: false,
    ...changes,
  };
}

/** What readers get from a database that one writer holds. */
export const blocked: Result = resultOf({
  verdict: 'blocked',
  because: 'All 2 readers were refused at open: the writer holds the lock.',
  next: 'Let one process own the path: --access owner.',
  processes: [
    writer,
    processOf('reader', 0, { state: 'refused', counts: counts({ open_err: 12 }) }),
    processOf('reader', 1, { state: 'refused', counts: counts({ open_err: 1200 }) }),
  ],
  counts: counts({ writes_ok: 642, open_ok: 1, open_err: 1212, new_rows_inserted: 20_544 }),
  errors: [
    {
      operation: 'open',
      class: 'lock.conflict',
      count: 1212,
      example:
        'IO Error: Could not set lock on file "db.duckdb": Conflicting lock is held in node (PID 4100).\nSee also the documentation',
      holder: 'PID 4100 (w0)',
    },
  ],
  freshness_us: null,
  overlap_ratio: null,
});

/** A run that lost rows, and a process. */
export const wrong: Result = resultOf({
  verdict: 'wrong',
  because: '400 of 600 acknowledged rows are lost.',
  next: 'Do not open the same file twice in one process.',
  processes: [
    writer,
    processOf('reader', 0, {
      state: 'died',
      exit: null,
      signal: 'SIGSEGV',
      stderr_tail: 'thread panicked\n\u001b[31mterminate called\u001b[0m\n',
    }),
  ],
  checks: checksOf(
    {
      name: 'lost',
      verdict: 'fail',
      because: '400 of 600 acknowledged rows are lost.',
      count: 400,
      findings: [
        {
          text: 'Rows 5,001 to 5,064, inserted by w0 and acknowledged at 1.2 s, are not in the audit.',
          process: 'w0',
          ids: [5001, 5064],
          batches: [2],
          time_us: 1_200_000,
        },
      ],
    },
    { name: 'frozen', verdict: 'unknown', because: 'r0 ended before its drain poll.' },
    { name: 'lost-update', verdict: 'skipped', because: 'No increments were asked for.' },
  ),
  warnings: ['The database lies on tmpfs: durations say nothing about a disk.'],
  interrupted: true,
});
