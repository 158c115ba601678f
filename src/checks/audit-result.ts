import type { AuditEnd } from '../core/history.ts';
import type { Ledger } from '../core/ledger.ts';
import type { CheckName } from '../core/names.ts';
import type { AuditResult } from '../core/result.ts';
import { AcknowledgedRows } from './acknowledged.ts';
import type { Judged } from './check.ts';
import type { Rows } from './rows.ts';

/** What the audits of all copies found, in numbers. */
export class AuditSummary {
  readonly ends: (AuditEnd | undefined)[];
  readonly #ledgers: readonly Ledger[];
  #inDoubt = 0;
  #afterwards: AuditEnd['error'];

  constructor(ledgers: readonly Ledger[]) {
    this.#ledgers = ledgers;
    this.ends = ledgers.map(() => undefined);
  }

  /**
   * Takes the end of the audit of a copy. False if it had ended before: who then fails at its close, or crashes while it
   * exits, takes back nothing of what it found, and only its error is kept.
   */
  end(end: AuditEnd): boolean {
    if (this.ends[end.copy] !== undefined) {
      this.#afterwards ??= end.error;
      return false;
    }
    this.ends[end.copy] = end;
    return true;
  }

  scan(rows: Rows): void {
    for (const operation of rows.shown) {
      if (operation.outcome === 'info') this.#inDoubt += rows.shownOf(operation);
    }
  }

  /** Null without an audit, and where a check that counts its rows could not be asked. */
  result(judged: Partial<Record<CheckName, Judged>>): AuditResult | null {
    const ends = this.ends.filter((end) => end !== undefined);
    const { lost, duplicate, torn, unexpected } = judged;
    if (ends.length === 0 || !lost || !duplicate || !torn || !unexpected) return null;
    const counters = ends.map(({ counter }) => counter);
    const error = ends.find((end) => end.error !== undefined)?.error ?? this.#afterwards;
    return {
      rows: sum(ends.map(({ rows }) => rows)),
      acknowledged: sum(this.#ledgers.map((ledger) => new AcknowledgedRows(ledger).count)),
      lost: lost.auditRows,
      duplicate: duplicate.auditRows,
      torn: torn.auditRows,
      unexpected: unexpected.auditRows,
      in_doubt: this.#inDoubt,
      counter: counters.includes(null) ? null : sum(counters.map((counter) => counter ?? 0)),
      took_us: sum(ends.map(({ start, time }) => time - start)),
      error: error === undefined ? null : `${error.class}: ${error.message}`,
    };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
