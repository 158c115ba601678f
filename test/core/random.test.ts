import { expect, test } from 'vitest';
import { randomOf } from '../../src/core/random.ts';

const drawn = (role: string, index: number, ...more: number[]): number[] => {
  const random = randomOf(42, { role, index }, ...more);
  return Array.from({ length: 4 }, () => random.fraction());
};

test('a writer and a reader of one number, and two of one role, pause by streams of their own', () => {
  const streams = ['writer', 'reader', 'owner'].flatMap((role) =>
    [0, 1, 2].map((index) => drawn(role, index)),
  );
  const numbers = [...streams, drawn('writer', 0, 7)].flat();
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('the stream of a process is the same in every run of one seed', () => {
  expect(drawn('writer', 1)).toEqual(drawn('writer', 1));
});
