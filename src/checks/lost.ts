import type { AuditEnd } from '../core/history.ts';
import { IdSet, type IdSpan } from '../core/id-set.ts';
import type { Ledger, Operation } from '../core/ledger.ts';
import type { ErrorClass } from '../core/names.ts';
import { FINDINGS_KEPT } from '../core/result.ts';
import { formatCount, plural } from '../core/count-text.ts';
import { AcknowledgedRows } from './acknowledged.ts';
import { auditEffort } from './audit-effort.ts';
import { conclude, Findings, type Check, type Facts, type Judged, type Run } from './check.ts';
import { at, finding, operationText } from './describe.ts';
import { EXAMINED, KeptRows } from './kept-rows.ts';
import { LastWriters } from './last-writers.ts';
import { notAudited } from './reasons.ts';
import type { Rows } from './rows.ts';

/** With these the auditor failed, not the database. */
const AUDITOR_FAILURES: readonly ErrorClass[] = ['oom', 'deadline', 'worker.died'];
/** Of so many rows it is remembered what they show instead, for evidence. */
const OLDER_KEPT = 10_000;

/** An acknowledged row or re-embedding is not in the audit, or an older version is; or nothing can be read at all. */
export function createLost(run: Run): Check {
  const copies = run.ledgers.map((ledger) => new Copy(ledger));
  const findings = new Findings();
  return {
    findings,
    scan: (rows, { copy }) => copies[copy]!.scan(rows),
    finish: (facts) => judge(run, copies, findings, facts),
  };
}

function judge(run: Run, copies: readonly Copy[], findings: Findings, facts: Facts): Judged {
  const unreadable: string[] = [];
  const incomplete: (AuditEnd | undefined)[] = [];
  for (const [i, copy] of copies.entries()) {
    const end = facts.audits[i];
    const allRead = end?.type === 'ok' || (end !== undefined && foundAll(copy, end));
    const error = allRead ? undefined : unreadableBy(end);
    if (error !== undefined) unreadable.push(error);
    if (!allRead) incomplete.push(end);
    copy.report(findings, allRead || error !== undefined, error);
  }
  const rows = copies.reduce((sum, copy) => sum + copy.acknowledged.count, 0);
  const commits = run.ledgers.some(({ covers }) =>
    covers.some(({ latestBeganUs }) => latestBeganUs > -Infinity),
  );
  const lost = `${formatCount(findings.auditRows)} of ${plural(rows, 'acknowledged row')}`;
  return conclude(findings, {
    fail:
      unreadable.length > 0
        ? `the database is unreadable (${unreadable[0]}): ${lost} could not be read`
        : `${lost} are missing or back at an older version`,
    unknown: [
      ...notAudited({ ...facts, audits: incomplete }),
      [run.options.writers > 0 && !commits, 'no write of rows was acknowledged'],
    ],
    pass: `${plural(rows, 'acknowledged row')} found in the audit, none missing`,
  });
}

/**
 * Whether nothing acknowledged was missing when the audit failed, say because the database could not be closed: that
 * loses nothing. What calls itself corrupt is not believed.
 */
function foundAll(copy: Copy, { error }: AuditEnd): boolean {
  return error?.class !== 'corrupt' && copy.isWhole;
}

/** What the database said when it could not be read; undefined if it could, or the auditor failed by itself. */
function unreadableBy(end: AuditEnd | undefined): string | undefined {
  if (end === undefined || end.type === 'ok') return undefined;
  const { class: name, message } = end.error ?? { class: 'unclassified', message: 'no error' };
  return AUDITOR_FAILURES.includes(name) ? undefined : `${name}: ${message}`;
}

/** What is missing of one operation, and what is back at an older version. */
interface Group {
  readonly missing: KeptRows;
  readonly older: KeptRows;
}

/** What the audit of one copy showed. */
class Copy {
  readonly acknowledged: AcknowledgedRows;
  readonly #ledger: Ledger;
  readonly #lastWriters: LastWriters;
  /** Ids with a version that no acknowledged operation follows. */
  readonly #held = new IdSet();
  /** Ids with a version that one follows. */
  readonly #older = new IdSet();
  readonly #olderBatch = new Map<number, number>();
  readonly #effort = auditEffort();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#lastWriters = new LastWriters(ledger);
    this.acknowledged = new AcknowledgedRows(ledger);
  }

  scan(rows: Rows): void {
    for (const [i, [first, last, batch, step = 1]] of rows.runs.entries()) {
      const operation = rows.writerOf(i);
      if (operation === undefined || !this.#mayBeOlder(operation, first, last, step)) {
        this.#held.add(first, last, step);
        continue;
      }
      this.#effort.spend((last - first) / step);
      for (let id = first; id <= last; id += step) {
        if (!this.#isOlder(operation, id)) {
          this.#held.add(id);
          continue;
        }
        this.#older.add(id);
        if (this.#olderBatch.size < OLDER_KEPT) this.#olderBatch.set(id, batch);
      }
    }
  }

  /** Whether there are acknowledged rows, and each was found, no older than it must be. */
  get isWhole(): boolean {
    const { count, ids } = this.acknowledged;
    return count > 0 && ids.without(this.#held).next().done === true;
  }

  /** Adds what is lost: only rows that went back, unless all that is there was read. */
  report(findings: Findings, allRead: boolean, unreadable: string | undefined): void {
    if (unreadable !== undefined) {
      const text = `the audit could not read the database: ${unreadable}`;
      findings.addFinal(0, () => finding(text, [], [], null));
    }
    const due = allRead ? this.acknowledged.ids : this.#older;
    const lost = due.countWithout(this.#held);
    findings.countAudited(lost);
    for (const [operation, group] of this.#groupsOf(due.spansWithout(this.#held))) {
      this.#add(findings, operation, group);
    }
    if (unreadable !== undefined && lost === 0) findings.count++;
  }

  /** Lost rows by the operation that wrote them last: of as many operations, and as much of each, as can be shown. */
  #groupsOf(spans: Iterable<IdSpan>): Map<Operation, Group> {
    const groups = new Map<Operation, Group>();
    let examined = 0;
    for (const [first, last] of spans) {
      for (let id = first; id <= last;) {
        if (++examined > EXAMINED) {
          for (const { missing, older } of groups.values()) {
            missing.cut();
            older.cut();
          }
          return groups;
        }
        const operation = this.#lastWriters.of(id);
        const isOlder = this.#older.has(id);
        const end = isOlder ? id : this.#alikeUntil(id, last);
        let group = groups.get(operation);
        if (group === undefined && groups.size < FINDINGS_KEPT) {
          group = { missing: new KeptRows(), older: new KeptRows() };
          groups.set(operation, group);
        }
        group?.[isOlder ? 'older' : 'missing'].add(id, end);
        id = end + 1;
      }
    }
    return groups;
  }

  #add(findings: Findings, operation: Operation, { missing, older }: Group): void {
    const { f, batch, process, acknowledgedUs } = operation;
    const where = f === 'seed' ? null : { process, time: acknowledgedUs };
    const said = f === 'seed' ? '' : `, acknowledged at ${at(acknowledgedUs)},`;
    const what = (rows: KeptRows): string => `${rows.text} of ${operationText(operation)}${said}`;
    if (missing.count > 0) {
      const text = `${what(missing)} ${are(missing)} not in the database`;
      findings.addFinal(0, () => finding(text, missing.ids, [batch], where));
    }
    if (older.count > 0) {
      const shown = this.#olderBatch.get(older.ids[0]!);
      const instead = shown === undefined ? 'an older batch' : `older batch ${shown}`;
      const text = `${what(older)} ${are(older)} back at ${instead}`;
      const batches = shown === undefined ? [batch] : [batch, shown];
      findings.addFinal(0, () => finding(text, older.ids, batches, where));
    }
  }

  /** Up to which id nothing else is to be said than of this one. */
  #alikeUntil(id: number, last: number): number {
    const end = Math.min(last, this.#lastWriters.alikeUntil(id));
    for (const [older] of this.#older.spans(id, end)) return older - 1;
    return end;
  }

  /** Whether some of these rows of the operation may have to show a later one: false for the usual case, quickly. */
  #mayBeOlder(operation: Operation, first: number, last: number, step: number): boolean {
    if (operation.index === 0) return this.acknowledged.rewritten.count(first, last, step) > 0;
    const { latestBeganUs, crossing } = operation.cover!;
    return operation.knownUs < latestBeganUs || crossing.length > 0;
  }

  #isOlder(operation: Operation, id: number): boolean {
    return this.#ledger.coversOf(id).some(({ latestBeganUs }) => operation.knownUs < latestBeganUs);
  }
}

const are = ({ count }: KeptRows): string => (count === 1 ? 'is' : 'are');
