import { beforeAll, describe, expect, it } from 'vitest';
import { countAsked, isAsked, Rows } from '../../src/checks/rows.ts';
import { Effort } from '../../src/core/effort.ts';
import type { ReadEvent, Run } from '../../src/core/history.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { ledgerOf } from '../support/ledger.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await ledgerOf(`
    w0 insert 101-104 #1 @1-2; w0 reembed 1-7/2 #2 @3-4; w0 increment #3 @5-6; w0 insert 105-108 #4 @7-8`);
});

function loaded(...runs: Run[]): Rows {
  const rows = new Rows(ledger);
  rows.load(runs);
  return rows;
}

const batches = (rows: Rows): number[] => rows.shown.map(({ batch }) => batch);

describe('rows of a read', () => {
  it('are those of the operations that their batches name', () => {
    const rows = loaded([101, 104, 1], [1, 7, 2, 2], [9, 12, 0]);
    expect(rows.count).toBe(4 + 4 + 4);
    expect(rows.operations.map((operation) => operation?.batch)).toEqual([1, 2, 0]);
    expect(rows.within).toEqual([true, true, true]);
    // The seed is no operation of the run.
    expect(batches(rows)).toEqual([1, 2]);
    expect({ strays: rows.strays, repeats: rows.repeats }).toEqual({
      strays: false,
      repeats: false,
    });
  });

  it.each([
    ['of a batch that nobody wrote', [101, 104, 9], undefined, []],
    ['of an increment', [101, 104, 3], 3, []],
    ['of an operation that has none of them', [1, 4, 1], 1, []],
    ['of which an operation has some', [103, 106, 1], 1, [1]],
  ] as [string, Run, number | undefined, number[]][])(
    'are strays where they are %s',
    (_, run, batch, shown) => {
      const rows = loaded(run);
      expect(rows.strays).toBe(true);
      expect(rows.within).toEqual([false]);
      expect(rows.operations[0]?.batch).toBe(batch);
      expect(batches(rows)).toEqual(shown);
    },
  );

  it('are counted for each operation, once for each time that they are there', () => {
    const rows = loaded([101, 102, 1], [105, 106, 4], [102, 104, 1]);
    const [first, second] = rows.shown;
    expect(batches(rows)).toEqual([1, 4]);
    expect(rows.shownOf(first!)).toBe(5);
    expect(rows.shownOf(second!)).toBe(2);
    expect(loaded([103, 106, 1]).shownOf(first!)).toBe(2);
  });

  it('are forgotten when the next are loaded', () => {
    const rows = loaded([101, 104, 1], [103, 110, 1]);
    const [operation] = rows.shown;
    const versions = rows.versions();
    rows.load([[105, 105, 4]]);
    expect(rows.count).toBe(1);
    expect(rows.runs).toEqual([[105, 105, 4]]);
    expect(rows.shownOf(operation!)).toBe(0);
    expect(batches(rows)).toEqual([4]);
    expect({ strays: rows.strays, repeats: rows.repeats }).toEqual({
      strays: false,
      repeats: false,
    });
    expect(rows.versions()).not.toBe(versions);
    expect([...rows.versions().keys()]).toEqual([105]);
  });

  it('are looked at one by one: by id, each version that is there', () => {
    const rows = loaded([103, 106, 1], [5, 5, 2], [5, 5, 0], [9, 9, 3], [10, 10, 99]);
    const found = Array.from(rows.versions(), ([id, versions]) => [
      id,
      ...versions.map((version) => version?.batch ?? null),
    ]);
    expect(found).toEqual([
      [103, 1],
      [104, 1],
      [105, null],
      [106, null],
      [5, 2, 0],
      [9, null],
      [10, null],
    ]);
    expect(rows.versions()).toBe(rows.versions());
  });

  it('are not looked at one by one where there are more than a million', () => {
    expect(loaded([1, 1_000_000, 0]).versions().size).toBe(1_000_000);
    expect(() => loaded([1, 1_000_001, 0]).versions()).toThrow(
      'a read returned 1000001 rows, more than are judged one by one',
    );
  });
});

describe('rows that are there twice', () => {
  /** More runs than are compared in pairs, none of them with a row of the others. */
  const many = Array.from({ length: 20 }, (_, i): Run => [5000 - 10 * i, 5000 - 10 * i, 0]);

  it.each([
    [
      'runs that ascend',
      [
        [1, 4, 0],
        [5, 8, 0],
      ],
      false,
    ],
    [
      'runs that descend',
      [
        [5, 8, 0],
        [1, 4, 0],
      ],
      false,
    ],
    [
      'one run twice',
      [
        [5, 8, 0],
        [5, 8, 0],
      ],
      true,
    ],
    [
      'the last row of one and the first of the next',
      [
        [1, 4, 0],
        [4, 8, 0],
      ],
      true,
    ],
    [
      'the first row of one and the last of the next',
      [
        [4, 8, 0],
        [1, 4, 0],
      ],
      true,
    ],
    [
      'a run within another',
      [
        [1, 9, 0],
        [3, 4, 0],
      ],
      true,
    ],
    [
      'the first and the last of three',
      [
        [7, 9, 0],
        [1, 4, 0],
        [9, 12, 0],
      ],
      true,
    ],
    [
      'runs that interleave',
      [
        [1, 9, 0, 2],
        [2, 8, 0, 2],
      ],
      false,
    ],
    [
      'runs of different steps that meet',
      [
        [1, 9, 0, 2],
        [3, 12, 0, 3],
      ],
      true,
    ],
    [
      'runs of different steps that do not',
      [
        [1, 9, 0, 2],
        [2, 8, 0, 6],
      ],
      false,
    ],
  ] as [string, Run[], boolean][])(
    'are found in few runs and among many: %s',
    (_, runs, repeats) => {
      expect(loaded(...runs).repeats).toBe(repeats);
      expect(loaded(...many, ...runs).repeats).toBe(repeats);
      expect(loaded(...runs, ...many).repeats).toBe(repeats);
    },
  );

  it('are looked for in pairs of runs that lie in each other, those of two steps counting fifty times', () => {
    // With a run of so many rows they are not written out.
    const far: Run[] = [...many.slice(0, 16), [1_000_001, 1_001_000, 0]];
    const within = (most: number, ...runs: Run[]): boolean => {
      const rows = new Rows(ledger, new Effort(most, (n) => new Error(`more than ${n}`)));
      rows.load([...far, ...runs]);
      return rows.repeats;
    };
    const interleaved: Run[] = [
      [1, 13, 0, 3],
      [2, 14, 0, 3],
      [3, 15, 0, 3],
    ];
    expect(within(3, ...interleaved)).toBe(false);
    expect(() => within(2, ...interleaved)).toThrow('more than 2');
    const apart: Run[] = [
      [1, 13, 0, 2],
      [2, 14, 0, 4],
    ];
    expect(within(50, ...apart)).toBe(false);
    expect(() => within(49, ...apart)).toThrow('more than 49');
    expect(within(0, [1, 2, 0], [3, 4, 0])).toBe(false);
    expect(within(1, [1, 4, 0], [4, 6, 0], [5, 9, 0])).toBe(true);
  });
});

it("rows of a large search, all in each other's range, are compared without pairs", () => {
  const rows = new Rows(ledger, new Effort(0, () => new Error('pairs')));
  const search = Array.from({ length: 500 }, (_, i): Run => [1 + i, 4001 - i, 0, 4000 - 2 * i]);
  rows.load(search);
  expect(rows.repeats).toBe(false);
  rows.load([...search, [300, 300, 0]]);
  expect(rows.repeats).toBe(true);
});

describe('what a read asked for', () => {
  const event = (asked: Partial<ReadEvent>): ReadEvent => ({
    ...{ type: 'ok', process: 'r0', f: 'point', iteration: 0, start: 1, time: 2 },
    ...asked,
  });
  const odd = { first: 1, last: 9, step: 2 };

  it.each([
    ['a search', {}, 0, []],
    ['ids', { ids: [1, 4, 1] }, 2, [1, 3]],
    ['ids with a step', { ids: [3, 12, 3] }, 2, [3, 9]],
    ['keys', { keys: [2, 3, 8, 9, 10] }, 2, [3, 9]],
    ['keys before and behind', { keys: [0, 1, 9, 11] }, 2, [1, 9]],
    ['keys of which there is none', { keys: [] }, 0, []],
    ['an interval', { intervals: [[2, 7]] }, 2, [3, 5]],
    ['an interval without an end', { intervals: [[4, null]] }, 3, [5, 7, 9]],
    [
      'two intervals',
      {
        intervals: [
          [0, 4],
          [6, 8],
        ],
      },
      3,
      [1, 3, 7],
    ],
    [
      'an interval with all of them',
      {
        intervals: [
          [0, 10],
          [0, 4],
        ],
      },
      5,
      [1, 3, 5, 7, 9],
    ],
  ] as [string, Partial<ReadEvent>, number, number[]][])(
    'is, of five ids: %s',
    (_, asked, count, ids) => {
      expect(countAsked(event(asked), odd)).toBe(count);
      const each = [1, 3, 5, 7, 9].filter((id) => isAsked(event(asked), id));
      expect(each).toEqual(ids);
    },
  );
});
