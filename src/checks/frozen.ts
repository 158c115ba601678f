import type { ReadEvent } from '../core/history.ts';
import type { Ledger, Operation } from '../core/ledger.ts';
import { plural } from '../core/count-text.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { at, finding, operationText, readText } from './describe.ts';
import { nothingShared } from './reasons.ts';
import type { Rows } from './rows.ts';

/** At its drain poll a reader misses a commit acknowledged more than the staleness bound before that poll began. */
export function createFrozen(run: Run): Check {
  const findings = new Findings();
  const commits = run.ledgers.map(commitsOf);
  const boundMs = run.options.stalenessBoundMs;
  let drained = 0;
  let judged = 0;
  let frozenReaders = 0;
  return {
    read(rows, event, { copy }) {
      if (event.f !== 'drain') return;
      drained++;
      const due = commits[copy]!.filter(
        ({ acknowledgedUs }) => acknowledgedUs + boundMs * 1000 < event.start,
      );
      if (due.length === 0) return;
      judged++;
      const missed = due.filter(({ cover }) => !rows.showsAnyOf(cover!));
      if (missed.length === 0) return;
      frozenReaders++;
      addMissed(findings, event, missed, due.length, rows);
    },
    finish: () =>
      conclude(findings, {
        fail: `${frozenReaders} of ${plural(drained, 'reader')} missed commits acknowledged more than ${boundMs} ms before: ${findings.kept[0]?.text}`,
        skipped: nothingShared(run),
        unknown: [
          [commits.every(({ length }) => length === 0), 'no insert was acknowledged'],
          [drained === 0, 'no reader made its drain poll'],
          [judged === 0, `no insert was acknowledged ${boundMs} ms before a drain poll`],
        ],
        pass: `${plural(judged, 'reader')} saw every commit that was older than ${boundMs} ms`,
      }),
  };
}

/** Acknowledged inserts and upserts, by their acknowledgement. */
function commitsOf({ operations }: Ledger): Operation[] {
  return operations
    .filter(({ f, outcome }) => (f === 'insert' || f === 'upsert') && outcome === 'ok')
    .toSorted((a, b) => a.acknowledgedUs - b.acknowledgedUs);
}

function addMissed(
  findings: Findings,
  event: ReadEvent,
  missed: readonly Operation[],
  due: number,
  { shown }: Rows,
): void {
  findings.add(missed.length, () => {
    const [oldest] = missed;
    const saw = shown.length === 0 ? 'and no other was seen' : 'although it showed others';
    const text = `${readText(event)} missed ${missed.length} of ${plural(due, 'commit')}, ${saw}: the oldest is ${operationText(oldest)}, acknowledged at ${at(oldest!.acknowledgedUs)}`;
    const ids = missed.map(({ cover }) => cover!.first);
    return finding(
      text,
      ids,
      missed.map(({ batch }) => batch),
      event,
    );
  });
}
