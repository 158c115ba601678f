import { plural } from '../core/count-text.ts';
import { conclude, type Check, type Run } from './check.ts';
import { orderUnjudged } from './reasons.ts';

/**
 * A process that both writes and reads misses an operation of its own that had been acknowledged before it read, or one
 * that came before it. The opposite of the session guarantee read your writes (Terry et al. 1994).
 */
export function createOwnWriteMissed(_run: Run): Check {
  return {
    finish(facts) {
      const { findings, hasPeers, problem } = facts.order;
      const found = findings.get('own-write-missed')!;
      return conclude(found, {
        fail: `${plural(found.count, 'read')} missed what the same process had written, or what came before it`,
        skipped: [[!hasPeers && problem === null, 'no process both wrote and read']],
        unknown: orderUnjudged(facts),
        pass: 'every process saw what it had written itself',
      });
    },
  };
}
