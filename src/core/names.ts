/** The closed lists of names that options, histories, checks and results share (design: words). */

export const ACCESSES = [
  'processes',
  'reopen',
  'owner',
  'isolated',
  'threads',
  'connections',
] as const;
export type AccessName = (typeof ACCESSES)[number];

/** One list for all backends; `unclassified` in a real run means the backend's `classify` has something to learn. */
export const ERROR_CLASSES = [
  'lock.conflict',
  'lock.readonly',
  'txn.conflict',
  'not_found',
  'corrupt',
  'io',
  'disk_full',
  'oom',
  'deadline',
  'instance.invalid',
  'owner.gone',
  'queue.full',
  'message.too_large',
  'worker.died',
  'unclassified',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** What a check is about: the rows themselves, the order in which they are seen, or what this application relies on. */
export const CHECK_GROUPS = ['rows', 'order', 'application'] as const;
export type CheckGroup = (typeof CHECK_GROUPS)[number];

/** Each check with its group, in the order in which they are shown. */
export const GROUP_OF_CHECK = {
  lost: 'rows',
  duplicate: 'rows',
  torn: 'rows',
  unexpected: 'rows',
  'lost-update': 'rows',
  'aborted-read': 'rows',
  'dirty-read': 'rows',
  fractured: 'order',
  'prefix-hole': 'order',
  'own-write-missed': 'order',
  'non-monotonic': 'order',
  'long-fork': 'order',
  frozen: 'order',
  orphan: 'application',
  'search-gap': 'application',
} as const satisfies Record<string, CheckGroup>;
export type CheckName = keyof typeof GROUP_OF_CHECK;
export const CHECKS = Object.keys(GROUP_OF_CHECK) as CheckName[];

/** The worst first; `unknown` last, which stands in the place of `works` only. */
export const VERDICTS = [
  'wrong',
  'inconsistent',
  'stale',
  'errors',
  'blocked',
  'works',
  'unknown',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What an order of all operations can promise to those who read: each includes those before it. */
export const GUARANTEES = [
  'consistent-prefix',
  'monotonic-reads',
  'read-your-writes',
  'bounded-staleness',
] as const;
export type Guarantee = (typeof GUARANTEES)[number];

export type Role = 'writer' | 'reader' | 'seeder' | 'auditor';

/**
 * When a long-lived reader handle looks for others' commits: the driver's own policy, before every read, by opening
 * the table again for each read, or after so many seconds.
 */
export type Refresh = 'default' | 'always' | 'reopen' | number;
export type RefreshKind = 'default' | 'always' | 'reopen' | 'seconds';

/** `ok` acknowledged, `fail` certainly without effect, `info` nobody knows (Jepsen's terms). */
export type Outcome = 'ok' | 'fail' | 'info';

/** What a worker was when the run ended. */
export const PROCESS_STATES = ['finished', 'refused', 'died', 'hung'] as const;
export type ProcessState = (typeof PROCESS_STATES)[number];
