import type { History } from '../core/history.ts';
import { readLedgers } from '../core/ledger.ts';
import { createAbortedRead } from './aborted-read.ts';
import { Court, type CheckCreators, type Judgement } from './court.ts';
import { createDirtyRead } from './dirty-read.ts';
import { createDuplicate } from './duplicate.ts';
import { createFractured } from './fractured.ts';
import { createFrozen } from './frozen.ts';
import { createLongFork } from './long-fork.ts';
import { createLost } from './lost.ts';
import { createLostUpdate } from './lost-update.ts';
import { createNonMonotonic } from './non-monotonic.ts';
import { createOrphan } from './orphan.ts';
import { createOwnWriteMissed } from './own-write-missed.ts';
import { createPrefixHole } from './prefix-hole.ts';
import { createSearchGap } from './search-gap.ts';
import { createTorn } from './torn.ts';
import { createUnexpected } from './unexpected.ts';

export type { Judgement };

/** All checks, by name. */
export const checkCreators: CheckCreators = {
  lost: createLost,
  duplicate: createDuplicate,
  torn: createTorn,
  fractured: createFractured,
  'prefix-hole': createPrefixHole,
  'non-monotonic': createNonMonotonic,
  'aborted-read': createAbortedRead,
  unexpected: createUnexpected,
  orphan: createOrphan,
  'search-gap': createSearchGap,
  'lost-update': createLostUpdate,
  frozen: createFrozen,
  'own-write-missed': createOwnWriteMissed,
  'long-fork': createLongFork,
  'dirty-read': createDirtyRead,
};

/** Judges a history, which is all that it needs. The history is read twice: for its ledger, then for all checks. */
export async function judge(
  history: History,
  creators: CheckCreators = checkCreators,
): Promise<Judgement> {
  const { header, ledgers } = await readLedgers(history);
  const court = new Court(header, ledgers, creators);
  for await (const events of history.events()) for (const event of events) court.add(event);
  return court.judgement();
}
