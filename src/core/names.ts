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
  'worker.died',
  'unclassified',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

export const CHECKS = [
  'lost',
  'duplicate',
  'torn',
  'fractured',
  'prefix-hole',
  'non-monotonic',
  'aborted-read',
  'unexpected',
  'orphan',
  'search-gap',
  'lost-update',
  'frozen',
] as const;
export type CheckName = (typeof CHECKS)[number];

export const VERDICTS = ['works', 'stale', 'blocked', 'errors', 'wrong', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

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
export type ProcessState = 'finished' | 'refused' | 'died' | 'hung' | 'stopped';
