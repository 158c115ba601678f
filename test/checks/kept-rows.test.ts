import { describe, expect, it } from 'vitest';
import { EXAMINED, IDS_KEPT, KeptRows } from '../../src/checks/kept-rows.ts';

const kept = (...spans: [first: number, last?: number][]): KeptRows => {
  const rows = new KeptRows();
  for (const [first, last] of spans) rows.add(first, last);
  return rows;
};

const textOf = (...spans: Parameters<typeof kept>): string => kept(...spans).text;

describe('rows of a finding', () => {
  it.each([
    ['row 7', [[7]]],
    ['rows 7, 9', [[7], [9]]],
    ['rows 7-8', [[7], [8]]],
    ['rows 7-8', [[7, 8]]],
    ['rows 7-9', [[7, 9]]],
    [
      'rows 7-12',
      [
        [7, 9],
        [10, 12],
      ],
    ],
    [
      'rows 7-9, 12-14',
      [
        [7, 9],
        [12, 14],
      ],
    ],
    ['rows 1-7 by 2', [[1], [3], [5], [7]]],
    ['rows 1, 5-6', [[1], [5], [6]]],
    ['rows 1-3, 9', [[1, 3], [9]]],
    ['rows 1-4, 6-8', [[1, 4], [6], [7], [8]]],
    ['rows 1, 3-6', [[1], [3, 6]]],
    ['rows 1, 3-4', [[1], [3, 4]]],
    ['rows 1-5 by 2, 6-7', [[1], [3], [5], [6], [7]]],
    ['rows 1, 4-5, 9, 11', [[1], [4], [5], [9], [11]]],
    [
      'rows 1-2, 11-12, 21-22, 31-32, 41-42',
      [
        [1, 2],
        [11, 12],
        [21, 22],
        [31, 32],
        [41, 42],
      ],
    ],
  ] as [string, [number, number?][]][])('are %s', (text, spans) => {
    expect(textOf(...spans)).toBe(text);
  });

  it('are told by five ranges, and that there are more', () => {
    const spans = [1, 11, 21, 31, 41].map((first): [number, number] => [first, first + 1]);
    const five = 'rows 1-2, 11-12, 21-22, 31-32, 41-42';
    expect(textOf(...spans, [51])).toBe(`${five}, ...`);
    expect(textOf(...spans, [51, 59], [61, 69], [71, 79])).toBe(`${five}, ...`);
    const alone = [1, 11, 21, 41, 71].map((id): [number] => [id]);
    expect(textOf(...alone)).toBe('rows 1-21 by 10, 41, 71');
  });

  it('are counted, all of them, and the first ones are kept', () => {
    const rows = kept([1, 3], [10, 1_000_000]);
    expect(rows.count).toBe(3 + 999_991);
    expect(rows.ids).toHaveLength(IDS_KEPT);
    expect(rows.ids.slice(0, 5)).toEqual([1, 2, 3, 10, 11]);
    expect(rows.text).toBe('rows 1-3, 10-1000000');
  });

  it('are more than were added where their reader says so', () => {
    const rows = kept([7]);
    expect(rows.text).toBe('row 7');
    rows.cut();
    expect(rows.text).toBe('rows 7, ...');
    expect(rows.count).toBe(1);
  });
});

describe('spans of rows', () => {
  it('are all added where they can be shown', () => {
    const rows = KeptRows.of([
      [1, 4],
      [9, 9],
    ]);
    expect({ text: rows.text, count: rows.count }).toEqual({ text: 'rows 1-4, 9', count: 5 });
  });

  it('are not asked for any more once nothing more would be shown', () => {
    let asked = 0;
    const rows = KeptRows.of(
      (function* () {
        for (; ; asked++) yield [100 * asked, 100 * asked + 10] as const;
      })(),
    );
    // Five ranges are told and a sixth tells that there are more, and six times eleven ids are more than are kept.
    expect(asked).toBe(7);
    expect(rows.ids).toHaveLength(IDS_KEPT);
    expect(rows.text).toBe('rows 0-10, 100-110, 200-210, 300-310, 400-410, ...');
  });

  it('are looked at up to a bound where they are short', () => {
    let asked = 0;
    const rows = KeptRows.of(
      (function* () {
        for (; ; asked += 2) yield [asked, asked] as const;
      })(),
    );
    expect(asked / 2).toBe(EXAMINED);
    expect(rows.count).toBe(EXAMINED);
    expect(rows.text).toBe(`rows 0-${2 * (EXAMINED - 1)} by 2, ...`);
  });
});
