import { plural } from '../core/count-text.ts';
import { conclude, type Check, type Run } from './check.ts';
import { neverSeen, noOverlap, nothingShared, orderUnjudged } from './reasons.ts';

/**
 * Reads of several sessions, each of which could be right, that no one order of the operations explains together: one saw A
 * and not B, another B and not A, or a longer circle of the kind. Named after the anomaly of parallel snapshot isolation
 * (Sovran et al. 2011); in Adya's terms a cycle with two anti-dependencies that are not next to each other.
 */
export function createLongFork(run: Run): Check {
  return {
    finish(facts) {
      const { findings, sessionsThatSaw, reads } = facts.order;
      const found = findings.get('long-fork')!;
      return conclude(found, {
        fail: `${plural(found.count, 'read')} contradicted what others had shown`,
        skipped: [
          ...nothingShared(run),
          [run.options.readers < 2, 'one reader has nobody to contradict'],
          [run.options.writers < 2, 'the operations of one writer have one order'],
          ...neverSeen(facts, sessionsThatSaw > 0),
        ],
        unknown: [
          ...orderUnjudged(facts),
          ...noOverlap(run, facts),
          [sessionsThatSaw < 2, 'fewer than two sessions saw an operation'],
        ],
        pass: `one order explains all ${plural(reads, 'read')} of ${plural(sessionsThatSaw, 'session')}`,
      });
    },
  };
}
