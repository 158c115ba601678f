import type { ReadEvent } from '../core/history.ts';
import { precedes, type Ledger, type Operation } from '../core/ledger.ts';
import { plural } from '../core/count-text.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { finding, operationText, readText } from './describe.ts';
import { neverSeen, noOverlap, nothingShared } from './reasons.ts';
import type { Rows } from './rows.ts';

/** Below, unrelated embeddings come so close to each other that a row may miss its own top-k. */
const MIN_DIMS = 8;

/** A polled row is not in the top-k of a search for its own embedding, and nothing can have moved it since. */
export function createSearchGap(run: Run): Check {
  const findings = new Findings();
  let targeted = 0;
  return {
    read(rows, event, copy) {
      if (event.f !== 'search' || event.target === undefined) return;
      targeted++;
      if (run.options.dims >= MIN_DIMS) judge(findings, run.ledgers[copy]!, rows, event);
    },
    finish: (facts) =>
      conclude(findings, {
        fail: `${findings.count} of ${plural(targeted, 'search')} for a polled row's own embedding did not find it`,
        skipped: [
          [
            run.options.dims < MIN_DIMS,
            `embeddings of fewer than ${MIN_DIMS} dimensions have ties`,
          ],
          ...nothingShared(run),
          ...neverSeen(facts, targeted > 0),
        ],
        unknown: [
          ...noOverlap(run, facts),
          [targeted === 0, 'no search for a polled row was made'],
        ],
        pass: `${plural(targeted, 'search')} for a polled row's own embedding found it`,
      }),
  };
}

function judge(findings: Findings, ledger: Ledger, rows: Rows, event: ReadEvent): void {
  const [id, batch] = event.target!;
  const target = ledger.byBatch(batch);
  if (target === undefined || target.outcome === 'fail') return;
  const versions = versionsOf(rows, id);
  if (versions.some((version) => version === undefined || !precedes(version, target))) return;
  if (versions.length === 0 && mayHaveMoved(ledger, event, id, target)) return;
  findings.add(1, () => {
    const found = versions.length === 0 ? 'did not find it' : 'found an older version of it';
    const text = `${readText(event)} for the embedding of row ${id} of ${operationText(target)} ${found}`;
    return finding(text, [id], [batch], event);
  });
}

/** Who wrote the row as it was found; undefined where nobody did. */
function versionsOf({ runs, operations }: Rows, id: number): (Operation | undefined)[] {
  const found: (Operation | undefined)[] = [];
  for (let i = 0; i < runs.length; i++) {
    const [first, last, , step = 1] = runs[i]!;
    if (id >= first && id <= last && (id - first) % step === 0) found.push(operations[i]);
  }
  return found;
}

/**
 * Whether another operation may have given the row another embedding by now. That it was acknowledged before the poll
 * that showed the target proves nothing: a reader may have lagged behind then.
 */
function mayHaveMoved(ledger: Ledger, event: ReadEvent, id: number, target: Operation): boolean {
  return ledger
    .operationsOn(id)
    .some(
      (other) =>
        other !== target &&
        other.outcome !== 'fail' &&
        !precedes(other, target) &&
        other.invokeUs < event.time,
    );
}
