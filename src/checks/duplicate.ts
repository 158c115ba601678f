import type { AuditEnd, ReadEvent } from '../core/history.ts';
import { IdSet } from '../core/id-set.ts';
import { plural } from '../core/count-text.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { finding, readText, rowsText } from './describe.ts';
import { nothingRead } from './reasons.ts';
import type { Rows } from './rows.ts';

/** One id twice in one search, poll, drain poll, point read or audit; a file row twice in the audit. */
export function createDuplicate(run: Run): Check {
  const findings = new Findings();
  const present = run.ledgers.map(() => new IdSet());
  let rowsRead = 0;
  let files = 0;
  return {
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
  const rows = `${plural(all - files, 'row')} came back more than once, ${auditRows} of them in the audit`;
  const fileRows = `${plural(files, 'file row')} more than once in the audit`;
  return [...(all > files ? [rows] : []), ...(files > 0 ? [fileRows] : [])].join('; ');
}

function addRepeats(findings: Findings, rows: Rows, event: ReadEvent): void {
  const repeated: number[] = [];
  for (const [id, versions] of rows.versions()) if (versions.length > 1) repeated.push(id);
  repeated.sort((a, b) => a - b);
  findings.add(repeated.length, () => {
    const times = rows.versions().get(repeated[0]!)!.length;
    const text = `${readText(event)} returned ${rowsText(repeated)} ${times} times`;
    return finding(text, repeated, batchesOf(rows, repeated[0]!), event);
  });
}

function batchesOf({ runs }: Rows, id: number): number[] {
  return runs
    .filter(([first, last, , step = 1]) => id >= first && id <= last && (id - first) % step === 0)
    .map(([, , batch]) => batch);
}

function addAudited(
  findings: Findings,
  seen: IdSet,
  [first, last, batch, step]: [number, number, number, number],
  known: number,
): void {
  findings.addAudited(known, () => {
    const repeated: number[] = [];
    for (let id = first; id <= last; id += step) if (seen.has(id)) repeated.push(id);
    const text = `${rowsText(repeated)} are in the database more than once, again with batch ${batch}`;
    return finding(text, repeated, [batch], null);
  });
}

function addFiles(findings: Findings, { duplicateFiles }: AuditEnd): void {
  if (duplicateFiles.length === 0) return;
  findings.addFinal(duplicateFiles.length, () => {
    const text = `the database has file ${rowsText(duplicateFiles)} more than once`;
    return finding(text, duplicateFiles, [], null);
  });
}
