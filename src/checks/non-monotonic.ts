import { plural } from '../core/count-text.ts';
import { conclude, type Check, type Run } from './check.ts';
import { neverSeen, noOverlap, noSessions, nothingShared, orderUnjudged } from './reasons.ts';

/**
 * A read of a session showed an operation, and a later one of the same session misses it. A session ends where its process
 * opens the database again. The opposite of the session guarantee monotonic reads (Terry et al. 1994).
 */
export function createNonMonotonic(run: Run): Check {
  return {
    finish(facts) {
      const { findings, sessionsThatSaw, sessionsThatReadOn } = facts.order;
      const found = findings.get('non-monotonic')!;
      return conclude(found, {
        fail: `${plural(found.count, 'read')} missed what an earlier read of the same session had shown`,
        skipped: [
          ...nothingShared(run),
          ...noSessions(run),
          ...neverSeen(facts, sessionsThatSaw > 0),
        ],
        unknown: [
          ...orderUnjudged(facts),
          ...noOverlap(run, facts),
          [sessionsThatReadOn === 0, 'no reader read again after it had seen an operation'],
        ],
        pass: `${plural(sessionsThatReadOn, 'session')} read on after having seen operations, and never went back`,
      });
    },
  };
}
