import { plural } from '../core/count-text.ts';
import { idsOfRun, type ReadEvent } from '../core/history.ts';
import { countCommon } from '../core/id-range.ts';
import { precedes, type Operation } from '../core/ledger.ts';
import { auditEffort } from './audit-effort.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { finding, operationText, readText, rowsOf, rowsText } from './describe.ts';
import { notAudited, nothingRead } from './reasons.ts';
import type { Rows } from './rows.ts';

/** Runs of rows of the audit that are held against an operation in doubt: some ten seconds. */
const MOST_RUNS = 300_000_000;

/**
 * Rows of an operation in doubt were read, and no later state has them: the audit shows in their place what the operation
 * would have replaced. So what was read never was. Where another operation may have come after it, nothing is said; nor
 * after a power cut, which may take away what was not acknowledged. A dirty read of Adya's G1a, across a crash.
 */
export function createDirtyRead(run: Run): Check {
  const findings = new Findings();
  const copies = run.ledgers.map(({ operations }) => {
    const inDoubt = operations.filter(({ outcome, cover }) => outcome === 'info' && cover !== null);
    return new Map(inDoubt.map((operation) => [operation, new Doubt()]));
  });
  const doubts = copies.flatMap((copy) => [...copy]);
  const effort = auditEffort(MOST_RUNS);
  let rowsRead = 0;
  return {
    read(rows, event, copy) {
      rowsRead += rows.count;
      const own = copies[copy]!;
      if (own.size === 0) return;
      for (const operation of rows.shown) own.get(operation)?.show(event, operation);
    },
    cut() {
      for (const [, doubt] of doubts) doubt.shown = undefined;
    },
    scan(rows, { copy }) {
      rowsRead += rows.count;
      for (const [operation, doubt] of copies[copy]!) {
        if (doubt.shown === undefined) continue;
        effort.spend(rows.runs.length);
        doubt.scan(rows, operation);
      }
    },
    finish(facts) {
      for (const [copy, own] of copies.entries()) {
        const end = facts.audits[copy];
        if (end?.type !== 'ok') continue;
        for (const [operation, doubt] of own) {
          if (doubt.isGone(operation, end.start)) addGone(findings, operation, doubt.shown!);
        }
      }
      const seen = doubts.filter(([, { shown }]) => shown !== undefined).length;
      return conclude(findings, {
        fail: `${plural(findings.count, 'operation')} in doubt had been read and never took effect`,
        skipped: [[doubts.length === 0, 'no operation was in doubt']],
        unknown: [...nothingRead(rowsRead), ...(seen > 0 ? notAudited(facts) : [])],
        pass: `${seen} of ${plural(doubts.length, 'operation')} in doubt had been read, and none is gone`,
      });
    },
  };
}

/** What is known of one operation in doubt. */
class Doubt {
  /** The first read that showed it. */
  shown: ReadEvent | undefined;
  /** Rows of it that the audit shows in any version, in its own, and in one that it would have replaced. */
  #present = 0;
  #own = 0;
  #older = 0;

  show(event: ReadEvent, { beganUs }: Operation): void {
    if (event.time < beganUs) return;
    if (this.shown === undefined || event.time < this.shown.time) this.shown = event;
  }

  scan(rows: Rows, operation: Operation): void {
    const cover = operation.cover!;
    for (const [i, run] of rows.runs.entries()) {
      // Most lie apart, and this is asked of each run for each operation in doubt.
      if (run[1] < cover.first || run[0] > cover.last) continue;
      const common = countCommon(cover, idsOfRun(run));
      const version = rows.writerOf(i);
      this.#present += common;
      if (version === undefined) continue;
      if (version === operation) this.#own += common;
      else if (precedes(version, operation)) this.#older += common;
    }
  }

  /** Whether no row of it is there, and one shows that it never was. */
  isGone({ cover }: Operation, auditUs: number): boolean {
    if (this.shown === undefined || this.shown.time >= auditUs || this.#own > 0) return false;
    return this.#older > 0 || this.#present < cover!.size;
  }
}

function addGone(findings: Findings, operation: Operation, shown: ReadEvent): void {
  findings.add(1, () => {
    const ids = rowsOf(operation);
    const text = `${readText(shown)} showed ${operationText(operation)} (${rowsText(ids)}), which was never acknowledged, and the audit has nothing of it: what was read never was`;
    return finding(text, ids, [operation.batch], shown);
  });
}
