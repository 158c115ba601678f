/** The shares of durations that are shown, the longest last. */
export type PercentileName = 'p50' | 'p95' | 'p99' | 'max';

/** Fewer durations than these leave none beyond the percentile: it would be the longest under another name. */
const LEAST_COUNT: Record<PercentileName, number> = { p50: 1, p95: 20, p99: 100, max: 1 };

/** Whether so many durations are enough for this percentile to say something of its own. */
export function isEnoughFor(name: PercentileName, count: number): boolean {
  return count >= LEAST_COUNT[name];
}

/**
 * What a table or a line shows where it has room for this percentile: the longest duration, under its own name, while
 * there are too few for it. Saved results and expectations have the percentile all the same, with `count`.
 */
export function shownAs<Name extends PercentileName>(
  name: Name,
  durations: Record<Name | 'max' | 'count', number>,
): { name: Name | 'max'; us: number } {
  const shown = isEnoughFor(name, durations.count) ? name : 'max';
  return { name: shown, us: durations[shown] };
}
