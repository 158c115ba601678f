import type { Operation } from '../core/ledger.ts';
import { plural } from '../core/count-text.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { at, finding, operationText, readText, rowsOf } from './describe.ts';
import { nothingRead } from './reasons.ts';

/** Rows of an operation that certainly failed are visible. */
export function createAbortedRead(run: Run): Check {
  const findings = new Findings();
  const failed = run.ledgers.reduce(
    (sum, { operations }) => sum + operations.filter(({ outcome }) => outcome === 'fail').length,
    0,
  );
  let rowsRead = 0;
  const text = (who: string, rows: number, operation: Operation): string =>
    `${who} showed ${plural(rows, 'row')} of ${operationText(operation)}, which failed at ${at(operation.returnedUs)}`;
  return {
    findings,
    read(rows, event) {
      rowsRead += rows.count;
      for (const operation of rows.shown) {
        if (operation.outcome !== 'fail') continue;
        findings.add(1, () => {
          const says = text(readText(event), rows.shownOf(operation), operation);
          return finding(says, rowsOf(operation), [operation.batch], event);
        });
      }
    },
    scan(rows) {
      rowsRead += rows.count;
      for (const operation of rows.shown) {
        if (operation.outcome !== 'fail') continue;
        const visible = rows.shownOf(operation);
        findings.addAudited(visible, () => {
          const says = text('the audit', visible, operation);
          return finding(says, rowsOf(operation), [operation.batch], null);
        });
      }
    },
    finish: () =>
      conclude(findings, {
        fail: `rows of failed operations were visible ${plural(findings.count, 'time')}`,
        skipped: [[failed === 0, 'no operation certainly failed']],
        unknown: nothingRead(rowsRead),
        pass: `nothing of ${plural(failed, 'failed operation')} was visible`,
      }),
  };
}
