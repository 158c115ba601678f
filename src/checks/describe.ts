/** Words for findings: what a user reads. */
import type { ReadEvent } from '../core/history.ts';
import type { Operation } from '../core/ledger.ts';
import type { Finding } from '../core/result.ts';
import { IDS_KEPT, KeptRows } from './kept-rows.ts';

/** More than any operation of a run writes; the seed has more. */
const ROWS_NAMED = 100_000;

/** `1.204 s`, since the run began. */
export function at(us: number): string {
  return `${(us / 1_000_000).toFixed(3)} s`;
}

/** `row 7`, `rows 5001-5064`, `rows 1-3, 9`, `rows 1-63 by 2`. */
export function rowsText(rows: readonly number[]): string {
  const kept = new KeptRows();
  let before = NaN;
  for (const id of rows.toSorted((a, b) => a - b)) {
    if (id !== before) kept.add(id);
    before = id;
  }
  return kept.text;
}

/** The rows that an operation writes, as many of them as a finding can name. */
export function rowsOf({ cover }: Operation): number[] {
  if (cover === null) return [];
  const length = Math.min(cover.size, ROWS_NAMED);
  return Array.from({ length }, (_, i) => cover.first + i * cover.step);
}

/** `w0's insert 3`, `the seed`. */
export function operationText(
  operation: Pick<Operation, 'process' | 'f' | 'op'> | undefined,
): string {
  if (operation === undefined) return 'nobody';
  return operation.f === 'seed'
    ? 'the seed'
    : `${operation.process}'s ${operation.f} ${operation.op}`;
}

/** What of a read its name is made of; the audit is one, too. */
export type ReadName = Pick<ReadEvent, 'process' | 'time'> & {
  readonly f: ReadEvent['f'] | 'audit';
};

/** `r1's poll at 1.204 s`: a read is at its end. */
export function readText({ process, f, time }: ReadName): string {
  if (f === 'audit') return 'the audit';
  return `${process}'s ${f === 'drain' ? 'drain poll' : f} at ${at(time)}`;
}

/** Evidence, with a bounded number of ids. */
export function finding(
  text: string,
  ids: readonly number[],
  batches: readonly number[],
  where: { process: string; time: number } | null,
): Finding {
  return {
    text,
    process: where?.process ?? null,
    ids: ids.slice(0, IDS_KEPT),
    batches: batches.slice(0, IDS_KEPT),
    time_us: where?.time ?? null,
  };
}
