import { expect, test } from 'vitest';
import { readsOf, readsOfRound } from '../../src/core/crash-reads.ts';
import type { CheckName } from '../../src/core/names.ts';
import { failedCheck } from './crash-rounds.ts';

const SEEN = { reads: 9, overlapping_reads: 4, writes: 3, sessions: 1 };
const inReads = (name: CheckName) => ({ ...failedCheck(name, 'it is'), where: 'reads' as const });

test('readers of a round saw the worst of what only reads showed', () => {
  expect(readsOfRound([inReads('frozen')], SEEN, false)).toBe('stale');
  expect(readsOfRound([inReads('frozen'), inReads('long-fork')], SEEN, false)).toBe('inconsistent');
  expect(readsOfRound([inReads('torn')], SEEN, false)).toBe('wrong');
});

test('what the final state shows is no matter of the readers', () => {
  expect(readsOfRound([{ ...inReads('lost'), where: 'final' }], SEEN, false)).toBe('works');
});

test('a value that was read and that a power cut took is no contradiction, and after a kill it is', () => {
  expect(readsOfRound([inReads('dirty-read')], SEEN, true)).toBe('works');
  expect(readsOfRound([inReads('dirty-read')], SEEN, false)).toBe('inconsistent');
});

test('reads beside no write show nothing', () => {
  expect(readsOfRound([], { ...SEEN, overlapping_reads: 0 }, false)).toBe('unknown');
});

test('the readers of a campaign saw the worst of its rounds; what is unknown hides nothing', () => {
  expect(readsOf(['works', 'stale', 'unknown'])).toBe('stale');
  expect(readsOf(['works', 'unknown', null])).toBe('works');
  expect(readsOf([])).toBe('unknown');
});
