/** Words for findings: what a user reads. */
import type { ReadEvent } from '../core/history.ts';
import type { Operation } from '../core/ledger.ts';
import type { Finding } from '../core/result.ts';

const IDS_KEPT = 64;
const RANGES_SHOWN = 5;

/** `1.204 s`, since the run began. */
export function at(us: number): string {
  return `${(us / 1_000_000).toFixed(3)} s`;
}

/** `row 7`, `rows 5001-5064`, `rows 1-3, 9`, `rows 1-63 by 2`. */
export function rowsText(rows: readonly number[]): string {
  const ids = [...new Set(rows)].toSorted((a, b) => a - b);
  const ranges: string[] = [];
  for (let i = 0; i < ids.length && ranges.length <= RANGES_SHOWN;) {
    const step = (ids[i + 1] ?? ids[i]!) - ids[i]!;
    let end = i;
    while (end + 1 < ids.length && ids[end + 1]! - ids[end]! === step) end++;
    // Two rows that are not neighbours are no progression.
    if (step > 1 && end - i < 2) end = i;
    ranges.push(end === i ? `${ids[i]}` : `${ids[i]}-${ids[end]}${step > 1 ? ` by ${step}` : ''}`);
    i = end + 1;
  }
  const more = ranges.length > RANGES_SHOWN ? ', ...' : '';
  const shown = ranges.slice(0, RANGES_SHOWN).join(', ');
  return `${ids.length === 1 ? 'row' : 'rows'} ${shown}${more}`;
}

/** All rows that an operation writes. */
export function rowsOf({ cover }: Operation): number[] {
  return cover === null
    ? []
    : Array.from({ length: cover.size }, (_, i) => cover.first + i * cover.step);
}

/** `w0's insert 3`, `the seed`. */
export function operationText(operation: Operation | undefined): string {
  if (operation === undefined) return 'nobody';
  return operation.f === 'seed'
    ? 'the seed'
    : `${operation.process}'s ${operation.f} ${operation.op}`;
}

/** `r1's poll at 1.204 s`: a read is at its end. */
export function readText({ process, f, time }: Pick<ReadEvent, 'process' | 'f' | 'time'>): string {
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
