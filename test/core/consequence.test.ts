import { expect, test } from 'vitest';
import { consequenceOf } from '../../src/core/consequence.ts';
import { CHECKS } from '../../src/core/names.ts';

const others = CHECKS.filter((name) => name !== 'frozen');

test('what the final state shows is wrong, and so is what was found nobody says where', () => {
  for (const name of others) {
    expect(consequenceOf({ name, where: 'final' })).toBe('wrong');
    expect(consequenceOf({ name, where: null })).toBe('wrong');
    expect(consequenceOf({ name })).toBe('wrong');
  }
});

test('what only reads show is a contradiction, but broken rows and rows of nobody are wrong', () => {
  const wrong = others.filter((name) => consequenceOf({ name, where: 'reads' }) === 'wrong');
  expect(wrong).toEqual(['torn', 'unexpected']);
  expect(consequenceOf({ name: 'long-fork', where: 'reads' })).toBe('inconsistent');
});

test('a frozen reader is late, whoever judged it', () => {
  for (const where of ['reads', 'final', null] as const) {
    expect(consequenceOf({ name: 'frozen', where })).toBe('stale');
  }
  expect(consequenceOf({ name: 'frozen' })).toBe('stale');
});
