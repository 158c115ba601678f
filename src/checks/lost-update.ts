import type { AuditEnd } from '../core/history.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { count, finding } from './describe.ts';
import { isComplete, notAudited, noWriters } from './reasons.ts';

/** The counter is below its acknowledged increments. */
export function createLostUpdate(run: Run): Check {
  const findings = new Findings();
  const increments = run.ledgers.map(({ operations }) =>
    operations.filter(({ f }) => f === 'increment'),
  );
  const acknowledged = increments.map(
    (list) => list.filter(({ outcome }) => outcome === 'ok').length,
  );
  const total = acknowledged.reduce((sum, n) => sum + n, 0);
  const isolated = run.copies.length > 1;
  const mode =
    run.options.increment === 'rmw'
      ? 'each a read and a write in two calls'
      : 'each in one statement';
  let read = 0;
  return {
    audited({ copy, counter }: AuditEnd) {
      if (counter === null) return;
      read++;
      const lost = acknowledged[copy]! - counter;
      if (lost <= 0 || isolated) return;
      findings.add(lost, () => {
        const text = `the counter is ${counter} after ${count(acknowledged[copy]!, 'acknowledged increment')}, ${mode}`;
        return finding(text, [], [], null);
      });
    },
    finish: (facts) =>
      conclude(findings, {
        fail: `${findings.count.toLocaleString('en-US')} of ${count(total, 'acknowledged increment')} lost, ${mode}`,
        skipped: [
          ...noWriters(run),
          [increments.every(({ length }) => length === 0), 'there were no increments'],
          [isolated, 'each process has a copy of its own'],
        ],
        unknown: [
          ...(isComplete(facts) ? [] : notAudited(facts)),
          [read === 0, 'the counter was not read'],
          [total === 0, 'no increment was acknowledged'],
        ],
        pass: `${count(total, 'acknowledged increment')} in the counter, none lost`,
      }),
  };
}
