/** What a verdict is made of, and changes of it. */
import { verdictOf, type Conclusion, type Grounds } from '../../src/checks/verdict.ts';
import { CHECKS, type CheckName } from '../../src/core/names.ts';
import type {
  AuditResult,
  CheckResult,
  ErrorResult,
  ProcessResult,
} from '../../src/core/result.ts';
import { noCounts } from '../../src/core/metrics/process-metrics.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { header } from '../core/metrics-events.ts';

export const optionsOf = (changes: Partial<RunOptions> = {}): RunOptions => header(changes).options;

/** A failure that only reads showed. */
export const IN_READS = 'in reads';

/** All checks pass, but these; what fails does so in the final state unless it is said to be in reads. */
export function checks(
  changes: Partial<Record<CheckName, CheckResult['verdict'] | typeof IN_READS>> = {},
): CheckResult[] {
  return CHECKS.map((name) => {
    const change = changes[name] ?? 'pass';
    const verdict = change === IN_READS ? 'fail' : change;
    const where = change === IN_READS ? 'reads' : change === 'fail' ? 'final' : null;
    return { name, verdict, because: `${name} says ${verdict}`, count: 0, findings: [], where };
  });
}

export const AUDIT: AuditResult = {
  ...{ rows: 104, acknowledged: 104, lost: 0, duplicate: 0, torn: 0, unexpected: 0 },
  ...{ in_doubt: 0, counter: 0, took_us: 1000, error: null },
};

export function worker(
  role: ProcessResult['role'],
  index: number,
  changes: Partial<ProcessResult> = {},
): ProcessResult {
  return {
    role,
    index,
    pid: 100 + index,
    state: 'finished',
    exit: 0,
    signal: null,
    counts: noCounts(),
    latency_us: {},
    freshness_us: null,
    driver_retries: null,
    peak_rss_bytes: null,
    stderr_tail: '',
    ...changes,
  };
}

export const refused: Partial<ProcessResult> = {
  state: 'refused',
  counts: { ...noCounts(), open_err: 3 },
};

export function error(changes: Partial<ErrorResult>): ErrorResult {
  return { operation: 'open', class: 'io', count: 1, example: 'no', holder: null, ...changes };
}

export const LOCK = error({ class: 'lock.conflict', count: 12, example: 'Could not set lock' });

export function conclude(changes: Partial<Grounds> = {}): Conclusion {
  return verdictOf({
    checks: checks(),
    errors: [],
    audit: AUDIT,
    evidence: { reads: 1624, overlapping_reads: 1200, writes: 57, sessions: 3 },
    thin: null,
    order: null,
    processes: [worker('writer', 0), worker('reader', 0), worker('reader', 1)],
    counts: { ...noCounts(), reads_ok: 812, writes_ok: 57 },
    options: optionsOf(),
    interrupted: false,
    backend: { refresh: { default: 'default', kinds: ['default', 'always', 'reopen'] }, lacks: {} },
    ...changes,
  });
}
