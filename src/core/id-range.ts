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
  if (a.step === b.step) return (a.first - b.first) % a.step === 0;
  return commonOf(a, b) !== undefined;
}

/** How many ids two progressions have in common. */
export function countCommon(a: Progression, b: Progression): number {
  const common = commonOf(a, b);
  return common === undefined ? 0 : sizeOf(common);
}

/** The ids that two progressions have in common, which are a progression; undefined for none. */
export function commonOf(a: Progression, b: Progression): Progression | undefined {
  const from = Math.max(a.first, b.first);
  const until = Math.min(a.last, b.last);
  if (from > until) return undefined;
  if (a.step === 1 && b.step === 1) return { first: from, last: until, step: 1 };
  const divisor = divisorOf(a.step, b.step);
  if ((b.first - a.first) % divisor !== 0) return undefined;
  const first = firstCommon(a, b, divisor, from);
  if (first > until) return undefined;
  // What lies beyond the ids that a number can hold is no id.
  const step = Math.min(a.step * (b.step / divisor), Number.MAX_SAFE_INTEGER);
  return { first, last: first + Math.floor((until - first) / step) * step, step };
}

/** The first id from `from` on that is in both, whose distance `divisor` divides (the Chinese remainder theorem). */
function firstCommon(a: Progression, b: Progression, divisor: number, from: number): number {
  const step = BigInt(b.step / divisor);
  const apart = BigInt((b.first - a.first) / divisor);
  const turns = modulo(apart * inverseOf(BigInt(a.step / divisor), step), step);
  const some = BigInt(a.first) + turns * BigInt(a.step);
  return Number(BigInt(from) + modulo(some - BigInt(from), BigInt(a.step) * step));
}

function divisorOf(a: number, b: number): number {
  return b === 0 ? a : divisorOf(b, a % b);
}

/** What times `value` leaves 1 of `modulus`; they have no divisor in common. */
function inverseOf(value: bigint, modulus: bigint): bigint {
  let [before, now] = [modulus, modulo(value, modulus)];
  let [last, found] = [0n, 1n];
  while (now > 1n) {
    const times = before / now;
    [before, now] = [now, before - times * now];
    [last, found] = [found, last - times * found];
  }
  return modulo(found, modulus);
}

function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}
