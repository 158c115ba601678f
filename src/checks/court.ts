import { messageOf, UsageError } from '../core/errors.ts';
import {
  readerName,
  writerName,
  type AuditEnd,
  type AuditRows,
  type Event,
  type HeaderEvent,
  type ReadEvent,
} from '../core/history.ts';
import { plural } from '../core/count-text.ts';
import type { Ledger } from '../core/ledger.ts';
import { CHECKS, type CheckName } from '../core/names.ts';
import type { AuditResult, CheckResult, Evidence, OrderResult } from '../core/result.ts';
import { AuditSummary } from './audit-result.ts';
import type { Check, CreateCheck, Facts, Findings, Judged, Run } from './check.ts';
import { Order } from './order/order.ts';
import { WriteTimes } from './overlap.ts';
import { Rows } from './rows.ts';
import { thinnessOf } from './thinness.ts';

/** What a history proves. */
export interface Judgement {
  /** In the order of {@link CHECKS}. */
  checks: CheckResult[];
  /** Null if there was none. */
  audit: AuditResult | null;
  /** Share of searches and polls that overlapped a write; null without both. */
  overlapRatio: number | null;
  evidence: Evidence;
  /** Why the evidence is thin; null if it is not. */
  thin: string | null;
  /** Null where nothing was recorded. */
  order: OrderResult | null;
}

/** How each check of a name is made. */
export type CheckCreators = Readonly<Record<CheckName, CreateCheck>>;

/** A check that is fed, or what it threw and what it had found by then. */
interface Seat {
  name: CheckName;
  check: Check | undefined;
  error: string | undefined;
  found: Findings | undefined;
}

/** The second reading: every event goes to every check. */
export class Court {
  readonly #run: Run;
  readonly #seats: readonly Seat[];
  /** The checks that look at reads. */
  readonly #reading: readonly { seat: Seat; read: NonNullable<Check['read']> }[];
  readonly #copyOf = new Map<string, number>();
  readonly #rows: readonly Rows[];
  readonly #writeTimes: readonly WriteTimes[];
  readonly #audit: AuditSummary;
  readonly #order: Order;
  #reads = 0;
  #overlapping = 0;

  constructor(
    { options, copies }: HeaderEvent,
    ledgers: readonly Ledger[],
    creators: CheckCreators,
  ) {
    this.#run = { options, copies, ledgers, shared: isShared(options, copies) };
    for (const [copy, names] of copies.entries()) {
      for (const name of names) this.#copyOf.set(name, copy);
    }
    this.#rows = ledgers.map((ledger) => new Rows(ledger));
    this.#writeTimes = ledgers.map((ledger) => new WriteTimes(ledger));
    this.#audit = new AuditSummary(ledgers);
    this.#order = new Order(this.#run);
    this.#seats = CHECKS.map((name) => {
      const seat: Seat = { name, check: undefined, error: undefined, found: undefined };
      if (!options.check) seat.error = 'nothing was recorded to be checked: --no-check was given';
      else attempt(seat, () => (seat.check = creators[name](this.#run)));
      return seat;
    });
    this.#reading = this.#seats.flatMap((seat) => {
      const { check } = seat;
      if (check?.read === undefined) return [];
      return [{ seat, read: check.read.bind(check) }];
    });
  }

  add(event: Event): void {
    if (event.type === 'mark' && event.name === 'cut') {
      for (const seat of this.#seats) attempt(seat, () => seat.check?.cut?.());
    }
    if (event.type !== 'ok' && event.type !== 'fail') return;
    switch (event.f) {
      case 'search':
      case 'poll':
      case 'drain':
      case 'point':
        if (event.type === 'ok') this.#read(event);
        return;
      case 'open':
        if (event.type === 'ok') this.#opened(event.process);
        return;
      case 'files':
        if (event.type !== 'ok') return;
        for (const seat of this.#seats) attempt(seat, () => seat.check?.files?.(event));
        return;
      case 'scan':
        this.#scan(event);
        return;
      case 'audit':
        this.#audited(event);
        return;
      default:
    }
  }

  judgement(): Judgement {
    const { facts: order, result } = this.#order.finish(
      (copy) => this.#audit.ends[copy]?.type === 'ok',
    );
    const facts: Facts = {
      order,
      reads: this.#reads,
      overlapping: this.#overlapping,
      audits: this.#audit.ends,
      frozen: false,
    };
    const judged: Partial<Record<CheckName, Judged>> = {};
    const finish = (seat: Seat, known: Facts): void =>
      attempt(seat, () => {
        if (seat.check !== undefined) judged[seat.name] = seat.check.finish(known);
      });
    for (const seat of this.#seats) if (seat.name === 'frozen') finish(seat, facts);
    const frozen = judged.frozen?.verdict === 'fail';
    for (const seat of this.#seats) if (seat.name !== 'frozen') finish(seat, { ...facts, frozen });
    for (const { name, found, error } of this.#seats) {
      if (found !== undefined && found.count > 0) judged[name] = unfinished(found, error!);
    }
    const checks = this.#seats.map(({ name, error }): CheckResult => {
      const found = judged[name];
      if (found === undefined) {
        return { name, verdict: 'unknown', because: error!, count: 0, findings: [], where: null };
      }
      const { verdict, because, count, findings, where = null } = found;
      return { name, verdict, because, count, findings, where };
    });
    const none = this.#reads === 0 || this.#writeTimes.every((times) => times.none);
    const overlapRatio = none ? null : this.#overlapping / this.#reads;
    const evidence: Evidence = {
      reads: this.#reads,
      overlapping_reads: this.#overlapping,
      writes: this.#run.ledgers.reduce(
        (sum, { operations, seed }) =>
          sum + operations.filter((each) => each !== seed && each.outcome === 'ok').length,
        0,
      ),
      sessions: order.sessions,
    };
    return {
      checks,
      audit: this.#audit.result(judged),
      overlapRatio,
      evidence,
      thin: thinnessOf(evidence, this.#run.shared),
      order: this.#run.options.check ? result : null,
    };
  }

  #opened(process: string): void {
    const copy = this.#copyOf.get(process);
    if (copy !== undefined) this.#order.opened(process, copy);
  }

  #read(event: ReadEvent): void {
    const copy = this.#copyOf.get(event.process);
    if (copy === undefined) {
      throw new UsageError(`the history has reads of ${event.process}, which is not in its header`);
    }
    if (event.f === 'search' || event.f === 'poll') {
      this.#reads++;
      if (this.#writeTimes[copy]!.overlap(event.start, event.time)) this.#overlapping++;
    }
    if (event.rows === undefined) return;
    const rows = this.#rows[copy]!;
    rows.load(event.rows);
    this.#order.read(rows, event, copy);
    // Here is where the time goes: no closure, and no check that does not look at reads.
    for (let i = 0; i < this.#reading.length; i++) {
      const { seat, read } = this.#reading[i]!;
      if (seat.check === undefined) continue;
      try {
        read(rows, event, copy);
      } catch (error) {
        dismiss(seat, error);
      }
    }
  }

  #scan(event: AuditRows): void {
    const rows = this.#rows[event.copy];
    if (rows === undefined) throw unknownCopy(event);
    rows.load(event.rows);
    this.#audit.scan(rows);
    this.#order.scan(rows, event.copy);
    for (const seat of this.#seats) attempt(seat, () => seat.check?.scan?.(rows, event));
  }

  #audited(event: AuditEnd): void {
    if (event.copy >= this.#audit.ends.length) throw unknownCopy(event);
    if (!this.#audit.end(event)) return;
    for (const seat of this.#seats) attempt(seat, () => seat.check?.audited?.(event));
  }
}

function isShared({ writers, readers }: Run['options'], copies: HeaderEvent['copies']): boolean {
  const has = (names: string[], nameOf: (index: number) => string, n: number): boolean =>
    Array.from({ length: n }, (_, index) => nameOf(index)).some((name) => names.includes(name));
  return copies.some((names) => has(names, writerName, writers) && has(names, readerName, readers));
}

/** A check that throws says no more, and why. What is wrong with the history itself is no failure of a check. */
function attempt(seat: Seat, act: () => void): void {
  try {
    act();
  } catch (error) {
    dismiss(seat, error);
  }
}

function dismiss(seat: Seat, error: unknown): void {
  if (error instanceof UsageError) throw error;
  seat.found = seat.check?.findings;
  seat.check = undefined;
  seat.error = `the check itself failed: ${messageOf(error)}`;
}

/** What was found before a check threw stands. */
function unfinished({ count, auditRows, kept }: Findings, error: string): Judged {
  const first = kept[0]?.text ?? plural(count, 'row');
  const because = `${first}; there may be more, for it could not finish (${error})`;
  return { verdict: 'fail', because, count, auditRows, findings: kept };
}

function unknownCopy({ copy }: { copy: number }): UsageError {
  return new UsageError(`the history has an audit of copy ${copy}, which is not in its header`);
}
