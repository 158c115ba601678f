import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { decimal, even, nonEmpty, refresh, whole } from '../../src/cli/parsers.ts';

const NONSENSE = ['', ' ', 'abc', 'NaN', 'Infinity', '0x10', '1,5', '5 ', '1e', '--rows', '1_000'];

test.each([
  ['1', 1],
  ['1000', 1000],
  ['+7', 7],
  ['1e3', 1000],
  ['1.5e1', 15],
  ['007', 7],
])('%j is a whole number', (text, value) => {
  expect(whole(1, 1000)(text)).toBe(value);
});

test.each([...NONSENSE, '1.5', '1e-1', '0', '-1', '1001', '1e400'])(
  '%j is no whole number from 1 to 1000',
  (text) => {
    expect(() => whole(1, 1000)(text)).toThrow(
      new InvalidArgumentError('expected a whole number from 1 to 1000.'),
    );
  },
);

test('an odd or a broken number is not even', () => {
  expect(even(2, 100)('64')).toBe(64);
  for (const text of [...NONSENSE, '3', '0', '2.5', '102']) {
    expect(() => even(2, 100)(text)).toThrow('expected an even whole number from 2 to 100.');
  }
});

test('a number may be a fraction, within its range', () => {
  expect(decimal(0.1, 10)('0.1')).toBe(0.1);
  expect(decimal(0.1, 10)('.5')).toBe(0.5);
  expect(decimal(0.1, 10)('5.')).toBe(5);
  for (const text of [...NONSENSE, '0.09', '-1', '10.1']) {
    expect(() => decimal(0.1, 10)(text)).toThrow('expected a number from 0.1 to 10.');
  }
});

test('refresh is a name or seconds', () => {
  const parse = refresh(0, 3600);
  expect(['default', 'always', 'reopen', '0', '2.5'].map(parse)).toEqual([
    'default',
    'always',
    'reopen',
    0,
    2.5,
  ]);
  for (const text of [...NONSENSE, 'seconds', '-1', '3601']) {
    expect(() => parse(text)).toThrow(
      'expected one of default, always, reopen, or seconds from 0 to 3600.',
    );
  }
});

test('text must not be empty', () => {
  expect(nonEmpty('a path')('/x y')).toBe('/x y');
  expect(() => nonEmpty('a path')(' ')).toThrow('expected a path.');
});
