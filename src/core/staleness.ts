/**
 * How late is too late: one definition for the drain poll, the checks and the report.
 *
 * The *lag* of a commit, which Freshness shows, runs from its acknowledgement to the end of the first poll that shows it:
 * so long a user had to wait. A read is *stale* when it BEGAN more than the bound after the acknowledgement of something
 * that it misses: what was there when it began is all that it must show. A poll that begins within the bound and ends
 * beyond it has a lag above the bound, and is not stale.
 */
import type { Refresh } from './names.ts';
import type { RunOptions } from './options.ts';

/** The bound of a run: what the user gave, and the interval of a handle that refreshes every so many seconds. */
export function stalenessBoundMsOf(givenS: number, refresh: Refresh): number {
  return (givenS + (typeof refresh === 'number' ? refresh : 0)) * 1000;
}

/** What the user must give for the bound of these options. */
export function givenBoundSOf({ stalenessBoundMs, refresh }: RunOptions): number {
  const intervalMs = typeof refresh === 'number' ? refresh * 1000 : 0;
  return Math.round(stalenessBoundMs - intervalMs) / 1000;
}

/** How long after an acknowledgement a read may begin and still miss it. */
export function stalenessBoundUs({ stalenessBoundMs }: RunOptions): number {
  return stalenessBoundMs * 1000;
}
