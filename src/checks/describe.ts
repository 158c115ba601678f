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

/** `1 row`, `5,128 rows`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;
}

/** `row 7`, `rows 5001-5064`, `rows 1-3, 9`: ids must ascend. */
export function rowsText(ids: readonly number[]): string {
  const ranges: [first: number, last: number, step: number][] = [];
  for (const id of ids) {
    const open = ranges.at(-1);
    const step = open === undefined ? 0 : id - open[1];
    if (open !== undefined && step > 0 && (open[2] === step || open[0] === open[1])) {
      open[1] = id;
      open[2] = step;
    } else ranges.push([id, id, 1]);
  }
  const shown = ranges.slice(0, RANGES_SHOWN).map(([first, last, step]) => {
    if (first === last) return `${first}`;
    return step === 1 ? `${first}-${last}` : `${first}-${last} by ${step}`;
  });
  const more = ranges.length > RANGES_SHOWN ? ', ...' : '';
  return `${ids.length === 1 ? 'row' : 'rows'} ${shown.join(', ')}${more}`;
}

/** `w0's insert 3`, `the seed`. */
export function operationText(operation: Operation | undefined): string {
  if (operation === undefined) return 'nobody';
  return operation.f === 'seed'
    ? 'the seed'
    : `${operation.process}'s ${operation.f} ${operation.op}`;
}

/** `r1's poll at 1.204 s`: a read is at its end. */
export function readText({ process, f, time }: ReadEvent): string {
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
