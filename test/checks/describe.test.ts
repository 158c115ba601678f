import { expect, it } from 'vitest';
import { rowsText } from '../../src/checks/describe.ts';

it.each([
  [[7], 'row 7'],
  [[5, 6], 'rows 5-6'],
  [[9, 5, 9], 'rows 5, 9'],
  [[1, 2, 3, 9], 'rows 1-3, 9'],
  [[9, 20, 21, 22], 'rows 9, 20-22'],
  [[1, 3, 5, 7, 8], 'rows 1-7 by 2, 8'],
  [[1, 2, 11, 12, 21, 22, 31, 32, 41, 42], 'rows 1-2, 11-12, 21-22, 31-32, 41-42'],
  [[1, 2, 11, 12, 21, 22, 31, 32, 41, 42, 51], 'rows 1-2, 11-12, 21-22, 31-32, 41-42, ...'],
])('writes rows %j as %s', (ids, text) => {
  expect(rowsText(ids)).toBe(text);
});
