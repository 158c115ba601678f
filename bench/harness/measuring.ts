import { messageOf } from '../../src/core/errors.ts';
import type { Bench, Figure, Row } from './figure.ts';
import { LoadWatch, type Load } from './load.ts';
import { outcomeOf, worstOf, type Judged, type Outcome } from './outcome.ts';

/** A row with what it says of its limit; null where it has none. */
export interface JudgedRow extends Row {
  judged: Judged | null;
  /** What others used while it was measured. */
  during: Load;
}

/** All that came of one figure. */
export interface Measured {
  name: string;
  issue: number;
  rows: JudgedRow[];
  /** Why it ended before its last row; null if it did not. */
  error: string | null;
  before: Load;
  outcome: Outcome;
}

/** Measures a figure, each row of it as it comes. One that throws is missed: no load makes it fail that way. */
export async function measure(
  figure: Figure,
  bench: Bench,
  before: Load,
  onRow: (row: JudgedRow) => void,
): Promise<Measured> {
  const { name, issue } = figure;
  const rows: JudgedRow[] = [];
  const watch = new LoadWatch();
  let error: string | null = null;
  try {
    for await (const row of figure.measure(bench)) {
      const judged = judge(row, before, watch.next());
      rows.push(judged);
      onRow(judged);
    }
    if (rows.length === 0) throw new Error('nothing was measured');
  } catch (thrown) {
    error = messageOf(thrown);
  }
  const outcomes = rows.flatMap(({ judged }) => judged?.outcome ?? []);
  const outcome = error === null ? worstOf(outcomes) : 'missed';
  return { name, issue, rows, error, before, outcome };
}

function judge(row: Row, before: Load, during: Load): JudgedRow {
  const { estimate, limit } = row;
  const busy = before.isBusy || during.isBusy;
  return { ...row, during, judged: limit === undefined ? null : outcomeOf(estimate, limit, busy) };
}
