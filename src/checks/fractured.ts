import { IdSet } from '../core/id-set.ts';
import { precedes, type Ledger, type Operation } from '../core/ledger.ts';
import { VersionMap } from '../core/version-map.ts';
import { plural } from '../core/count-text.ts';
import { conclude, type Check, type Findings, type Run } from './check.ts';
import { finding, operationText, rowsText } from './describe.ts';
import { noOverlap, noWriters, orderUnjudged } from './reasons.ts';
import type { Rows } from './rows.ts';

/**
 * Part of an operation's rows is visible and part shows what it replaced; rows of a concurrent or later operation are
 * ignored. In Adya's terms a read skew within one operation: it is not atomic (fractured reads of Bailis et al. 2014).
 */
export function createFractured(run: Run): Check {
  const audits = run.ledgers.map((ledger) => new AuditedOperations(ledger));
  return {
    scan: (rows, { copy }) => audits[copy]!.scan(rows),
    finish(facts) {
      const { order } = facts;
      const found = order.fractures;
      let { whole } = order;
      for (const [copy, audited] of audits.entries()) {
        // What was not read cannot be told from what is not there.
        if (facts.audits[copy]?.type === 'ok') whole += audited.report(found);
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

/** Whether a row that shows `other` may do so although `operation` wrote it. */
function excuses(other: Operation | undefined, operation: Operation): boolean {
  return other !== undefined && !precedes(other, operation);
}

const CIRCLE_SHOWN = 5;

/** What the audit of one copy showed of each operation. */
class AuditedOperations {
  readonly #ledger: Ledger;
  /** By id: the index of the operation that the row shows, the latest if it is there twice. */
  readonly #versions = new VersionMap();
  /** Of the rows that only one operation writes: those that are there. */
  readonly #alone = new IdSet();
  /** By operation: how many ids show it. */
  readonly #rows: Float64Array;
  /** By operation that is there: those at the same time that stand in its place in other rows. */
  readonly #over = new Map<Operation, Set<Operation>>();

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
    this.#reportCircle(findings);
    return whole;
  }

  /** Operations each of which stands over another one of them: none can be the last (Adya's G0, a dirty write). */
  #reportCircle(findings: Findings): void {
    for (let before = -1; before !== this.#over.size;) {
      before = this.#over.size;
      for (const [operation, others] of this.#over) {
        for (const other of others) if (!this.#over.has(other)) others.delete(other);
        if (others.size === 0) this.#over.delete(operation);
      }
    }
    const circle = [...this.#over.keys()];
    if (circle.length === 0) return;
    findings.addFinal(1, () => {
      const names = circle.slice(0, CIRCLE_SHOWN).map(operationText).join(', ');
      const more = circle.length > CIRCLE_SHOWN ? ', ...' : '';
      const text = `in the database each of ${names}${more} stands over another one of them: none of them can be the last`;
      const batches = circle.map(({ batch }) => batch);
      return finding(text, [], batches, null);
    });
  }

  #show(id: number, operation: Operation): void {
    const known = this.#versions.get(id);
    if (known === operation.index) return;
    this.#rows[operation.index]!++;
    const other = this.#ledger.operations[known]!;
    if (!precedes(operation, other)) this.#versions.set(id, operation.index);
  }

  #stand(upper: Operation, lower: Operation): void {
    const over = this.#over.get(lower);
    if (over === undefined) this.#over.set(lower, new Set([upper]));
    else over.add(upper);
  }

  #absent(operation: Operation): number[] {
    const { first, last, step } = operation.cover!;
    const absent: number[] = [];
    const alone = !operation.cover!.rivals;
    for (let id = first; id <= last; id += step) {
      if (alone && this.#alone.has(id)) continue;
      const shown = this.#ledger.operations[this.#versions.get(id)]!;
      if (!excuses(shown, operation)) absent.push(id);
      else if (shown !== operation && !precedes(operation, shown)) this.#stand(shown, operation);
    }
    return absent;
  }
}
