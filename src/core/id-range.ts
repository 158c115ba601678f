/** Arithmetic on ids in arithmetic progression, without expanding them. */

/** Ids from first to last (inclusive) by step. */
export interface Progression {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

export function sizeOf({ first, last, step }: Progression): number {
  return (last - first) / step + 1;
}

export function hasId({ first, last, step }: Progression, id: number): boolean {
  return id >= first && id <= last && (id - first) % step === 0;
}

/** Whether every id from `first` to `last` by `step` is in the progression. */
export function holdsRun(whole: Progression, first: number, last: number, step: number): boolean {
  if (first < whole.first || last > whole.last) return false;
  // A remainder of numbers beyond 32 bits is slow, and this is asked of every run that anybody reads.
  if (whole.step === 1) return true;
  if ((first - whole.first) % whole.step !== 0) return false;
  return first === last || step % whole.step === 0;
}

/** How many ids of the progression lie strictly between `after` and `before`. */
export function countBetween(ids: Progression, after: number, before: number): number {
  const { first, last, step } = ids;
  if (first > after && last < before) return sizeOf(ids);
  const from = first > after ? 0 : Math.floor((after - first) / step) + 1;
  const to = last < before ? (last - first) / step : Math.ceil((before - first) / step) - 1;
  return Math.max(0, to - from + 1);
}

/** Whether two progressions have an id in common. */
export function intersects(a: Progression, b: Progression): boolean {
  if (a.first > b.last || b.first > a.last) return false;
  if (a.step === b.step && (a.first - b.first) % a.step !== 0) return false;
  if (a.step === b.step) return true;
  const [small, large] = sizeOf(a) < sizeOf(b) ? [a, b] : [b, a];
  for (let id = small.first; id <= small.last; id += small.step) if (hasId(large, id)) return true;
  return false;
}
