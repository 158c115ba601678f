import type { ReadEvent } from '../core/history.ts';
import { IdSet } from '../core/id-set.ts';
import { precedes, type Ledger, type Operation } from '../core/ledger.ts';
import { VersionMap } from '../core/version-map.ts';
import { plural } from '../core/count-text.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { finding, operationText, readText, rowsText } from './describe.ts';
import { noOverlap, noWriters } from './reasons.ts';
import { countAsked, type Rows } from './rows.ts';

/** Part of an operation's rows is visible and part is not; rows of a concurrent or later operation are ignored. */
export function createFractured(run: Run): Check {
  const findings = new Findings();
  const audits = run.ledgers.map((ledger) => new AuditedOperations(ledger));
  let whole = 0;
  return {
    read(rows, event) {
      if (event.f === 'search') return;
      for (const operation of rows.shown) {
        const asked = countAsked(event, operation.cover!);
        if (rows.repeats || rows.shownOf(operation) !== asked) {
          examine(findings, rows, event, operation);
        } else if (asked === operation.cover!.size) whole++;
      }
    },
    scan: (rows, { copy }) => audits[copy]!.scan(rows),
    finish(facts) {
      for (const [copy, audited] of audits.entries()) {
        // What was not read cannot be told from what is not there.
        if (facts.audits[copy]?.type === 'ok') whole += audited.report(findings);
      }
      return conclude(findings, {
        fail: `${plural(findings.count, 'time')} only a part of an operation's rows was visible`,
        skipped: noWriters(run),
        unknown: [...noOverlap(run, facts), [whole === 0, 'no operation was seen whole']],
        pass: `operations were seen whole ${plural(whole, 'time')}, and never in part`,
      });
    },
  };
}

/** Row by row: which rows of the operation were asked for and show something that it wrote over. */
function examine(findings: Findings, rows: Rows, event: ReadEvent, operation: Operation): void {
  const { first, last, step } = operation.cover!;
  const versions = rows.versions();
  const absent: number[] = [];
  let visible = 0;
  for (let id = first; id <= last; id += step) {
    if (countAsked(event, { first: id, last: id, step: 1 }) === 0) continue;
    const shown = versions.get(id) ?? [];
    if (shown.includes(operation)) visible++;
    else if (!shown.some((other) => excuses(other, operation))) absent.push(id);
  }
  if (visible === 0 || absent.length === 0) return;
  findings.add(1, () => {
    const text = `${readText(event)} showed ${visible} of ${plural(visible + absent.length, 'row')} of ${operationText(operation)}: not ${rowsText(absent)}`;
    return finding(text, absent, [operation.batch], event);
  });
}

/** Whether a row that shows `other` may do so although `operation` wrote it. */
function excuses(other: Operation | undefined, operation: Operation): boolean {
  return other !== undefined && !precedes(other, operation);
}

/** What the audit of one copy showed of each operation. */
class AuditedOperations {
  readonly #ledger: Ledger;
  /** By id: the index of the operation that the row shows, the latest if it is there twice. */
  readonly #versions = new VersionMap();
  /** Of the rows that only one operation writes: those that are there. */
  readonly #alone = new IdSet();
  /** By operation: how many ids show it. */
  readonly #rows: Float64Array;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#rows = new Float64Array(ledger.operations.length);
  }

  scan(rows: Rows): void {
    for (const [i, [first, last, , step = 1]] of rows.runs.entries()) {
      const operation = rows.operations[i];
      if (rows.within[i] !== true || operation === undefined || operation.index === 0) continue;
      if (!operation.cover!.rivals) {
        this.#rows[operation.index]! += this.#alone.add(first, last, step);
        continue;
      }
      for (let id = first; id <= last; id += step) this.#show(id, operation);
    }
  }

  /** Adds operations of which only a part is there; how many are there whole. */
  report(findings: Findings): number {
    let whole = 0;
    for (const operation of this.#ledger.operations) {
      const visible = this.#rows[operation.index]!;
      if (visible === 0) continue;
      if (visible === operation.cover!.size) {
        whole++;
        continue;
      }
      const absent = this.#absent(operation);
      if (absent.length === 0) continue;
      findings.addAudited(1, () => {
        const text = `the database has ${visible} of ${plural(operation.cover!.size, 'row')} of ${operationText(operation)}: not ${rowsText(absent)}`;
        return finding(text, absent, [operation.batch], null);
      });
    }
    return whole;
  }

  #show(id: number, operation: Operation): void {
    const known = this.#versions.get(id);
    if (known === operation.index) return;
    this.#rows[operation.index]!++;
    const other = this.#ledger.operations[known]!;
    if (!precedes(operation, other)) this.#versions.set(id, operation.index);
  }

  #absent(operation: Operation): number[] {
    const { first, last, step } = operation.cover!;
    const absent: number[] = [];
    const alone = !operation.cover!.rivals;
    for (let id = first; id <= last; id += step) {
      if (alone && this.#alone.has(id)) continue;
      const shown = this.#ledger.operations[this.#versions.get(id)]!;
      if (!excuses(shown, operation)) absent.push(id);
    }
    return absent;
  }
}
