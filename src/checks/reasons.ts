/** Why a check is skipped or unknown, where several have the same reason. */
import type { Facts, Reasons, Run } from './check.ts';

export function noWriters({ options }: Run): Reasons {
  return [[options.writers === 0, 'there were no writers']];
}

/** Of checks of what writers and readers tell each other. */
export function nothingShared(run: Run): Reasons {
  return [
    ...noWriters(run),
    [run.options.readers === 0, 'there were no readers'],
    [!run.shared, 'no copy of the database had both a writer and a reader'],
  ];
}

/** Of checks that prove nothing unless reads and writes went on at once. */
export function noOverlap(run: Run, { reads, overlapping }: Facts): Reasons {
  return [
    [run.shared && reads === 0, 'no search or poll succeeded'],
    [run.shared && overlapping === 0, 'no read overlapped a write'],
  ];
}

/** Of checks that need a commit to have been seen, where none was because readers are frozen. */
export function neverSeen({ frozen }: Facts, seen: boolean): Reasons {
  return [[frozen && !seen, 'no commit was ever seen (see frozen)']];
}

/** Of checks of the order: the engine gave up before it had seen everything. */
export function orderUnjudged({ order: { problem } }: Facts): Reasons {
  return [[problem !== null, `the order of the reads could not be judged: ${problem}`]];
}

/** Of checks that compare the reads of one session. */
export function noSessions({ options }: Run): Reasons {
  const alone = options.access === 'reopen';
  return [[alone, 'each operation opens the database anew: no session has two reads']];
}

/** Of checks that need rows, from wherever. */
export function nothingRead(rows: number): Reasons {
  return [[rows === 0, 'no row was read']];
}

/** Why the audits tell nothing of what is missing. */
export function notAudited({ audits }: Facts): Reasons {
  return audits.map((end) => {
    if (end === undefined) return [true, 'the database was not audited'];
    const { class: name, message } = end.error ?? { class: 'unclassified', message: 'no error' };
    return [end.type === 'fail', `the audit did not end (${name}: ${message})`];
  });
}
