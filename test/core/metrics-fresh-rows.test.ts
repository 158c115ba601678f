import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Run } from '../../src/core/history.ts';
import { FreshRows } from '../../src/core/metrics/fresh-rows.ts';

const ROWS = 20;
const WRITERS = 2;

/** Seed rows in any version, and rows that each writer inserts once. */
const run = fc
  .tuple(fc.nat({ max: ROWS - 1 }), fc.nat({ max: 3 }), fc.nat({ max: 9 }), fc.boolean())
  .map(([first, count, batch, isInserted]): Run => {
    if (!isInserted) return [1 + first, 1 + first + count * 2, batch, 2];
    const writer = batch % WRITERS;
    // The batch of its insert of these ids.
    const op = Math.floor(first / 4);
    return [ROWS + 1 + op * 4, ROWS + 1 + op * 4 + count, 1 + writer + WRITERS * op];
  })
  .filter(([first, last]) => first > ROWS || last <= ROWS);

it('counts each version of a row once', () => {
  fc.assert(
    fc.property(fc.array(fc.array(run)), (reads) => {
      const fresh = new FreshRows({ rows: ROWS, writers: WRITERS });
      const seen = new Set<string>();
      for (const runs of reads) {
        const before = seen.size;
        for (const [first, last, batch, step = 1] of runs) {
          for (let id = first; batch > 0 && id <= last; id += step) seen.add(`${id} ${batch}`);
        }
        expect(fresh.add(runs)).toBe(seen.size - before);
      }
    }),
  );
});

it('counts long runs of one batch without remembering their rows one by one', () => {
  const fresh = new FreshRows({ rows: 50_000_000, writers: 1 });
  expect(fresh.add([[10, 20, 7]])).toBe(11);
  expect(fresh.add([[15, 50_000_000, 7]])).toBe(50_000_000 - 20);
  expect(fresh.add([[1, 30, 7]])).toBe(9);
  expect(fresh.add([[1, 50_000_000, 7]])).toBe(0);
  expect(fresh.add([[1, 49_999_999, 9, 2]])).toBe(25_000_000);
});
