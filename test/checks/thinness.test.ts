import { expect, it } from 'vitest';
import { OVERLAPPING_READS_LEAST, thinnessOf, WRITES_LEAST } from '../../src/checks/thinness.ts';
import { judged } from '../support/history-dsl.ts';

const thin = (overlapping: number, writes: number, shared = true): string | null =>
  thinnessOf({ reads: 900, overlapping_reads: overlapping, writes, sessions: 2 }, shared);

it('is not thin from the floors on', () => {
  expect(thin(OVERLAPPING_READS_LEAST, WRITES_LEAST)).toBeNull();
  expect(thin(9000, 9000)).toBeNull();
});

it('says of what there was too little', () => {
  const why = 'what is rare had no chance to show';
  expect(thin(29, 30)).toBe(`only 29 reads overlapped a write (30 are enough): ${why}`);
  expect(thin(30, 29)).toBe(`only 29 writes were acknowledged (30 are enough): ${why}`);
  expect(thin(1, 1)).toBe(
    `only 1 read overlapped a write (30 are enough), and only 1 write was acknowledged (30 are enough): ${why}`,
  );
  expect(thin(0, 0)).toBe(
    `no read overlapped a write (30 are enough), and no write was acknowledged (30 are enough): ${why}`,
  );
});

it('is not thin where no copy has both readers and writers', () => {
  expect(thin(0, 0, false)).toBeNull();
});

it('is told of every history that is judged, whatever the verdict', async () => {
  const text = 'w0 insert 101-104 #1 @10-20; r0 search 1#0 @12-13; audit seed 101-104#1';
  const { thin: one, evidence } = await judged(text);
  expect(evidence).toMatchObject({ reads: 1, overlapping_reads: 1, writes: 1 });
  expect(one).toMatch(/^only 1 read overlapped a write/);
  const { thin: none } = await judged(text, { access: 'isolated' }, [['w0'], ['r0']]);
  expect(none).toBeNull();
});
