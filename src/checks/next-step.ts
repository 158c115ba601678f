import { commandOf, type Change } from '../core/command-line.ts';
import { plural } from '../core/count-text.ts';
import type { AccessName, CheckName, Verdict } from '../core/names.ts';
import { CRASH_DEFAULTS, OPTION_RANGES, RUN_DEFAULTS } from '../core/options.ts';
import { areOnlyConflicts } from '../core/refusals.ts';
import { OVERLAPPING_READS_LEAST, WRITES_LEAST } from './thinness.ts';
import type { Grounds } from './verdict.ts';

const LONGEST_S = OPTION_RANGES.durationS[1];
/** Readers so seldom that they leave the lock alone most of the time. */
const SELDOM_PER_S = 1;
/** What was seen at one time may be less at another. */
const MARGIN = 1.5;
/** A closed loop that could not be judged in so long a window will not be in a longer one. */
const LONG_S = 60;

/**
 * The accesses by how much they ask of the database: what fails with one is tried with a later one, never with an
 * earlier one, so that whoever follows this advice comes to an end. `isolated` shares nothing, and is no advice.
 */
const LADDER: readonly AccessName[] = ['processes', 'reopen', 'threads', 'connections', 'owner'];
const NOTHING_LEFT =
  'use one process for the database; what has a path of its own shares nothing with the others';

/** One thing to do after this verdict: a whole command where there is one, in options that the backend has. */
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

function afterWorks(grounds: Grounds): string {
  const { options, interrupted } = grounds;
  const { writers, readers, access } = options;
  if (interrupted) return toItsEnd(grounds);
  if (writers === 0) return `add a writer: ${run(grounds, { writers: 1 })}`;
  if (readers === 0) return `add readers: ${run(grounds, { readers: RUN_DEFAULTS.readers })}`;
  if (access === 'isolated') {
    const shared = LADDER.find((name) => isPossible(name, grounds));
    if (shared === undefined) return NOTHING_LEFT;
    return `nothing was shared, which is what to compare with; share it: ${run(grounds, { access: shared })}`;
  }
  const enoughS = enoughFor(grounds);
  if (enoughS > options.durationS) {
    return `see more of it, ${plural(enoughS, 'second')} should do: ${run(grounds, { durationS: enoughS })}`;
  }
  if (writers === 1) return `see what a second writer does: ${run(grounds, { writers: 2 })}`;
  return `see what survives a kill: ${crash(grounds)}`;
}

function afterStale(grounds: Grounds): string {
  const { refresh } = grounds.options;
  // Whoever looks at every read, by either means, has nothing more to look with.
  const looks = refresh === 'reopen' || refresh === 'always';
  const kind = (['reopen', 'always'] as const).find((name) => hasRefresh(name, grounds));
  if (!looks && kind !== undefined) {
    return `let readers look for others' commits: ${run(grounds, { refresh: kind })}`;
  }
  return another(grounds, ['connections', 'owner']);
}

function afterBlocked(grounds: Grounds): string {
  const { access, busyTimeoutMs, opTimeoutMs, readers, writers, readRate } = grounds.options;
  if (access !== 'reopen') return another(grounds, ['owner', 'reopen', 'connections']);
  const other = another(grounds, ['owner', 'connections']);
  if (readers > 0 && writers > 0 && readRate === 0) {
    const seldom = run(grounds, { readRate: SELDOM_PER_S });
    return `readers that pause leave the lock to others, measure it: ${seldom}; or ${other}`;
  }
  if (2 * busyTimeoutMs >= opTimeoutMs) return other;
  return `wait longer for the lock: ${run(grounds, { busyTimeoutMs: 2 * busyTimeoutMs })}; or ${other}`;
}

function afterErrors(grounds: Grounds): string {
  const { errors, processes } = grounds;
  const gone = processes.some(({ state }) => state === 'died' || state === 'hung');
  // What is left is the audit, after it had read everything.
  if (errors.length === 0 && !gone) {
    return 'keep the database (--db and --keep), and read it and close it by itself';
  }
  if (errors.some((error) => error.class === 'disk_full')) return 'free space on the disk';
  if (areOnlyConflicts(grounds)) {
    const retry = 'retry conflicts in the application';
    if (grounds.options.access === 'isolated') return retry;
    return `${retry}; then see what survives a kill: ${crash(grounds)}`;
  }
  if (processes.some(({ stderr_tail }) => stderr_tail !== '')) {
    return 'read the last words of the process that failed';
  }
  return another(grounds, ['owner']);
}

function afterWrong(grounds: Grounds): string {
  const { checks, options } = grounds;
  const fails = (name: CheckName): boolean =>
    checks.some((check) => check.name === name && check.verdict === 'fail');
  if (fails('orphan') && typeof options.refresh === 'number' && hasRefresh('always', grounds)) {
    const always = run(grounds, { refresh: 'always' });
    return `refresh all tables before each read, on an interval each table is as old as it happens to be: ${always}`;
  }
  if (fails('lost-update') && options.increment === 'rmw') {
    return `increment in one statement of the database: ${run(grounds, { increment: 'sql' })}`;
  }
  const other = another(grounds, ['connections', 'owner']);
  return options.access === 'isolated' ? other : `do not share the database like this; ${other}`;
}

function afterUnknown(grounds: Grounds): string {
  const { options, checks, interrupted } = grounds;
  if (!options.check) return `verify what is read: ${run(grounds, { check: true })}`;
  if (interrupted) return toItsEnd(grounds);
  // Without an audit or a history more time tells no more.
  if (checks.every(({ verdict }) => verdict === 'unknown'))
    return 'see the warnings, and run again';
  const atRateS = Math.min(LONGEST_S, secondsAtRate(grounds));
  if (atRateS > options.durationS) {
    const longer = run(grounds, { durationS: atRateS });
    return `it needs at least ${atRateS} s at this rate: ${longer}`;
  }
  if (options.access === 'reopen' && options.readers > 0 && options.readRate === 0) {
    const seldom = run(grounds, { readRate: SELDOM_PER_S });
    return `readers that pause leave the lock to others, measure it: ${seldom}`;
  }
  if (options.durationS >= LONG_S && options.durationS >= 2 * atRateS) {
    return 'a longer run will hardly tell more: use fewer processes, or a smaller --rows and --dims';
  }
  return `run longer: ${run(grounds, { durationS: longerThan(options.durationS) })}`;
}

const longerThan = (durationS: number): number =>
  Math.min(LONGEST_S, Math.max(RUN_DEFAULTS.durationS, Math.ceil(durationS * 3)));

const toItsEnd = (grounds: Grounds): string =>
  `you ended it early: run it again to its end: ${run(grounds)}`;

/**
 * What the rates of open loops ask for, in seconds: 0 for closed ones. The second operation of a writer is its first
 * insert; a reader polls it in its next iteration at the latest, and searches for it in the one after that.
 */
function secondsAtRate({ options: { writeRate, readRate, writers, readers } }: Grounds): number {
  const insertS = writers > 0 && writeRate > 0 ? 2 / writeRate : 0;
  const searchS = readers > 0 && readRate > 0 ? 3 / readRate : 0;
  return Math.ceil(insertS + searchS);
}

/** How long the run must be to be thin no more, by what it saw in its time. */
function enoughFor({ thin, evidence, options: { durationS } }: Grounds): number {
  if (thin === null) return durationS;
  const missing = Math.max(
    OVERLAPPING_READS_LEAST / Math.max(1, evidence.overlapping_reads),
    WRITES_LEAST / Math.max(1, evidence.writes),
  );
  return Math.min(LONGEST_S, Math.ceil(durationS * missing * MARGIN));
}

/** This run again, with a change. */
function run({ options, backend }: Grounds, change: Change = {}): string {
  const defaults = { ...RUN_DEFAULTS, refresh: backend.refresh.default };
  return commandOf(['probe', options.backend], options, change, defaults);
}

function crash({ options, backend }: Grounds): string {
  // Its rounds have lengths of their own.
  const { durationS } = options;
  const defaults = { ...CRASH_DEFAULTS, durationS, refresh: backend.refresh.default };
  return commandOf(['probe', 'crash', options.backend], options, {}, defaults);
}

function hasRefresh(kind: 'reopen' | 'always', { backend }: Grounds): boolean {
  return backend.refresh.kinds.includes(kind);
}

function isPossible(access: AccessName, { backend }: Grounds): boolean {
  return backend.lacks[access] === undefined;
}

/** The first of these accesses that the backend has, and that asks less of it than this one. */
function another(grounds: Grounds, wanted: readonly AccessName[]): string {
  const { access: tried } = grounds.options;
  if (tried === 'isolated') return 'nothing was shared, so that sharing is not the cause of it';
  const rank = LADDER.indexOf(tried);
  const found = wanted.find(
    (access) => LADDER.indexOf(access) > rank && isPossible(access, grounds),
  );
  return found === undefined ? NOTHING_LEFT : `${HOW[found]}: ${run(grounds, { access: found })}`;
}

const HOW: Readonly<Record<AccessName, string>> = {
  processes: 'let several processes open it',
  reopen: 'open it for each operation only',
  threads: 'give each thread an instance',
  connections: 'share one instance inside one process',
  owner: 'let one process own it and serve the others',
  isolated: 'give each process a path of its own',
};
