import type { ReadEvent } from '../core/history.ts';
import { countCommon, hasId, sizeOf, type Progression } from '../core/id-range.ts';
import type { IdSpan } from '../core/id-set.ts';
import type { Ledger, Operation } from '../core/ledger.ts';
import { plural } from '../core/count-text.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { at, finding, operationText, readText, rowsOf } from './describe.ts';
import { KeptRows } from './kept-rows.ts';
import { nothingRead } from './reasons.ts';
import type { Rows } from './rows.ts';

/** A row nobody wrote, or not yet; a counter above the increments acknowledged and in doubt. */
export function createUnexpected(run: Run): Check {
  const findings = new Findings();
  let rowsRead = 0;
  return {
    findings,
    read(rows, event) {
      rowsRead += rows.count;
      if (rows.strays) {
        addStrays(rows, readText(event), (n, describe) =>
          findings.add(n, () => ({ ...describe(), process: event.process, time_us: event.time })),
        );
      }
      for (const operation of rows.shown) {
        if (event.time < operation.invokeUs) addEarly(findings, rows, event, operation);
      }
    },
    scan(rows) {
      rowsRead += rows.count;
      if (rows.strays) {
        addStrays(rows, 'the audit', (n, describe) => findings.addAudited(n, describe));
      }
    },
    audited({ copy, counter }) {
      if (counter === null) return;
      const most = mostIncrements(run.ledgers[copy]!);
      if (counter <= most) return;
      const text = `the counter is ${counter}, and only ${plural(most, 'increment')} can have happened`;
      findings.addFinal(1, () => finding(text, [], [], null));
    },
    finish: () =>
      conclude(findings, {
        fail: `${plural(findings.count, 'value')} that nobody can have written by then: ${findings.kept[0]?.text}`,
        unknown: nothingRead(rowsRead),
        pass: `each of ${plural(rowsRead, 'row')} was written by somebody before it was read`,
      }),
  };
}

function addStrays(
  rows: Rows,
  who: string,
  add: (rows: number, describe: () => ReturnType<typeof finding>) => void,
): void {
  for (const [i, [first, last, batch, step = 1]] of rows.runs.entries()) {
    if (rows.within[i] === true) continue;
    const operation = rows.operations[i];
    const cover = operation?.cover ?? null;
    const strays = { first, last, step };
    const count = sizeOf(strays) - (cover === null ? 0 : countCommon(cover, strays));
    const why =
      operation === undefined
        ? 'which nobody wrote there'
        : `which is ${operationText(operation)} and has other rows`;
    add(count, () => {
      const { ids, text: rows } = KeptRows.of(spansOutside(strays, cover));
      return finding(`${who} returned ${rows} with batch ${batch}, ${why}`, ids, [batch], null);
    });
  }
}

/** The ids that the cover does not have. */
function* spansOutside(ids: Progression, cover: Progression | null): Generator<IdSpan> {
  const { first, last, step } = ids;
  if (step === 1 && (cover === null || cover.last < first || cover.first > last)) {
    yield [first, last];
    return;
  }
  for (let id = first; id <= last; id += step) {
    if (cover === null || !hasId(cover, id)) yield [id, id];
  }
}

function addEarly(findings: Findings, rows: Rows, event: ReadEvent, operation: Operation): void {
  const { batch, invokeUs } = operation;
  findings.add(rows.shownOf(operation), () => {
    const text = `${readText(event)} returned rows of ${operationText(operation)}, which was announced only at ${at(invokeUs)}`;
    return finding(text, rowsOf(operation), [batch], event);
  });
}

/** Acknowledged increments, and those in doubt. */
function mostIncrements({ operations }: Ledger): number {
  return operations.filter(({ f, outcome }) => f === 'increment' && outcome !== 'fail').length;
}
