import { plural } from '../core/count-text.ts';
import { conclude, type Check, type Run } from './check.ts';
import { nothingShared, orderUnjudged } from './reasons.ts';

/**
 * A read of any kind began more than the staleness bound after an operation was acknowledged, and misses it, or one that
 * came before it. The opposite of bounded staleness (Terry 2013).
 */
export function createFrozen(run: Run): Check {
  const bound = `${run.options.stalenessBoundMs / 1000} s`;
  const written = run.ledgers.some(({ covers }) =>
    covers.some(({ latestBeganUs }) => latestBeganUs > -Infinity),
  );
  return {
    finish(facts) {
      const { findings, lateReaders, reads, couldBeLate } = facts.order;
      const found = findings.get('frozen')!;
      const who = plural(lateReaders, 'reader');
      return conclude(found, {
        fail: `${plural(found.count, 'read')} of ${who} began more than ${bound} after an acknowledgement and missed it, or what came before it: ${found.kept[0]?.text}`,
        skipped: nothingShared(run),
        unknown: [
          ...orderUnjudged(facts),
          [!written, 'no write of rows was acknowledged'],
          [reads === 0, 'no reader read anything'],
          [!couldBeLate, `no read began ${bound} after an acknowledgement`],
        ],
        pass: `no read missed what was acknowledged more than ${bound} before it began`,
      });
    },
  };
}
