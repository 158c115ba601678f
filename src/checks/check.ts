import type { AuditEnd, AuditRows, HeaderEvent, ReadEvent } from '../core/history.ts';
import type { Ledger } from '../core/ledger.ts';
import type { RunOptions } from '../core/options.ts';
import { FINDINGS_KEPT, type CheckResult, type Finding } from '../core/result.ts';
import type { OrderFacts } from './order/order.ts';
import type { Rows } from './rows.ts';

/** What is known of a run before its events are judged. */
export interface Run {
  readonly options: RunOptions;
  readonly copies: HeaderEvent['copies'];
  /** One for each copy. */
  readonly ledgers: readonly Ledger[];
  /** Some copy is used by a writer and a reader: the rest is nothing that they could tell each other. */
  readonly shared: boolean;
}

/** What is known once all events were seen. */
export interface Facts {
  /** Searches and polls that succeeded. */
  readonly reads: number;
  /** Those that overlapped a write of their copy. */
  readonly overlapping: number;
  /** How the audit of each copy ended; undefined if it did not. */
  readonly audits: readonly (AuditEnd | undefined)[];
  /** The check `frozen` failed. */
  readonly frozen: boolean;
  /** What the order engine found. */
  readonly order: OrderFacts;
}

/** What a check says in the end. */
export interface Judged extends Pick<CheckResult, 'verdict' | 'because' | 'count' | 'findings'> {
  /** Of a failure: whether the final state shows it, or only reads did. */
  readonly where?: 'final' | 'reads' | null;
  /** How many rows of the audit are at fault. */
  readonly auditRows: number;
}

/** One check: fed with all events of a history, then asked. It sees what it names and nothing else. */
export interface Check {
  /** What it has found so far: it stands even if the check throws afterwards. Of what only absence shows: none yet. */
  readonly findings?: Findings;
  /** A search, poll, drain poll or point read that succeeded, with what it returned. */
  read?(rows: Rows, event: ReadEvent, copy: number): void;
  /** The power was cut: what follows was not in hand before. */
  cut?(): void;
  /** A read of file rows that succeeded. */
  files?(event: ReadEvent): void;
  /** A page of the audit. */
  scan?(rows: Rows, event: AuditRows): void;
  audited?(end: AuditEnd): void;
  finish(facts: Facts): Judged;
}

export type CreateCheck = (run: Run) => Check;

/** The instances of one failure: all are counted, the first are kept. */
export class Findings {
  count = 0;
  auditRows = 0;
  #isFinal = false;
  readonly #ofReads: Finding[] = [];
  readonly #ofFinal: Finding[] = [];

  /** What a read showed. `describe` is called only if its finding is kept. */
  add(instances: number, describe: () => Finding): void {
    this.count += instances;
    if (this.#ofReads.length < FINDINGS_KEPT) this.#ofReads.push(describe());
  }

  /** What the final state shows, other than rows. */
  addFinal(instances: number, describe: () => Finding): void {
    this.count += instances;
    this.#isFinal = true;
    if (this.#ofFinal.length < FINDINGS_KEPT) this.#ofFinal.push(describe());
  }

  /** Of rows of the audit that are at fault. */
  countAudited(rows: number): void {
    this.auditRows += rows;
    this.count += rows;
  }

  /** Of a page of the audit: one instance for each row. */
  addAudited(rows: number, describe: () => Finding): void {
    this.auditRows += rows;
    this.addFinal(rows, describe);
  }

  /** The final state first: the verdict follows it. */
  get kept(): Finding[] {
    return [...this.#ofFinal, ...this.#ofReads].slice(0, FINDINGS_KEPT);
  }

  /** Null where nothing was found. */
  get where(): 'final' | 'reads' | null {
    if (this.#isFinal || this.auditRows > 0) return 'final';
    return this.count > 0 ? 'reads' : null;
  }
}

/** Why something was not judged: the first of these conditions that holds. */
export type Reasons = readonly (readonly [holds: boolean, why: string])[];

/** A failure needs no more evidence; else what leaves nothing to judge, then what is missing, decides. */
export function conclude(
  { count, auditRows, kept, where }: Findings,
  says: { fail: string; skipped?: Reasons; unknown: Reasons; pass: string },
): Judged {
  const first = (reasons: Reasons = []): string | undefined =>
    reasons.find(([holds]) => holds)?.[1];
  const judged = { count, auditRows, findings: kept, where };
  if (count > 0) return { verdict: 'fail', because: says.fail, ...judged };
  const skipped = first(says.skipped);
  if (skipped !== undefined) return { verdict: 'skipped', because: skipped, ...judged };
  const unknown = first(says.unknown);
  if (unknown !== undefined) return { verdict: 'unknown', because: unknown, ...judged };
  return { verdict: 'pass', because: says.pass, ...judged };
}
