import { describe, expect, test } from 'vitest';
import type { Bench, Figure, Row } from '../../bench/harness/figure.ts';
import { othersShare, type Load } from '../../bench/harness/load.ts';
import { measure, type JudgedRow, type Measured } from '../../bench/harness/measuring.ts';
import { exactly } from '../../bench/harness/statistics.ts';
import { line, summary } from '../../bench/harness/table.ts';

const QUIET: Load = { share: 0.01, isBusy: false };
const BUSY: Load = { share: 0.34, isBusy: true };
const bench = {} as Bench;

const ofBytes = (value: number): Row => {
  return { figure: `${value} bytes`, estimate: exactly(value), unit: 'MB', limit: { atMost: 10 } };
};
const finding: Row = { figure: 'a finding', estimate: exactly(99), unit: 'MB' };

function figureOf(rows: Row[], error?: Error): Figure {
  return {
    name: 'sizes',
    issue: 1,
    about: 'sizes',
    async *measure() {
      yield* rows;
      if (error !== undefined) throw error;
    },
  };
}

async function measured(
  figure: Figure,
  before = QUIET,
): Promise<Measured & { shown: JudgedRow[] }> {
  const shown: JudgedRow[] = [];
  return { ...(await measure(figure, bench, before, (row) => shown.push(row))), shown };
}

describe('a figure', () => {
  test('is as good as the worst of its rows, and a row without a limit does not count', async () => {
    const { outcome, rows, shown } = await measured(figureOf([ofBytes(9), finding]));
    expect(outcome).toBe('reached');
    expect(rows.map(({ judged }) => judged?.outcome)).toEqual(['reached', undefined]);
    expect(shown).toEqual(rows);
    expect((await measured(figureOf([ofBytes(9), ofBytes(11)]))).outcome).toBe('missed');
  });

  test('that was reached while the machine was busy is inconclusive', async () => {
    expect((await measured(figureOf([ofBytes(9)]), BUSY)).outcome).toBe('inconclusive');
    expect((await measured(figureOf([ofBytes(11)]), BUSY)).outcome).toBe('inconclusive');
  });

  test('that throws is missed, with its message, and keeps the rows before', async () => {
    const { outcome, error, rows } = await measured(
      figureOf([ofBytes(9)], new Error('3 reads failed')),
      BUSY,
    );
    expect({ outcome, error, rows: rows.length }).toEqual({
      outcome: 'missed',
      error: '3 reads failed',
      rows: 1,
    });
  });

  test('that measures nothing is missed', async () => {
    expect(await measured(figureOf([]))).toMatchObject({
      outcome: 'missed',
      error: 'nothing was measured',
    });
  });
});

describe('what is printed', () => {
  test('has the word of each row, and why nothing is concluded of it', async () => {
    const [quiet] = (await measured(figureOf([ofBytes(9)]))).rows;
    const [busy] = (await measured(figureOf([ofBytes(9)]), BUSY)).rows;
    expect(line(quiet!)).toMatch(/9 bytes +9\.000 MB +<= 10 MB +reached$/);
    expect(line(busy!)).toMatch(/<= 10 MB +inconclusive +others used the machine$/);
  });

  test('ends with how many came out in which way, and names each that was not reached', async () => {
    const lines = summary([
      await measured(figureOf([ofBytes(9), ofBytes(11), finding])),
      await measured(figureOf([ofBytes(8)]), BUSY),
      await measured(figureOf([], new Error('no driver'))),
    ]);
    expect(lines[0]).toBe('1 reached, 2 missed, 1 inconclusive');
    expect(lines.slice(1)).toEqual([
      '  missed: 11 bytes: 11.0 MB, must be <= 10 MB; others: 1 % before, 0 % during',
      '  inconclusive: 8 bytes: 8.000 MB, must be <= 10 MB (others used the machine); others: 34 % before, 0 % during',
      '  missed: sizes: no driver',
    ]);
  });
});

test('others used what is neither idle nor ours', () => {
  const before = { all: 1000, busy: 500, own: 100 };
  expect(othersShare(before, { all: 1200, busy: 600, own: 160 })).toBe(0.2);
  expect(othersShare(before, { all: 1200, busy: 600, own: 200 })).toBe(0);
  expect(othersShare(before, before)).toBe(0);
});
