/** A read by whole operations says what it says row by row, in fewer steps. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { IdRange } from '../../src/core/dataset.ts';
import type { ReadEvent } from '../../src/core/history.ts';
import { Ledger } from '../../src/core/ledger.ts';
import { Random } from '../../src/core/random.ts';
import { ledgerOf } from '../support/ledger.ts';
import { said } from '../support/order.ts';
import { oneOf, shuffled } from '../support/pick.ts';
import { Readers, readOf } from '../support/readers.ts';
import { encode, type Row } from '../support/rows.ts';

const SEEDED = 12;
const LAST = 28;
/** What operations write; no two have a row in common. */
const SLOTS: IdRange[] = [
  [1, 4, 1],
  [5, 7, 1],
  [8, 10, 2],
  [9, 12, 3],
  [13, 16, 1],
  [17, 21, 2],
  [18, 22, 2],
  [23, 24, 1],
  [27, 28, 1],
];
const WRITERS = 3;
const OUTCOMES = ['ok', 'ok', 'ok', 'ok', 'info', 'fail'] as const;

/** Some operations, many of them at once; times are from 0 to 30. */
function someLedger(random: Random): Ledger {
  const ledger = new Ledger(SEEDED);
  const free = new Float64Array(WRITERS);
  const numbers = new Float64Array(WRITERS);
  const events: [time: number, act: () => void][] = [];
  const count = 1 + random.below(9);
  for (let batch = 1; batch <= count; batch++) {
    const writer = random.below(WRITERS);
    const process = `w${writer}`;
    const ids = oneOf(SLOTS, random);
    const op = numbers[writer]!++;
    const start = free[writer]! + random.below(4);
    const time = start + 1 + random.below(5);
    free[writer] = time;
    const f = 'upsert';
    const type = oneOf(OUTCOMES, random);
    events.push([
      start,
      () => ledger.invoke({ type: 'invoke', process, f, op, batch, ids, time: start }),
    ]);
    events.push([time, () => ledger.end({ type, process, f, op, start, time })]);
  }
  for (const [, act] of events.toSorted(([a], [b]) => a - b)) act();
  ledger.complete();
  return ledger;
}

/** A read at some time of rows as they were at about that time, of each operation all rows or some. */
function someRead(random: Random, ledger: Ledger): ReadEvent {
  const start = random.below(30);
  const time = start + random.below(6);
  const isCoherent = random.below(3) === 0;
  const bySlot = new Map<object, number | undefined>();
  const versionOf = (id: number): number | undefined => {
    const operations = ledger.operationsOn(id);
    const choices = [id <= SEEDED ? 0 : undefined, ...operations.map(({ batch }) => batch)];
    if (!isCoherent && random.below(3) === 0) return oneOf(choices, random);
    const slot = ledger.coversOf(id)[0] ?? choices;
    if (!bySlot.has(slot)) bySlot.set(slot, oneOf(choices, random));
    return bySlot.get(slot);
  };
  const rowsOf = (ids: readonly number[]): Row[] =>
    ids.flatMap((id) => {
      const batch = versionOf(id);
      return batch === undefined ? [] : [[id, batch] as const];
    });
  const all = Array.from({ length: LAST }, (_, i) => i + 1);
  const some = (one: number): number[] => all.filter(() => random.below(one) === 0);
  switch (random.below(4)) {
    case 0: {
      const found = rowsOf(some(1 + random.below(3)));
      // By distance, or of neighbours.
      const rows = random.below(2) === 0 ? found : shuffled(found, random);
      return readOf({ start, time }, ...encode(rows));
    }
    case 1: {
      const from = 1 + random.below(LAST);
      const step = 1 + random.below(3);
      const last = from + step * random.below(Math.floor((LAST - from) / step) + 1);
      const asked = all.filter((id) => id >= from && id <= last && (id - from) % step === 0);
      return readOf({ ids: [from, last, step], start, time }, ...encode(rowsOf(asked)));
    }
    case 2: {
      const keys = some(3);
      const rows = rowsOf(random.below(4) === 0 ? some(3).slice(0, keys.length) : keys);
      return readOf({ keys, start, time }, ...encode(rows));
    }
    default: {
      const intervals: [number, number | null][] = [];
      for (let after = SEEDED + random.below(6); after < LAST && intervals.length < 3;) {
        const before = after + 1 + random.below(9);
        intervals.push([after, random.below(5) === 0 ? null : before]);
        if (intervals.at(-1)![1] === null) break;
        after = before - 1 + random.below(3);
      }
      const asked = all.filter((id) =>
        intervals.some(([after, before]) => id > after && id < (before ?? Infinity)),
      );
      // Now and then a backend returns what it was not asked for.
      const more = random.below(6) === 0 ? some(1 + random.below(2)) : asked;
      return readOf({ intervals, start, time }, ...encode(rowsOf(more)));
    }
  }
}

it('is judged alike by whole operations and row by row', () => {
  const random = new Random(7);
  let compared = 0;
  const different: unknown[] = [];
  for (let i = 0; i < 150; i++) {
    const ledger = someLedger(random);
    const readers = new Readers(ledger);
    for (let k = 0; k < 8; k++) {
      const read = someRead(random, ledger);
      if (!readers.canReadByCover(read)) continue;
      compared++;
      const byRow = readers.said('row', read);
      const byCover = readers.said('cover', read);
      if (isDeepStrictEqual(byCover, byRow)) continue;
      different.push({ read: JSON.stringify(read), of: textOf(ledger), byCover, byRow });
    }
  }
  expect(different).toEqual([]);
  expect(compared).toBeGreaterThan(500);
});

function textOf({ operations }: Ledger): string {
  return operations
    .map(({ batch, process, outcome, beganUs, acknowledgedUs, cover }) =>
      [
        `#${batch}`,
        process,
        outcome,
        beganUs,
        acknowledgedUs,
        `${cover!.first}-${cover!.last}/${cover!.step}`,
      ].join(' '),
    )
    .join('; ');
}

it.each([
  [
    'a poll returned others instead of some that it asked for',
    'w0 insert 101-104 #1 @10-20; r0 poll >100<103: 103-104#1 @30-31',
    ["r0's poll at 0.031 s showed 2 of 4 rows of w0's insert 0: not rows 101-102"],
  ],
  [
    'a point read returned other keys',
    'w0 insert 101-104 #1 @10-20; r0 point 101,102: 103-104#1 @30-31',
    ["r0's point at 0.031 s showed 2 of 4 rows of w0's insert 0: not rows 101-102"],
  ],
  [
    'a search shows rows of the seed before it',
    'w0 reembed 1-4 #1 @10-20; w0 reembed 5-8 #2 @22-24; r0 search 1-6#0 7#2 @30-31',
    ["r0's search at 0.031 s showed 1 of 3 rows of w0's reembed 1: not rows 5-6"],
  ],
])('a part of an operation is seen where %s', async (_, text, parts) => {
  expect(await said(text)).toEqual(parts.map((part) => `fractured: ${part}`));
});

it('misses no row of the seed where an operation wrote new rows and such of the seed', async () => {
  const text = 'w0 upsert 99-105 #1 @10-20 fail; r0 poll >100: 101-103#1 @2000-2001';
  expect(await said(text)).toEqual([]);
});

describe('a read is compared by whole operations', () => {
  const WRITES = 'w0 insert 101-104 #1 @1-2; w1 reembed 1-7/2 #2 @3-4';

  it.each([
    ['rows of a search', true, readOf({}, [103, 103, 1], [3, 3, 2], [9, 9, 0])],
    ['nothing', true, readOf({})],
    ['a row that its operation does not write', false, readOf({}, [105, 105, 1])],
    ['a row that is there twice', false, readOf({}, [103, 103, 1], [103, 103, 1])],
    ['all ids', true, readOf({ ids: [1, 4, 1] }, [1, 3, 2, 2], [2, 4, 0, 2])],
    ['all ids of some distance', true, readOf({ ids: [3, 9, 3] }, [3, 3, 2], [6, 9, 0, 3])],
    ['fewer than all ids', false, readOf({ ids: [1, 4, 1] }, [1, 3, 2, 2], [2, 2, 0])],
    ['another for one of the ids', false, readOf({ ids: [1, 3, 1] }, [1, 3, 2, 2], [4, 4, 0])],
    ['others than the ids', false, readOf({ ids: [1, 7, 2] }, [2, 8, 0, 2])],
    ['all keys', true, readOf({ keys: [1, 2, 3, 9] }, [1, 3, 2, 2], [2, 2, 0], [9, 9, 0])],
    ['fewer than all keys', false, readOf({ keys: [1, 2, 9] }, [1, 1, 2], [2, 2, 0])],
    ['another for one of the keys', false, readOf({ keys: [1, 2] }, [1, 1, 2], [4, 4, 0])],
    ['what lies between the keys', false, readOf({ keys: [1, 3] }, [1, 2, 0])],
    ['no row of the seed asked for', true, readOf({ intervals: [[100, null]] })],
    ['rows beside those asked for', true, readOf({ intervals: [[100, 102]] }, [9, 9, 0])],
    ['a row of the seed asked for', false, readOf({ intervals: [[99, null]] })],
    [
      'a row of the seed asked for among others',
      false,
      readOf({
        intervals: [
          [100, 102],
          [7, 9],
        ],
      }),
    ],
  ] as [string, boolean, ReadEvent][])('where it returned %s: %s', async (_, can, read) => {
    expect(new Readers(await ledgerOf(WRITES)).canReadByCover(read)).toBe(can);
  });

  it('only where no two covers cross', async () => {
    const ledger = await ledgerOf(`${WRITES}; w0 upsert 104-107 #3 @5-6`);
    expect(new Readers(ledger).canReadByCover(readOf({}))).toBe(false);
  });
});

describe('the steps of a read by whole operations', () => {
  const STEPS: [writes: string, cases: [what: string, steps: number, read: ReadEvent][]][] = [
    [
      'w0 insert 101-104 #1 @1-2; w0 insert 105-108 #2 @3-4; w0 insert 109-112 #3 @5-6',
      [
        // One to look for the first cover of the writer, and one for each cover that is looked at.
        ['nothing of three operations', 2, readOf({ intervals: [[100, null]] })],
        ['the first', 3, readOf({ intervals: [[100, null]] }, [101, 104, 1])],
        [
          'all of them',
          4,
          readOf({ intervals: [[100, null]] }, [101, 104, 1], [105, 108, 2], [109, 112, 3]),
        ],
        ['all before the second', 2, readOf({ intervals: [[100, 105]] }, [101, 104, 1])],
        [
          // And one for each run, since they might be others than those asked for.
          'a part of the second',
          3 + 2,
          readOf({ intervals: [[100, 106]] }, [101, 104, 1], [105, 105, 2]),
        ],
        [
          'a part of the second, and a row of the seed that was not asked for',
          3 + 3,
          readOf({ intervals: [[100, 106]] }, [9, 9, 0], [101, 104, 1], [105, 105, 2]),
        ],
        ['what lies before all', 0, readOf({ intervals: [[100, 101]] })],
        ['what lies before and the first row', 2, readOf({ intervals: [[100, 102]] })],
        ['what lies behind all', 0, readOf({ intervals: [[112, null]] })],
        ['the last row', 2, readOf({ intervals: [[111, null]] })],
        ['a row by its id', 0, readOf({ ids: [102, 102, 1] }, [102, 102, 1])],
        ['a row by its key', 0, readOf({ keys: [102] }, [102, 102, 1])],
        ['two rows of a search', 0, readOf({}, [102, 102, 1], [107, 107, 2])],
      ],
    ],
    [
      'w0 upsert 101-104 #1 @1-2; w1 upsert 101-104 #2 @3-4; w0 upsert 105-108 #3 @5-6',
      [
        // Each chain on the cover is looked at once.
        ['a row', 2, readOf({}, [102, 102, 2])],
        ['all rows', 2, readOf({}, [101, 104, 2])],
        ['all rows and others', 2, readOf({}, [101, 104, 2], [106, 106, 3])],
        ['a row and others', 4, readOf({}, [102, 102, 2], [106, 106, 3])],
        // Each row shown takes ten; then there are four rows and two versions.
        [
          'two versions',
          2 * (2 + 2) + 2 * 10 + 4 + 2 * 2,
          readOf({}, [102, 102, 2], [103, 103, 1]),
        ],
      ],
    ],
    [
      'w0 reembed 1-7/2 #1 @1-2; w0 reembed 9-12 #2 @3-4; w0 reembed 13-16 #3 @5-6',
      [
        ['a row of the first', 1, readOf({}, [5, 5, 0])],
        ['a row that lies between its rows', 1, readOf({}, [6, 6, 0])],
        ['a row of the last', 1, readOf({}, [14, 14, 0])],
        ['rows of two', 2, readOf({}, [10, 13, 0])],
        ['rows of two by their ids', 1, readOf({ ids: [10, 13, 1] }, [10, 13, 0])],
        ['rows behind all', 0, readOf({}, [17, 20, 0])],
        [
          'a row of the seed and one of the first',
          1 + 2 * 10 + 4 + 2 * 1,
          readOf({}, [1, 1, 1], [3, 3, 0]),
        ],
      ],
    ],
    [
      'w0 reembed 1-4 #1 @1-2 info; w0 insert 101-104 #2 @3-4 info',
      [
        // Each operation in doubt is looked at.
        ['rows of the seed', 2, readOf({}, [3, 9, 0])],
        ['two pieces of the seed', 4, readOf({}, [3, 3, 0], [9, 9, 0])],
        ['nothing', 2, readOf({ intervals: [[100, null]] })],
      ],
    ],
  ];
  it.each(STEPS.flatMap(([writes, cases]) => cases.map(([...each]) => [writes, ...each] as const)))(
    '%s: %s, %d',
    async (writes, _, steps, read) => {
      const ledger = await ledgerOf(writes);
      expect(new Readers(ledger).canReadByCover(read)).toBe(true);
      expect(Readers.steps(ledger, 'cover', read)).toBe(steps);
    },
  );
});

describe('a read row by row', () => {
  it.each([
    // Each row returned takes ten, and then one and one for each of its versions.
    ['w0 reembed 1-4 #1 @1-2; w1 reembed 1-4 #2 @3-4', 10 + 3, readOf({}, [1, 1, 0])],
    // Each cover and the seed take one, and those asked for one for each row, which has two at once.
    [
      'w0 insert 101-104 #1 @1-2; w0 insert 105-108 #2 @3-4',
      1 + (1 + 4) + 1 + 4 * 2,
      readOf({ intervals: [[104, null]] }),
    ],
    [
      'w0 insert 101-104 #1 @10-11; w0 insert 105-108 #2 @1-2 fail',
      1,
      readOf({ ids: [101, 108, 1] }),
    ],
  ] as [string, number, ReadEvent][])('of %s takes %d steps', async (writes, steps, read) => {
    expect(Readers.steps(await ledgerOf(writes), 'row', read)).toBe(steps);
  });

  it.each([
    ['a poll that asked for all its rows', 1, readOf({ intervals: [[100, null]] }, [101, 104, 1])],
    ['a poll that asked for some', 0, readOf({ intervals: [[101, null]] }, [101, 104, 1])],
    ['a search', 0, readOf({}, [101, 104, 1])],
    ['a poll of the seed', 0, readOf({ intervals: [[0, 101]] }, [1, 100, 0])],
  ] as [string, number, ReadEvent][])(
    'shows an operation whole: %s, %d',
    async (_, whole, read) => {
      const readers = new Readers(await ledgerOf('w0 upsert 101-104 #1 @1-2'));
      expect(readers.said('row', read).whole).toBe(whole);
    },
  );

  it('does not judge a row that is there in two versions', async () => {
    const readers = new Readers(
      await ledgerOf('w0 upsert 101-104 #1 @1-2; w1 upsert 101-104 #2 @3-4'),
    );
    const none = { missed: [], fractures: [], replaced: [], undecided: false };
    for (const [first, second] of [
      [1, 2],
      [2, 1],
    ] as const) {
      const read = readOf({}, [101, 101, first], [101, 101, second]);
      expect(readers.said('row', read)).toMatchObject({ ...none, shown: [1, 2] });
    }
    const twice = readOf({}, [101, 101, 1], [101, 101, 1]);
    expect(readers.said('row', twice)).toMatchObject({ ...none, shown: [1], missed: [2] });
  });
});

it('an operation that began with the run was written over the seed', async () => {
  const readers = new Readers(await ledgerOf('w0 reembed 1-4 #1 @0-5; w1 reembed 1-4 #2 @0-6'));
  const read = readOf({ ids: [1, 2, 1] }, [1, 2, 0]);
  for (const way of ['cover', 'row'] as const) {
    expect(readers.said(way, read)).toMatchObject({ missed: [1, 2], undecided: false });
  }
  const part = readOf({}, [1, 1, 1], [2, 2, 0]);
  for (const way of ['cover', 'row'] as const) {
    expect(readers.said(way, part)).toMatchObject({ missed: [1, 2], fractures: [[1, [2]]] });
  }
});
