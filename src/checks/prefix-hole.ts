import { plural } from '../core/count-text.ts';
import { conclude, type Check, type Run } from './check.ts';
import { neverSeen, noOverlap, nothingShared, orderUnjudged } from './reasons.ts';

/**
 * A read shows an operation and misses one that came before it: that was acknowledged, or had been seen, before the other
 * began; of any writers, inserts and updates. Also over two reads of one session, and where one read shows two operations
 * each over the other. The opposite of the guarantee consistent prefix (Terry et al. 1994).
 */
export function createPrefixHole(run: Run): Check {
  return {
    finish(facts) {
      const { findings, sessionsThatSaw, reads } = facts.order;
      const found = findings.get('prefix-hole')!;
      return conclude(found, {
        fail: `${plural(found.count, 'time')} an operation was shown without one that came before it, or two each over the other`,
        skipped: [...nothingShared(run), ...neverSeen(facts, sessionsThatSaw > 0)],
        unknown: [
          ...orderUnjudged(facts),
          ...noOverlap(run, facts),
          [sessionsThatSaw === 0, 'no read showed an operation'],
        ],
        pass: `${plural(reads, 'read')} showed no operation without those that came before it`,
      });
    },
  };
}
