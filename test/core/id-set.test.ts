import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IdSet } from '../../src/core/id-set.ts';
import { VersionMap } from '../../src/core/version-map.ts';

const PAGE = 4096;
/** Around the borders of words and pages, and far away. */
const id = fc.oneof(
  fc.nat({ max: 100 }),
  fc.integer({ min: PAGE - 40, max: PAGE + 40 }),
  fc.integer({ min: 2 ** 32 - 40, max: 2 ** 32 + 40 }),
);
const short = fc.tuple(id, fc.nat({ max: 200 }), fc.integer({ min: 1, max: 4 }));
/** Over several pages. */
const long = fc.tuple(id, fc.nat({ max: 9000 }), fc.constantFrom(1, 1, 2, 3, 4096, 5000));
const run = fc
  .oneof({ weight: 4, arbitrary: short }, { weight: 1, arbitrary: long })
  .map(([first, n, step]) => [first, first + n * step, step] as const);

function expand([first, last, step]: readonly [number, number, number]): number[] {
  return Array.from({ length: (last - first) / step + 1 }, (_, i) => first + i * step);
}

const ascending = (ids: Iterable<number>): number[] => [...ids].toSorted((a, b) => a - b);

it('holds what a set holds', () => {
  fc.assert(
    fc.property(fc.array(run), run, fc.array(id), (added, asked, deleted) => {
      const set = new IdSet();
      const model = new Set<number>();
      for (const ids of added) {
        const before = model.size;
        for (const one of expand(ids)) model.add(one);
        expect(set.add(...ids)).toBe(model.size - before);
      }
      for (const one of deleted) {
        set.delete(one);
        model.delete(one);
      }
      expect(set.size).toBe(model.size);
      const [first, last] = asked;
      const within = ascending(model).filter((one) => one >= first && one <= last);
      expect(set.count(...asked)).toBe(expand(asked).filter((one) => model.has(one)).length);
      expect(set.count(first, last)).toBe(within.length);
      expect([...set.ids(first, last)]).toEqual(within);
      expect([...set.ids()]).toEqual(ascending(model));
      expect(set.count(0, Infinity)).toBe(model.size);
      expect(set.has(first)).toBe(model.has(first));
    }),
  );
});

it('counts and lists up to the first id of a page', () => {
  const set = new IdSet();
  set.add(PAGE - 2, PAGE + 2);
  expect(set.count(0, PAGE)).toBe(3);
  expect([...set.ids(0, PAGE)]).toEqual([PAGE - 2, PAGE - 1, PAGE]);
});

it('tells what another set lacks, and the spans and the number of it', () => {
  fc.assert(
    fc.property(
      fc.array(run, { maxLength: 5 }),
      fc.array(run, { maxLength: 5 }),
      (mine, theirs) => {
        const set = new IdSet();
        const other = new IdSet();
        for (const ids of mine) set.add(...ids);
        for (const ids of theirs) other.add(...ids);
        const lacking = new Set(mine.flatMap(expand));
        for (const one of theirs.flatMap(expand)) lacking.delete(one);
        expect([...set.without(other)]).toEqual(ascending(lacking));
        expect(set.countWithout(other)).toBe(lacking.size);
        const spans = [...set.spansWithout(other)];
        expect(spans.flatMap(([first, last]) => expand([first, last, 1]))).toEqual(
          ascending(lacking),
        );
        expect(spans.every(([first], i) => i === 0 || first > spans[i - 1]![1] + 1)).toBe(true);
      },
    ),
  );
});

it('takes what a run and another set have in common', () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 5 }), run, run, (theirs, asked, before) => {
      const set = new IdSet();
      const other = new IdSet();
      set.add(...before);
      for (const ids of theirs) other.add(...ids);
      set.addCommon(other, ...asked);
      const model = new Set([...expand(before), ...expand(asked).filter((one) => other.has(one))]);
      expect([...set.ids()]).toEqual(ascending(model));
      expect(set.size).toBe(model.size);
    }),
  );
});

it('keeps the order of pages that come from the highest to the lowest', () => {
  const set = new IdSet();
  const ids = Array.from({ length: 10_000 }, (_, i) => i * PAGE);
  for (const one of ids.toReversed()) set.add(one);
  set.add(PAGE / 2);
  expect([...set.ids()]).toEqual([0, PAGE / 2, ...ids.slice(1)]);
  expect(set.count(PAGE, Infinity)).toBe(9999);
});

it('holds a hundred million rows, of every or of every second id', () => {
  const set = new IdSet();
  expect(set.add(1, 1e8)).toBe(1e8);
  expect(set.add(1, 1e8)).toBe(0);
  expect(set.count(1, 1e8)).toBe(1e8);
  const even = new IdSet();
  expect(even.add(2, 1e8, 2)).toBe(5e7);
  expect(even.count(4, 1e8, 4)).toBe(2.5e7);
  even.delete(1000);
  expect(set.countWithout(even)).toBe(5e7 + 1);
  expect([even.has(998), even.has(1000), even.has(1000 + PAGE)]).toEqual([true, false, true]);
});

it('keeps a version for each id', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(id, fc.nat())), id, (entries, other) => {
      const versions = new VersionMap();
      for (const [key, value] of entries) versions.set(key, value);
      const model = new Map(entries);
      for (const key of [...model.keys(), other]) {
        expect(versions.get(key)).toBe(model.get(key) ?? 0);
      }
    }),
  );
});
