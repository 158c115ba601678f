import type { AccessName, CheckName, Verdict } from '../core/names.ts';
import type { Evidence } from './verdict.ts';

/** The most that --duration takes. */
const LONGEST_S = 86_400;

/** One thing to do after this verdict, in options that the backend has. */
export function nextStep(verdict: Verdict, evidence: Evidence): string {
  switch (verdict) {
    case 'works':
      return afterWorks(evidence);
    case 'stale':
      return afterStale(evidence);
    case 'blocked':
      return afterBlocked(evidence);
    case 'errors':
      return afterErrors(evidence);
    case 'wrong':
    case 'inconsistent':
      return afterWrong(evidence);
    case 'unknown':
      return afterUnknown(evidence);
  }
}

function afterWorks({ options: { backend, writers, readers } }: Evidence): string {
  if (writers === 0) return 'add a writer: --writers 1';
  if (readers === 0) return 'add readers: --readers 4';
  if (writers === 1) return 'see what a second writer does: --writers 2';
  return `see what survives a kill: probe crash ${backend}`;
}

function afterStale(evidence: Evidence): string {
  const { options, backend } = evidence;
  for (const kind of ['reopen', 'always'] as const) {
    if (options.refresh !== kind && backend.refresh.kinds.includes(kind)) {
      return `let readers look for others' commits: --refresh ${kind}`;
    }
  }
  return otherAccess(evidence, ['reopen', 'owner', 'connections']);
}

function afterBlocked(evidence: Evidence): string {
  if (evidence.options.access === 'reopen') {
    const { busyTimeoutMs, opTimeoutMs } = evidence.options;
    const longerS = (2 * busyTimeoutMs) / 1000;
    const wait = 2 * busyTimeoutMs < opTimeoutMs;
    const other = otherAccess(evidence, ['owner', 'isolated']);
    return wait ? `wait longer for the lock (--busy-timeout ${longerS}), or ${other}` : other;
  }
  return otherAccess(evidence, ['owner', 'reopen', 'isolated']);
}

function afterErrors(evidence: Evidence): string {
  const { errors, processes, options } = evidence;
  if (errors.some((error) => error.class === 'disk_full')) return 'free space on the disk';
  if (errors.some((error) => error.class === 'txn.conflict') && options.writers > 1) {
    return 'retry conflicts in the application, or use one writer: --writers 1';
  }
  if (processes.some(({ stderr_tail }) => stderr_tail !== '')) {
    return 'read the tail of stderr of the process that failed';
  }
  return otherAccess(evidence, ['owner', 'isolated']);
}

function afterWrong(evidence: Evidence): string {
  const { checks, options, backend } = evidence;
  const fails = (name: CheckName): boolean =>
    checks.some((check) => check.name === name && check.verdict === 'fail');
  if (
    fails('orphan') &&
    typeof options.refresh === 'number' &&
    backend.refresh.kinds.includes('always')
  ) {
    return 'refresh all tables before each read: --refresh always; on an interval each table is as old as it happens to be';
  }
  if (fails('lost-update') && options.increment === 'rmw') {
    return 'increment in one statement of the database: --increment sql';
  }
  return `do not share the database like this; ${otherAccess(evidence, ['owner', 'isolated'])}`;
}

function afterUnknown({ options, checks }: Evidence): string {
  if (!options.check) return 'run without --no-check';
  // Without an audit or a history more time tells no more.
  if (checks.every(({ verdict }) => verdict === 'unknown'))
    return 'see the warnings, and run again';
  const longerS = Math.min(LONGEST_S, Math.ceil(options.durationS * 3));
  return `run longer: --duration ${longerS}`;
}

/** The first of these accesses that is another one, and that the backend has. */
function otherAccess({ options, backend }: Evidence, wanted: readonly AccessName[]): string {
  const found = wanted.find(
    (access) => access !== options.access && backend.lacks[access] === undefined,
  );
  return found === undefined ? 'use one process for the database' : `try --access ${found}`;
}
