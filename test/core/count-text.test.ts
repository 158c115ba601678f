import { expect, test } from 'vitest';
import { formatCount, plural } from '../../src/core/count-text.ts';

test('counts have thousands separators', () => {
  expect([0, 999, 1000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([1, 2].map((n) => plural(n, 'search'))).toEqual(['1 search', '2 searches']);
  expect([1, 2].map((n) => plural(n, 'directory'))).toEqual(['1 directory', '2 directories']);
  expect(plural(2, 'day')).toBe('2 days');
  expect([plural(1, 'writer'), plural(0, 'reader'), plural(1200, 'row')]).toEqual([
    '1 writer',
    '0 readers',
    '1,200 rows',
  ]);
});
