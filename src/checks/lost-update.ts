import { writerName, type AuditEnd } from '../core/history.ts';
import type { Operation } from '../core/ledger.ts';
import { formatCount, plural } from '../core/count-text.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { finding } from './describe.ts';
import { notAudited, noWriters } from './reasons.ts';

/**
 * The counter of a copy is below its acknowledged increments. One that was lost is not seen where another, in doubt, took
 * effect in its place.
 */
export function createLostUpdate(run: Run): Check {
  const writerNames = new Set(Array.from({ length: run.options.writers }, (_, i) => writerName(i)));
  const findings = new Findings();
  const increments = run.ledgers.map(({ operations }) =>
    operations.filter(({ f }) => f === 'increment'),
  );
  const done = increments.map((list) => list.filter(({ outcome }) => outcome === 'ok'));
  const acknowledged = done.map(({ length }) => length);
  const total = acknowledged.reduce((sum, n) => sum + n, 0);
  /** Of the copy that most writers shared. */
  const most = (lists: readonly (readonly Operation[])[]): number =>
    Math.max(0, ...lists.map((list) => new Set(list.map(({ process }) => process)).size));
  const writers = most(done);
  const shared = Math.max(
    0,
    ...run.copies.map((names) => names.filter((name) => writerNames.has(name)).length),
  );
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
      if (lost <= 0) return;
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
          [shared < 2, 'no copy of the database had two writers: nobody could overwrite an update'],
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
