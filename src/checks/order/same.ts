/** The known list where the other one has the same in it: what a session says again and again is kept once. */
export function sameAs<T>(known: readonly T[] | undefined, list: readonly T[]): readonly T[] {
  if (known === undefined || known.length !== list.length) return list;
  return known.every((each, i) => each === list[i]) ? known : list;
}
