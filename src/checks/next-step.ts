import type { AccessName, CheckName, Verdict } from '../core/names.ts';
import type { Grounds } from './verdict.ts';

/** The most that --duration takes. */
const LONGEST_S = 86_400;

/** One thing to do after this verdict, in options that the backend has. */
export function nextStep(verdict: Verdict, grounds: Grounds): string {
  switch (verdict) {
    case 'works':
      return afterWorks(grounds);
    case 'stale':
      return afterStale(grounds);
    case 'blocked':
      return afterBlocked(grounds);
    case 'errors':
      return afterErrors(grounds);
    case 'wrong':
    case 'inconsistent':
      return afterWrong(grounds);
    case 'unknown':
      return afterUnknown(grounds);
  }
}

function afterWorks({ options: { backend, writers, readers } }: Grounds): string {
  if (writers === 0) return 'add a writer: --writers 1';
  if (readers === 0) return 'add readers: --readers 4';
  if (writers === 1) return 'see what a second writer does: --writers 2';
  return `see what survives a kill: probe crash ${backend}`;
}

function afterStale(grounds: Grounds): string {
  const { options, backend } = grounds;
  for (const kind of ['reopen', 'always'] as const) {
    if (options.refresh !== kind && backend.refresh.kinds.includes(kind)) {
      return `let readers look for others' commits: --refresh ${kind}`;
    }
  }
  return otherAccess(grounds, ['reopen', 'owner', 'connections']);
}

function afterBlocked(grounds: Grounds): string {
  if (grounds.options.access === 'reopen') {
    const { busyTimeoutMs, opTimeoutMs } = grounds.options;
    const longerS = (2 * busyTimeoutMs) / 1000;
    const wait = 2 * busyTimeoutMs < opTimeoutMs;
    const other = otherAccess(grounds, ['owner', 'isolated']);
    return wait ? `wait longer for the lock (--busy-timeout ${longerS}), or ${other}` : other;
  }
  return otherAccess(grounds, ['owner', 'reopen', 'isolated']);
}

function afterErrors(grounds: Grounds): string {
  const { errors, processes, options } = grounds;
  const gone = processes.some(({ state }) => state === 'died' || state === 'hung');
  // What is left is the audit, after it had read everything.
  if (errors.length === 0 && !gone) {
    return 'keep the database, and read it and close it by itself: --db <path> --keep';
  }
  if (errors.some((error) => error.class === 'disk_full')) return 'free space on the disk';
  if (errors.some((error) => error.class === 'txn.conflict') && options.writers > 1) {
    return 'retry conflicts in the application, or use one writer: --writers 1';
  }
  if (processes.some(({ stderr_tail }) => stderr_tail !== '')) {
    return 'read the tail of stderr of the process that failed';
  }
  return otherAccess(grounds, ['owner', 'isolated']);
}

function afterWrong(grounds: Grounds): string {
  const { checks, options, backend } = grounds;
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
  return `do not share the database like this; ${otherAccess(grounds, ['owner', 'isolated'])}`;
}

function afterUnknown({ options, checks }: Grounds): string {
  if (!options.check) return 'run without --no-check';
  // Without an audit or a history more time tells no more.
  if (checks.every(({ verdict }) => verdict === 'unknown'))
    return 'see the warnings, and run again';
  const longerS = Math.min(LONGEST_S, Math.ceil(options.durationS * 3));
  return `run longer: --duration ${longerS}`;
}

/** The first of these accesses that is another one, and that the backend has. */
function otherAccess({ options, backend }: Grounds, wanted: readonly AccessName[]): string {
  const found = wanted.find(
    (access) => access !== options.access && backend.lacks[access] === undefined,
  );
  return found === undefined ? 'use one process for the database' : `try --access ${found}`;
}
