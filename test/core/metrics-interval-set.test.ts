import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IntervalSet } from '../../src/core/metrics/interval-set.ts';

test('an interval set agrees with a plain set', () => {
  const interval = fc
    .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 8 }))
    .map(([first, length]) => [first, first + length] as const);
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 30 }), interval, (added, [from, to]) => {
      const intervals = new IntervalSet();
      const plain = new Set<number>();
      for (const [first, last] of added) {
        const before = plain.size;
        for (let value = first; value <= last; value++) plain.add(value);
        expect(intervals.add(first, last)).toBe(plain.size - before);
      }
      expect(intervals.size).toBe(plain.size);
      const some = [...plain].some((value) => value >= from && value <= to);
      expect(intervals.intersects(from, to)).toBe(some);
    }),
  );
});
