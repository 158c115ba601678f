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
const run = fc
  .tuple(id, fc.nat({ max: 200 }), fc.integer({ min: 1, max: 4 }))
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

it('tells what another set lacks', () => {
  fc.assert(
    fc.property(fc.array(run), fc.array(run), (mine, theirs) => {
      const set = new IdSet();
      const other = new IdSet();
      for (const ids of mine) set.add(...ids);
      for (const ids of theirs) other.add(...ids);
      const lacking = new Set(mine.flatMap(expand));
      for (const one of theirs.flatMap(expand)) lacking.delete(one);
      expect([...set.without(other)]).toEqual(ascending(lacking));
    }),
  );
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
