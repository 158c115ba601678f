import type { Random } from '../../src/core/random.ts';

/** Any of them; undefined if there is none. */
export function pick<T>(list: readonly T[], random: Random): T | undefined {
  return list[random.below(list.length)];
}

/** Any of them, where there are some. */
export function oneOf<T>(list: readonly T[], random: Random): T {
  return pick(list, random)!;
}

/** In any order (Fisher and Yates). */
export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const found = [...list];
  for (let i = found.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [found[i], found[j]] = [found[j]!, found[i]!];
  }
  return found;
}
