import type { ReadEvent } from '../core/history.ts';
import { countBetween } from '../core/id-range.ts';
import type { Cover, Ledger, Operation } from '../core/ledger.ts';
import { plural } from '../core/count-text.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { at, finding, operationText, readText, rowsOf, rowsText } from './describe.ts';
import { neverSeen, noOverlap, nothingShared } from './reasons.ts';
import type { Rows } from './rows.ts';

/** In one poll a later insert of a writer is visible while an earlier acknowledged one is not, in any version. */
export function createPrefixHole(run: Run): Check {
  const findings = new Findings();
  const inserts = run.ledgers.map((ledger) => new Inserts(ledger));
  let polls = 0;
  return {
    read(rows, event, { copy }) {
      if (event.f !== 'poll' && event.f !== 'drain') return;
      let showsInsert = false;
      for (const operation of rows.shown) {
        if (operation.f === 'reembed') continue;
        showsInsert = true;
        const hole = inserts[copy]!.holeBelow(operation, rows, event);
        if (hole !== undefined) addHole(findings, event, operation, hole);
      }
      if (showsInsert) polls++;
    },
    finish: (facts) =>
      conclude(findings, {
        fail: `${plural(findings.count, 'time')} a later insert was visible and an earlier acknowledged one was not`,
        skipped: [...nothingShared(run), ...neverSeen(facts, polls > 0)],
        unknown: [...noOverlap(run, facts), [polls === 0, 'no poll showed an insert']],
        pass: `${plural(polls, 'poll')} showed inserts, none with an earlier one missing`,
      }),
  };
}

function addHole(findings: Findings, event: ReadEvent, later: Operation, hole: Operation): void {
  findings.add(1, () => {
    const ids = rowsOf(hole);
    const text = `${readText(event)} showed ${operationText(later)} and no row of ${operationText(hole)} (${rowsText(ids)}), acknowledged before it at ${at(hole.acknowledgedUs)}`;
    return finding(text, ids, [later.batch, hole.batch], event);
  });
}

/** The inserts and upserts on one copy, as each writer made them. */
class Inserts {
  readonly #byWriter = new Map<string, Operation[]>();
  /** By operation: its place among those of its writer, and the highest id of these up to it. */
  readonly #places: Float64Array;
  readonly #reach: Float64Array;

  constructor({ operations }: Ledger) {
    this.#places = new Float64Array(operations.length);
    this.#reach = new Float64Array(operations.length);
    for (const operation of operations) {
      const { process, f, index, cover } = operation;
      if (f !== 'insert' && f !== 'upsert') continue;
      const list = this.#byWriter.get(process);
      const previous = list?.at(-1);
      this.#places[index] = list?.length ?? 0;
      this.#reach[index] = Math.max(
        previous === undefined ? -Infinity : this.#reach[previous.index]!,
        cover!.last,
      );
      if (list === undefined) this.#byWriter.set(process, [operation]);
      else list.push(operation);
    }
  }

  /** The nearest insert before `later` that must be visible with it, was asked for beside it, and is not there. */
  holeBelow(later: Operation, rows: Rows, event: ReadEvent): Operation | undefined {
    const list = this.#byWriter.get(later.process)!;
    const place = this.#places[later.index]!;
    if (place === 0) return undefined;
    for (const interval of event.intervals ?? []) {
      if (!isAsked(later.cover!, interval)) continue;
      for (let i = place - 1; i >= 0; i--) {
        const earlier = list[i]!;
        if (this.#reach[earlier.index]! <= interval[0]) break;
        if (!isAsked(earlier.cover!, interval)) continue;
        // Whatever is missing below a visible one is that one's finding.
        if (rows.shownOf(earlier) > 0) break;
        if (earlier.outcome === 'ok' && !rows.showsAnyOf(earlier.cover!)) return earlier;
      }
    }
    return undefined;
  }
}

function isAsked(cover: Cover, interval: readonly [after: number, before: number | null]): boolean {
  return countBetween(cover, interval[0], interval[1] ?? Infinity) > 0;
}
