import { expect, test } from 'vitest';
import { cut, oneLine, widthOf, wrap } from '../../src/report/columns.ts';

test('wide characters take two columns, combining ones none', () => {
  expect(['abc', '数据', 'e\u0301', '👩‍💻', 'µs'].map(widthOf)).toEqual([3, 4, 1, 2, 2]);
});

test('a cut line never gets wider than asked, and shows that it was cut', () => {
  expect(cut('abcdef', 6)).toBe('abcdef');
  expect(cut('abcdef', 5)).toBe('abcd…');
  expect(cut('数据库', 5)).toBe('数据…');
  expect(cut('数据库', 4)).toBe('数…');
  expect(cut('abc', 0)).toBe('');
});

test('foreign text is printed on one line, without escapes', () => {
  expect(oneLine(' a\n\tb \u001b[31mred\u001b[0m\u0007 ')).toBe('a b red');
});

test('text is wrapped at spaces beside its label, and inside words that are too long', () => {
  expect(wrap('one two three four five six', 24, '  A  ')).toEqual([
    '  A  one two three four',
    '     five six',
  ]);
  expect(wrap(`see ${'x'.repeat(45)} end`, 20)).toEqual([
    'see',
    'x'.repeat(20),
    'x'.repeat(20),
    'xxxxx end',
  ]);
  expect(wrap('', 20, '  A  ')).toEqual(['  A  ']);
});

test('a number stays with its unit', () => {
  expect(wrap('it took about 16 12.5 ms', 20)).toEqual(['it took about 16', '12.5 ms']);
  expect(wrap('and the memory: 8.0 GiB', 20)).toEqual(['and the memory:', '8.0 GiB']);
});
