import { expect, it } from 'vitest';
import { Ledger } from '../../src/core/ledger.ts';
import { operationText, rowsOf, rowsText } from '../../src/checks/describe.ts';

it.each([
  [[7], 'row 7'],
  [[5, 6], 'rows 5-6'],
  [[9, 5, 9], 'rows 5, 9'],
  [[1, 2, 3, 9], 'rows 1-3, 9'],
  [[9, 20, 21, 22], 'rows 9, 20-22'],
  [[1, 3, 5], 'rows 1-5 by 2'],
  [[1, 3, 5, 7, 8], 'rows 1-7 by 2, 8'],
  [[1, 5, 7], 'rows 1, 5, 7'],
  [[1, 2, 11, 12, 21, 22, 31, 32, 41, 42], 'rows 1-2, 11-12, 21-22, 31-32, 41-42'],
  [[1, 2, 11, 12, 21, 22, 31, 32, 41, 42, 51], 'rows 1-2, 11-12, 21-22, 31-32, 41-42, ...'],
])('writes rows %j as %s', (ids, text) => {
  expect(rowsText(ids)).toBe(text);
});

it('has words for what nobody wrote, and no rows for an increment', () => {
  expect(operationText(undefined)).toBe('nobody');
  const ledger = new Ledger(1);
  expect(operationText(ledger.seed)).toBe('the seed');
  ledger.invoke({ type: 'invoke', process: 'w0', f: 'increment', op: 3, batch: 4, time: 5 });
  const increment = ledger.byBatch(4)!;
  expect(operationText(increment)).toBe("w0's increment 3");
  expect(rowsOf(increment)).toEqual([]);
});
