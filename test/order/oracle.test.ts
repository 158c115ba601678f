import { describe, expect, it } from 'vitest';
import { GUARANTEES } from '../../src/core/names.ts';
import { eventsOf } from '../support/history-dsl.ts';
import { shortfallsOf } from './census.ts';
import { hasOrderExactly } from './exact-oracle.ts';
import { factsOf, hasRivals } from './facts.ts';
import { hasOrderByRules, refutedBy } from './oracle.ts';
import { survey, type Looked } from './survey.ts';

const refuted = (text: string, copies?: string[][]): (string | null)[] => {
  const facts = factsOf(eventsOf(text, { keys: 'shared' }, copies));
  return [refutedBy(facts, hasOrderByRules), refutedBy(facts, hasOrderExactly)];
};
const both = (guarantee: string | null): (string | null)[] => [guarantee, guarantee];

const TWO = 'w0 insert 101-104 #1 @10-40; w1 insert 201-204 #2 @10-40';
const RIVALS = 'w0 reembed 1-4 #1 @10-50; w1 reembed 1-4 #2 @10-50';

describe('both oracles', () => {
  it.each([
    [
      'one operation, seen and not seen before',
      `${TWO}; r0 poll >100: @5-20; r0 poll >100: 101-104#1 @21-30`,
    ],
    [
      'a rival that overwrites what was read',
      `${RIVALS}; r0 point 1-4: 1-4#1 @30-35; r0 point 1-4: 1-4#2 @60-65`,
    ],
    [
      'one in doubt that was seen and overwritten',
      `
        w0 reembed 1-4 #1 @10-20 info; r0 point 1-4: 1-4#1 @12-15
        w0 reembed 1-4 #2 @30-40; r0 point 1-4: 1-4#2 @41-42`,
    ],
    [
      'one in doubt that took effect after the next of its writer',
      `
        w0 insert 101-104 #1 @10-15 info; w0 insert 105-108 #2 @20-30
        r0 poll >100: 105-108#2 @31-32; r0 poll >100: 101-104#1 105-108#2 @33-34`,
    ],
    [
      'one that nobody saw and nobody answered for',
      'w0 insert 101-104 #1 @10; r0 poll >100: @20-30',
    ],
    ['a failed one', 'w0 insert 101-104 #1 @10-20 fail; r0 poll >100: @3000-3001'],
    [
      'a snapshot of before the commit, read long after it',
      'w0 insert 101-104 #1 @100-200; r0 poll >100: @50-9000',
    ],
    [
      'a reader that opens again',
      `${TWO}; r0 poll >100: 101-104#1 @20-30; r0 open @31-32; r0 poll >100: @33-34`,
    ],
    [
      'reads of one session at once',
      `${TWO}; r0 poll >100: 101-104#1 @20-30; r0 poll >100: @25-35`,
    ],
    [
      'a commit at the very end of the bound',
      'w0 insert 101-104 #1 @10-20; r0 poll >100: @1020-1021',
    ],
    [
      'an acknowledgement in the instant of the next call',
      'w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @20-30; r0 poll >100: 201-204#2 @40-41',
    ],
    [
      'searches, which ask for nothing that they do not return',
      'w0 insert 101-104 #1 @10-20; r0 search 1#0 @3000-3001',
    ],
  ])('find an order for %s', (_what, text) => {
    expect(refuted(text)).toEqual(both(null));
  });

  it.each([
    ['a part of an operation', 'w0 insert 101-104 #1 @10-20; r0 poll >100: 101-102#1 @30-31'],
    [
      'a later one without an earlier',
      'w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @30-40; r0 poll >100: 201-204#2 @50-51',
    ],
    [
      'a hole over updates',
      'w0 reembed 1-4 #1 @10-20; w0 reembed 5-8 #2 @30-40; r0 point 1-8: 1-4#0 5-8#2 @50-51',
    ],
    [
      'one and not the other, and the other way round',
      `${TWO}; r0 poll >100: 101-104#1 @20-30; r1 poll >100: 201-204#2 @20-30`,
    ],
    [
      'a circle of three, by id',
      `
        w0 reembed 1 #1 @10-90; w1 reembed 2 #2 @10-90
        w2 reembed 3 #3 @10-90; r0 point 1-2: 1#1 2#0 @20-30
        r1 point 2-3: 2#2 3#0 @20-30; r2 point 1-3/2: 3#3 1#0 @20-30`,
    ],
    [
      'versions crossed between two reads',
      `${RIVALS}; r0 point 1-2: 1#1 2#2 @20-30; r1 point 1-2: 1#2 2#1 @20-30`,
    ],
    [
      'one in doubt that was seen before another began, and is missed beside it',
      `
        w0 insert 101-104 #1 @10; r0 poll >100: 101-104#1 @20-30
        w1 insert 201-204 #2 @40-50; r1 poll >100: 201-204#2 @60-70`,
    ],
    ['what had not begun', 'w0 insert 101-104 #1 @50-60; r0 poll >100: 101-104#1 @10-20'],
    [
      'a stale version beside a new row',
      `
        w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @30-40
        w0 insert 101 #3 @50-60; r0 poll >0: 1-4#1 101#3 @70-71`,
    ],
  ])('find none for %s', (_what, text) => {
    expect(refuted(text)).toEqual(both('consistent-prefix'));
  });

  it('name the weakest guarantee that no order gives', () => {
    const back = `${TWO}; r0 poll >100: 101-104#1 @20-30; r0 poll >100: @31-32`;
    expect(refuted(back)).toEqual(both('monotonic-reads'));
    const hole = `${TWO}; r0 poll >100<105: 101-104#1 @20-30; r0 poll >100: 201-204#2 @31-32`;
    expect(refuted(hole)).toEqual(both('monotonic-reads'));
    expect(refuted('w0 insert 101-104 #1 @10-20; w0 poll >100: @30-31')).toEqual(
      both('read-your-writes'),
    );
    expect(refuted('w0 insert 101-104 #1 @10-20; r0 poll >100: @1021-1022')).toEqual(
      both('bounded-staleness'),
    );
    expect(refuted('w0 reembed 1-4 #1 @10-20; r0 search 1#0 @1021-1022')).toEqual(
      both('bounded-staleness'),
    );
  });

  it('judge each copy by itself', () => {
    const text = 'w0 insert 101-104 #1 @10-20; r0 poll >100: @2000-2001';
    expect(refuted(text, [['w0'], ['r0']])).toEqual(both(null));
  });
});

describe('the exact oracle', () => {
  it('refutes what only the rows of rivals tell', () => {
    const point = 'r0 point 1: 1#';
    const text = `${RIVALS}; ${point}1 @20-21; ${point}2 @22-23; ${point}1 @24-25`;
    expect(refuted(text)).toEqual([null, 'monotonic-reads']);
  });

  it('refutes all that the rules refute, and no more where no two write one row at once', async () => {
    const level = (guarantee: Looked['refuted']): number =>
      guarantee === null ? GUARANTEES.length : GUARANTEES.indexOf(guarantee);
    const census = await survey(3, 8000, ({ facts, refuted: byRules }) => {
      const exactly = refutedBy(facts, hasOrderExactly);
      const agrees = hasRivals(facts)
        ? level(exactly) <= level(byRules)
        : level(exactly) === level(byRules);
      return agrees ? null : `the rules refute ${byRules}, the exact oracle ${exactly}`;
    });
    expect(shortfallsOf(census)).toEqual([]);
  });
});
