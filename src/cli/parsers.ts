/** One option's text -> its value. A refusal says what is allowed; commander adds the option's name and the text. */
import { InvalidArgumentError } from 'commander';
import type { Refresh } from '../core/names.ts';

type Parser<T> = (text: string) => T;

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const REFRESH_NAMES = ['default', 'always', 'reopen'] as const;

/** A whole number in a range; 1e6 is one, 1.5 and 0x10 are not. */
export function whole(min: number, max: number): Parser<number> {
  return numberParser('a whole number', min, max, Number.isInteger);
}

/** An even whole number in a range. */
export function even(min: number, max: number): Parser<number> {
  return numberParser('an even whole number', min, max, (value) => value % 2 === 0);
}

/** A number in a range, fractions allowed. */
export function decimal(min: number, max: number): Parser<number> {
  return numberParser('a number', min, max, () => true);
}

/** A refresh policy: its name, or seconds in a range. */
export function refresh(min: number, max: number): Parser<Refresh> {
  const seconds = numberParser(
    `one of ${REFRESH_NAMES.join(', ')}, or seconds`,
    min,
    max,
    () => true,
  );
  return (text) => REFRESH_NAMES.find((name) => name === text) ?? seconds(text);
}

/** Text that is not empty. */
export function nonEmpty(what: string): Parser<string> {
  return (text) => {
    if (text.trim() === '') throw new InvalidArgumentError(`expected ${what}.`);
    return text;
  };
}

function numberParser(
  what: string,
  min: number,
  max: number,
  isAllowed: (value: number) => boolean,
): Parser<number> {
  return (text) => {
    const value = DECIMAL.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max && isAllowed(value)) return value;
    throw new InvalidArgumentError(`expected ${what} from ${min} to ${max}.`);
  };
}
