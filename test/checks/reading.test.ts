import { beforeEach, describe, expect, it } from 'vitest';
import { Chains } from '../../src/checks/order/chains.ts';
import { Marks } from '../../src/checks/order/marks.ts';
import { Reading } from '../../src/checks/order/reading.ts';
import { Rows } from '../../src/checks/rows.ts';
import { Effort } from '../../src/core/effort.ts';
import { Ledger, type Operation } from '../../src/core/ledger.ts';
import { ledgerOf } from '../support/ledger.ts';
import { readOf } from '../support/readers.ts';

const WRITES = `
  w0 reembed 1-4 #1 @1-2; w0 reembed 1-4 #2 @3-4; w0 reembed 1-4 #3 @5-6
  w1 reembed 1-4 #4 @3-10; w1 reembed 1-4 #5 @20-21; w2 reembed 1-4 #6 @3-4 fail`;
const START = 10_000;
const END = 20_000;

let ledger: Ledger;
let reading: Reading;
beforeEach(async () => {
  ledger = await ledgerOf(WRITES);
  reading = new Reading(new Chains(ledger));
  reading.begin(readOf({ start: START, time: END }));
});

const by = (batch: number): Operation => ledger.byBatch(batch)!;
const batches = (marks: Marks): number[] =>
  marks.list().map((index) => ledger.operations[index]!.batch);
const show = (...list: number[]): void => {
  for (const batch of list) reading.show(by(batch).index);
};
const miss = (...list: number[]): void => {
  for (const batch of list) reading.miss(by(batch).index);
};

const NOTHING = { undecided: false, discriminating: false, whole: 0, fractures: [], replaced: [] };

describe('what one read says', () => {
  it('is nothing before the first one', () => {
    expect(new Reading(new Chains(ledger))).toMatchObject({ ...NOTHING, endUs: 0 });
  });

  it('is forgotten with the next one', () => {
    show(0, 1);
    miss(4);
    reading.contrast(by(2), by(1), [1]);
    reading.contrast(by(4), by(2), [1]);
    reading.undecided = true;
    reading.whole = 2;
    expect([reading.fractures.length, reading.replaced.length]).toEqual([1, 1]);
    reading.begin(readOf({ start: 1, time: 2 }));
    expect(reading).toMatchObject({
      ...NOTHING,
      endUs: 2,
      showsSeed: false,
      showsOperation: false,
    });
    expect([batches(reading.shown), batches(reading.missed)]).toEqual([[], []]);
  });

  it.each([
    [[1], [1]],
    [[1, 3, 2], [3]],
    [[3, 1], [3]],
    [
      [4, 1, 2],
      [4, 2],
    ],
    [
      [0, 2, 0],
      [0, 2],
    ],
  ])('shows of each chain the last: %j', (shown, last) => {
    show(...shown);
    expect(batches(reading.shown)).toEqual(last);
  });

  it.each([
    [[3], [3]],
    [[2, 1, 3], [1]],
    [[1, 2], [1]],
    [
      [4, 3, 2],
      [4, 2],
    ],
  ])('misses of each chain the first: %j', (missed, first) => {
    miss(...missed);
    expect(batches(reading.missed)).toEqual(first);
    expect(reading.discriminating).toBe(true);
  });

  it('misses nothing that began after its end', () => {
    reading.begin(readOf({ start: 1, time: END - 1 }));
    miss(5);
    expect(batches(reading.missed)).toEqual([]);
    expect(reading.discriminating).toBe(false);
    reading.begin(readOf({ start: 1, time: END }));
    miss(5);
    expect(batches(reading.missed)).toEqual([5]);
  });

  it.each([
    ['nothing', [], false, false],
    ['the seed', [0], true, false],
    ['an operation', [1], false, true],
    ['both', [0, 1], true, true],
  ])('shows %s', (_, shown, showsSeed, showsOperation) => {
    show(...shown);
    expect(reading).toMatchObject({ showsSeed, showsOperation });
  });

  it('could have been otherwise where an operation was not acknowledged before it', () => {
    for (const [start, batch, discriminating] of [
      [10_000, 4, true],
      [10_001, 4, false],
      [9000, 4, true],
      [7000, 3, false],
      // The seed was there before the run.
      [0, 0, false],
    ] as const) {
      reading.begin(readOf({ start, time: END }));
      show(batch);
      expect(reading.discriminating).toBe(discriminating);
    }
  });

  it.each([
    [0, true],
    [4, true],
    [5, true],
    [6, false],
  ])('can be of what began by its end and did not fail: #%d is %s', (batch, exists) => {
    expect(reading.exists(by(batch))).toBe(exists);
  });

  it('can be of nothing that began later', () => {
    reading.begin(readOf({ start: 1, time: END - 1 }));
    expect(reading.exists(by(5))).toBe(false);
  });
});

describe('two versions in rows of one operation', () => {
  it('break it where it is not shown', () => {
    reading.contrast(by(2), undefined, [1]);
    expect(reading.discriminating).toBe(true);
    reading.contrast(by(2), by(1), [3, 4]);
    reading.contrast(by(3), by(1), [2]);
    expect(reading.fractures).toEqual([
      { operation: by(2), absent: [1, 3, 4] },
      { operation: by(3), absent: [2] },
    ]);
    expect(reading.replaced).toEqual([]);
  });

  it('break it where it follows the other', () => {
    reading.contrast(by(2), by(1), [3]);
    expect(reading).toMatchObject({ discriminating: true, replaced: [] });
    expect(reading.fractures).toHaveLength(1);
  });

  it('say that the other came later where they were at once', () => {
    reading.contrast(by(2), by(4), [3]);
    expect(reading).toMatchObject({ discriminating: true, fractures: [] });
    expect(reading.replaced).toEqual([[by(2).index, by(4).index]]);
  });

  it('say nothing where the other came later', () => {
    reading.contrast(by(1), by(2), [3]);
    expect(reading).toMatchObject(NOTHING);
  });
});

describe('the steps of reads', () => {
  const refused = (most: number): Error => new Error(`more than ${most}`);

  it('are bounded over all of them', () => {
    reading = new Reading(new Chains(ledger), new Effort(7, refused));
    reading.spend(3);
    reading.begin(readOf({}));
    reading.spend(4);
    expect(() => reading.spend(1)).toThrow('more than 7');
    expect(() => new Reading(new Chains(ledger)).spend(1_000_000_001)).toThrow(
      'its reads take more than 1000000000 comparisons',
    );
  });

  it.each([
    [4, 4 * 10],
    [100_000, 100_000 * 10],
    // So many do not fit in the caches.
    [100_001, 100_001 * 100],
  ])('are some for each row that is looked at by itself: of %d, %d', (count, steps) => {
    const seed = new Ledger(count);
    seed.complete();
    const rows = new Rows(seed);
    rows.load([[1, count, 0]]);
    const within = (most: number) => () =>
      new Reading(new Chains(seed), new Effort(most, refused)).versionsOf(rows);
    expect(within(steps - 1)).toThrow(`more than ${steps - 1}`);
    expect(within(steps)().size).toBe(count);
  });
});

describe('marks of one read', () => {
  const state = (marks: Marks): unknown => [
    marks.count,
    Array.from({ length: marks.count }, (_, i) => marks.chainAt(i)),
    marks.list(),
    [0, 1, 2].map((chain) => marks.get(chain)),
  ];

  it('are one of each chain, in the order in which the chains were marked', () => {
    const marks = new Marks(3);
    expect(state(marks)).toEqual([0, [], [], [-1, -1, -1]]);
    marks.set(2, 7);
    marks.set(0, 5);
    expect(state(marks)).toEqual([2, [2, 0], [7, 5], [5, -1, 7]]);
    marks.set(2, 8);
    expect(state(marks)).toEqual([2, [2, 0], [8, 5], [5, -1, 8]]);
  });

  it('are none of the read before', () => {
    const marks = new Marks(3);
    for (const chain of [0, 1, 2]) marks.set(chain, 10 + chain);
    marks.clear();
    expect(state(marks)).toEqual([0, [], [], [-1, -1, -1]]);
    marks.set(1, 0);
    expect(state(marks)).toEqual([1, [1], [0], [-1, 0, -1]]);
  });
});
