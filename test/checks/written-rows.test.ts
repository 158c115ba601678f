import { describe, expect, it } from 'vitest';
import { Chains } from '../../src/checks/order/chains.ts';
import { firstBeyond, WrittenRows, type ChainRows } from '../../src/checks/order/written-rows.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { ledgerOf } from '../support/ledger.ts';

async function written(text: string): Promise<{ rows: WrittenRows; ledger: Ledger }> {
  const ledger = await ledgerOf(text);
  return { rows: new WrittenRows(ledger, new Chains(ledger)), ledger };
}

/** By chain: where each of its covers begins, with the batch that it wrote there first. */
function textOf(rows: readonly ChainRows[], { operations }: Ledger): string[] {
  return rows.map(({ covers, firsts, ascending }) => {
    const each = covers.map(({ first }, i) => `${first}#${operations[firsts[i]!]!.batch}`);
    return `${each.join(' ')}${ascending ? ' ascending' : ''}`;
  });
}

describe('the rows that operations wrote', () => {
  it.each([
    ['none', 'r0 search 5#0 @1-2', [], []],
    ['rows of the seed', 'w0 reembed 97-100 #1 @1-2', ['97#1 ascending'], []],
    ['its last row', 'w0 reembed 100 #1 @1-2', ['100#1 ascending'], []],
    ['new rows', 'w0 insert 101-104 #1 @1-2', [], ['101#1 ascending']],
    [
      'both',
      'w0 insert 101-104 #1 @1-2; w0 reembed 1-4 #2 @3-4; w0 insert 105-108 #3 @5-6',
      ['1#2 ascending'],
      ['101#1 105#3 ascending'],
    ],
    [
      'rows in another order than that of their ids',
      'w0 upsert 105-108 #1 @1-2; w0 upsert 101-104 #2 @3-4; w0 upsert 109-112 #3 @5-6',
      [],
      ['101#2 105#1 109#3'],
    ],
    [
      'the same rows again',
      'w0 reembed 5-8 #1 @1-2; w0 reembed 9-12 #2 @3-4; w0 reembed 5-8 #3 @5-6',
      ['5#1 9#2 ascending'],
      [],
    ],
    [
      'rows of two writers',
      'w0 reembed 9-12 #1 @1-2; w1 reembed 5-8 #2 @1-2; w0 reembed 1-4 #3 @3-4',
      ['1#3 9#1', '5#2 ascending'],
      [],
    ],
    [
      'none that failed, or of which nobody knows',
      'w0 reembed 1-4 #1 @1-2 fail; w0 reembed 5-8 #2 @3-4 info; w0 insert 101-104 #3 @5',
      [],
      [],
    ],
  ])('are, by chain: %s', async (_, text, rewritten, added) => {
    const { rows, ledger } = await written(text);
    expect(textOf(rows.rewritten, ledger)).toEqual(rewritten);
    expect(textOf(rows.added, ledger)).toEqual(added);
    expect(rows.crossing).toBe(false);
  });

  it.each([
    ['are apart', 'w0 upsert 101-104 #1 @1-2; w0 upsert 105-108 #2 @3-4', false],
    ['are the same', 'w0 upsert 101-104 #1 @1-2; w1 upsert 101-104 #2 @3-4', false],
    ['have a row in common', 'w0 upsert 101-104 #1 @1-2; w1 upsert 104-107 #2 @3-4', true],
    ['have one, where one failed', 'w0 upsert 1-4 #1 @1-2; w1 upsert 4 #2 @3-4 fail', true],
    [
      'of one writer lie between each other',
      'w0 upsert 101-109/4 #1 @1-2; w0 upsert 102-110/4 #2 @3-4',
      true,
    ],
    [
      'of two writers lie between each other',
      'w0 upsert 101-109/4 #1 @1-2; w1 upsert 102-110/4 #2 @3-4',
      false,
    ],
    ['end with the seed', 'w0 upsert 97-100 #1 @1-2; w0 upsert 101-104 #2 @3-4', false],
    ['have rows of the seed and new ones', 'w0 upsert 1-4 #1 @1-2; w0 upsert 97-101 #2 @3-4', true],
    ['have both, of one that failed', 'w0 upsert 97-101 #1 @1-2 fail', true],
  ])('cross, or do not, where covers %s', async (_, text, crossing) => {
    expect((await written(text)).rows.crossing).toBe(crossing);
  });
});

describe('the operations on a cover', () => {
  it('are those of each chain, in order', async () => {
    const { rows, ledger } = await written(`
      w0 reembed 1-4 #1 @1-2; w1 reembed 1-4 #2 @2-3; w0 reembed 5-8 #3 @3-4; w0 reembed 1-4 #4 @5-6
      w1 reembed 1-4 #5 @7-8 info; w1 reembed 1-4 #6 @9-10 fail`);
    const of = (first: number): number[][] =>
      rows
        .rewritesOf(ledger.covers.find((cover) => cover.first === first)!)
        .map(({ chain, operations }) => [
          chain,
          ...operations.map((i) => ledger.operations[i]!.batch),
        ]);
    expect(of(1)).toEqual([
      [1, 1, 4],
      [2, 2],
      [3, 5],
    ]);
    expect(of(5)).toEqual([[1, 3]]);
  });

  it('are none where all failed', async () => {
    const { rows, ledger } = await written('w0 reembed 1-4 #1 @1-2 fail');
    expect(rows.rewritesOf(ledger.covers[0]!)).toEqual([]);
    expect(rows.rewritesOf(ledger.seed.cover!)).toEqual([]);
  });

  it('are looked up once', async () => {
    const { rows, ledger } = await written('w0 reembed 1-4 #1 @1-2');
    const [cover] = ledger.covers;
    expect(rows.rewritesOf(cover!)).toBe(rows.rewritesOf(cover!));
  });
});

it.each([
  [0, 0],
  [100, 0],
  [101, 0],
  [103, 0],
  [104, 1],
  [106, 1],
  [107, 1],
  [108, 2],
  [110, 2],
  [111, 3],
  [120, 3],
])('of three covers, beyond %d lies the one at %d', async (id, place) => {
  const { rows } = await written(
    'w0 insert 101-104 #1 @1-2; w0 insert 105-108 #2 @3-4; w0 insert 109-111 #3 @5-6',
  );
  expect(firstBeyond(rows.added[0]!, id)).toBe(place);
});
