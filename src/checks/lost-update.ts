import type { AuditEnd } from '../core/history.ts';
import { formatCount, plural } from '../core/count-text.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { finding } from './describe.ts';
import { notAudited, noWriters } from './reasons.ts';

/** The counter is below its acknowledged increments. */
export function createLostUpdate(run: Run): Check {
  const findings = new Findings();
  const increments = run.ledgers.map(({ operations }) =>
    operations.filter(({ f }) => f === 'increment'),
  );
  const done = increments.map((list) => list.filter(({ outcome }) => outcome === 'ok'));
  const acknowledged = done.map(({ length }) => length);
  const total = acknowledged.reduce((sum, n) => sum + n, 0);
  const writers = new Set(done.flat().map(({ process }) => process)).size;
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
      findings.addFinal(lost, () => {
        const text = `the counter is ${counter} after ${plural(acknowledged[copy]!, 'acknowledged increment')}, ${mode}`;
        return finding(text, [], [], null);
      });
    },
    finish: (facts) =>
      conclude(findings, {
        fail: `${formatCount(findings.count)} of ${plural(total, 'acknowledged increment')} lost, ${mode}`,
        skipped: [
          ...noWriters(run),
          [increments.every(({ length }) => length === 0), 'there were no increments'],
          [run.options.writers === 1, 'one writer has nobody whose update it could overwrite'],
          [isolated, 'each process has a copy of its own'],
        ],
        unknown: [
          ...notAudited(facts),
          [read === 0, 'the counter was not read'],
          [total === 0, 'no increment was acknowledged'],
          [writers === 1, 'only one writer had an increment acknowledged'],
        ],
        pass: `${plural(total, 'acknowledged increment')} in the counter, none lost`,
      }),
  };
}
