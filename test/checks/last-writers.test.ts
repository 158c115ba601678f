import { expect, it } from 'vitest';
import { LastWriters } from '../../src/checks/last-writers.ts';
import { ledgerOf } from '../support/ledger.ts';

const SEEDED = 100;

/** By row: the batch that wrote it last, and up to which row nothing is said to change. */
async function lastOf(text: string, ids: readonly number[]): Promise<[number, number][]> {
  const writers = new LastWriters(await ledgerOf(text));
  return ids.map((id) => [writers.of(id).batch, writers.alikeUntil(id)]);
}

it('the seed wrote what nobody else did, up to the next that somebody wrote', async () => {
  expect(await lastOf('w0 insert 201-204 #1 @1-2', [1, 7, 100])).toEqual([
    [0, 100],
    [0, 100],
    [0, 100],
  ]);
  expect(await lastOf('w0 reembed 50-59 #1 @1-2', [1, 49, 60, 100])).toEqual([
    [0, 49],
    [0, 49],
    [0, 100],
    [0, 100],
  ]);
});

it('a cover of consecutive rows is alike to its end', async () => {
  expect(await lastOf('w0 reembed 50-59 #1 @1-2', [50, 55, 59])).toEqual([
    [1, 59],
    [1, 59],
    [1, 59],
  ]);
});

it('rows between those of a cover with a step are looked at one by one', async () => {
  expect(await lastOf('w0 reembed 51-57/2 #1 @1-2', [50, 51, 52, 57, 58])).toEqual([
    [0, 50],
    [1, 51],
    [0, 52],
    [1, 57],
    [0, 100],
  ]);
});

it('rows of covers that cross are looked at one by one', async () => {
  const crossing = 'w0 upsert 101-104 #1 @1-2; w1 upsert 103-106 #2 @3-4';
  expect(await lastOf(crossing, [101, 102, 103, 105, 106])).toEqual([
    [1, 101],
    [1, 102],
    [2, 103],
    [2, 105],
    [2, 106],
  ]);
});

it('what lies behind all that was seeded and written is alike by itself', async () => {
  expect(await lastOf('w0 insert 101-104 #1 @1-2', [105, 1000])).toEqual([
    [0, 105],
    [0, 1000],
  ]);
});

it('the last of several acknowledged operations counts, and none that was not', async () => {
  const text = `
    w0 reembed 1-4 #1 @1-2; w1 reembed 1-4 #2 @5-6; w0 reembed 1-4 #3 @3-4
    w0 reembed 1-4 #4 @7-8 fail; w0 reembed 1-4 #5 @9-10 info; w1 reembed 1-4 #6 @11`;
  expect(await lastOf(text, [1])).toEqual([[2, 4]]);
  const crossing = 'w0 upsert 103-106 #1 @5-6; w1 upsert 101-104 #2 @1-2';
  expect(await lastOf(crossing, [104])).toEqual([[1, 104]]);
  expect(await lastOf('w0 reembed 1-4 #1 @1-2 fail', [1])).toEqual([[0, 4]]);
});

it('a row alike another has the same last writer, in any order of covers', async () => {
  const texts = [
    'w0 reembed 3-9/3 #1 @1-2; w0 reembed 20-29 #2 @3-4; w1 reembed 40-60/4 #3 @1-2; w0 insert 101-108 #4 @5-6',
    'w0 reembed 1-100 #1 @1-2; w1 reembed 7-13/2 #2 @3-4; w0 upsert 95-105 #3 @5-6; w1 insert 110-112 #4 @7-8',
  ];
  for (const text of texts) {
    const writers = new LastWriters(await ledgerOf(text));
    for (let id = 1; id <= SEEDED + 20; id++) {
      const until = writers.alikeUntil(id);
      expect(until).toBeGreaterThanOrEqual(id);
      for (let other = id; other <= until; other++) {
        expect(writers.of(other)).toBe(writers.of(id));
      }
    }
  }
});
