import { plural } from '../core/count-text.ts';
import { conclude, type Check, type Run } from './check.ts';
import { finding, operationText, rowsText } from './describe.ts';
import type { AuditedPart } from './order/audited.ts';
import { noOverlap, noWriters, orderUnjudged } from './reasons.ts';

/**
 * Part of an operation's rows is visible and part shows what it replaced; rows of a concurrent or later operation are
 * ignored. In Adya's terms a read skew within one operation: it is not atomic (fractured reads of Bailis et al. 2014).
 */
export function createFractured(run: Run): Check {
  return {
    finish(facts) {
      const { order } = facts;
      const found = order.fractures;
      let { whole } = order;
      for (const [copy, audited] of order.audits.entries()) {
        // What was not read cannot be told from what is not there.
        if (facts.audits[copy]?.type !== 'ok') continue;
        for (const part of audited.parts()) found.addAudited(1, () => describe(part));
        whole += audited.whole;
      }
      return conclude(found, {
        fail: `${plural(found.count, 'time')} only a part of an operation's rows was visible`,
        skipped: noWriters(run),
        unknown: [
          ...orderUnjudged(facts),
          ...noOverlap(run, facts),
          [whole === 0, 'no operation was seen whole'],
        ],
        pass: `operations were seen whole ${plural(whole, 'time')}, and never in part`,
      });
    },
  };
}

function describe({ operation, visible, absent }: AuditedPart) {
  const text = `the database has ${visible} of ${plural(operation.cover!.size, 'row')} of ${operationText(operation)}: not ${rowsText(absent)}`;
  return finding(text, absent, [operation.batch], null);
}
