import type { AuditEnd, ReadEvent, Run as RowsRun } from '../core/history.ts';
import { hasId } from '../core/id-range.ts';
import { IdSet } from '../core/id-set.ts';
import { formatCount, plural } from '../core/count-text.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { finding, readText, rowsText } from './describe.ts';
import { KeptRows } from './kept-rows.ts';
import { nothingRead } from './reasons.ts';
import type { Rows } from './rows.ts';

/** One id twice in one search, poll, drain poll, point read or audit; a file row twice in the audit. */
export function createDuplicate(run: Run): Check {
  const findings = new Findings();
  const present = run.ledgers.map(() => new IdSet());
  let rowsRead = 0;
  let files = 0;
  return {
    findings,
    read(rows, event) {
      rowsRead += rows.count;
      if (rows.repeats) addRepeats(findings, rows, event);
    },
    scan(rows, { copy }) {
      rowsRead += rows.count;
      const seen = present[copy]!;
      for (const [first, last, batch, step = 1] of rows.runs) {
        const known = seen.count(first, last, step);
        if (known > 0) addAudited(findings, seen, [first, last, batch, step], known);
        seen.add(first, last, step);
      }
    },
    audited(end) {
      files += end.duplicateFiles.length;
      addFiles(findings, end);
    },
    finish: () =>
      conclude(findings, {
        fail: failureText(findings, files),
        unknown: nothingRead(rowsRead),
        pass: `no id came back twice among ${plural(rowsRead, 'row')}`,
      }),
  };
}

function failureText({ count: all, auditRows }: Findings, files: number): string {
  const rows = `${plural(all - files, 'row')} came back more than once, ${formatCount(auditRows)} of them in the audit`;
  const fileRows = `${plural(files, 'file row')} more than once in the audit`;
  return [...(all > files ? [rows] : []), ...(files > 0 ? [fileRows] : [])].join('; ');
}

function addRepeats(findings: Findings, { runs }: Rows, event: ReadEvent): void {
  const seen = new IdSet();
  const repeated = new IdSet();
  for (const [first, last, , step = 1] of runs) {
    repeated.addCommon(seen, first, last, step);
    seen.add(first, last, step);
  }
  findings.add(repeated.size, () => {
    const { ids, text: rows } = KeptRows.of(repeated.spans());
    const batches = batchesOf(runs, ids[0]!);
    const text = `${readText(event)} returned ${rows} ${batches.length} times`;
    return finding(text, ids, batches, event);
  });
}

function batchesOf(runs: readonly RowsRun[], id: number): number[] {
  return runs
    .filter(([first, last, , step = 1]) => hasId({ first, last, step }, id))
    .map(([, , batch]) => batch);
}

function addAudited(
  findings: Findings,
  seen: IdSet,
  [first, last, batch, step]: [number, number, number, number],
  known: number,
): void {
  findings.addAudited(known, () => {
    const repeated = new IdSet();
    repeated.addCommon(seen, first, last, step);
    const { ids, text: rows } = KeptRows.of(repeated.spans());
    const text = `the database has ${rows} more than once, again with batch ${batch}`;
    return finding(text, ids, [batch], null);
  });
}

function addFiles(findings: Findings, { duplicateFiles }: AuditEnd): void {
  if (duplicateFiles.length === 0) return;
  findings.addFinal(duplicateFiles.length, () => {
    const text = `the database has file ${rowsText(duplicateFiles)} more than once`;
    return finding(text, duplicateFiles, [], null);
  });
}
