/** Comma-separated lists of what one option of a run takes once. */
import { InvalidArgumentError } from 'commander';

/** Each part parsed by itself; what is given twice counts once. */
export function listOf<T>(parse: (text: string) => T): (text: string) => T[] {
  return (text) => [...new Set(text.split(',').map((part) => parse(part.trim())))];
}

/** One of these words. */
export function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) {
      throw new InvalidArgumentError(`Allowed choices are ${words.join(', ')}.`);
    }
    return found;
  };
}
