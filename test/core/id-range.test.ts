import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commonOf, countCommon, hasId, intersects, sizeOf } from '../../src/core/id-range.ts';

const progression = fc
  .tuple(fc.integer({ min: -20, max: 60 }), fc.nat({ max: 40 }), fc.integer({ min: 1, max: 12 }))
  .map(([first, n, step]) => ({ first, last: first + n * step, step }));

it('finds what two progressions have in common', () => {
  fc.assert(
    fc.property(progression, progression, (a, b) => {
      const common: number[] = [];
      for (let id = a.first; id <= a.last; id += a.step) if (hasId(b, id)) common.push(id);
      expect(countCommon(a, b)).toBe(common.length);
      expect(intersects(a, b)).toBe(common.length > 0);
      const found = commonOf(a, b);
      const ids =
        found && Array.from({ length: sizeOf(found) }, (_, i) => found.first + i * found.step);
      expect(ids ?? []).toEqual(common);
    }),
    { numRuns: 1000 },
  );
});

it('needs no time for long ones, nor loses a digit', () => {
  const all = { first: 1, last: Number.MAX_SAFE_INTEGER, step: 1 };
  const odd = { first: 1, last: Number.MAX_SAFE_INTEGER, step: 2 };
  const thirds = { first: 2, last: Number.MAX_SAFE_INTEGER - 2, step: 3 };
  expect(countCommon(all, odd)).toBe(2 ** 52);
  expect(commonOf(odd, thirds)).toEqual({ first: 5, last: 9007199254740989, step: 6 });
  const wide = { first: 0, last: 9e15, step: 3e15 };
  expect(commonOf(wide, { first: 0, last: 9e15, step: 1e15 - 1 })).toMatchObject({
    first: 0,
    last: 0,
  });
});
