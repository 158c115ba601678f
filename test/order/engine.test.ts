/** A sample of what `npm run test:long` does in full. */
import { expect, it } from 'vitest';
import { GUARANTEES } from '../../src/core/names.ts';
import { eventsOf } from '../support/history-dsl.ts';
import { shortfallsOf } from './census.ts';
import { falseEdge } from './edges.ts';
import { boundDisagreement, disagreement, orderOf } from './engine.ts';
import { factsOf } from './facts.ts';
import { hasOrderByRules, refutedBy } from './oracle.ts';
import { survey } from './survey.ts';

it('the engine refutes what no order explains, and nothing else', async () => {
  expect(shortfallsOf(await survey(1, 8000, disagreement))).toEqual([]);
});

it('the least bound of the engine is enough, and a microsecond less is not', async () => {
  const { legal } = await survey(2, 2000, boundDisagreement);
  expect(legal).toBeGreaterThan(400);
});

it('what a finding says of an operation or a read is so', async () => {
  const { executions, legal } = await survey(3, 5000, falseEdge);
  expect(executions - legal).toBeGreaterThan(1200);
});

it.each([
  [
    'a third read tells that what a session saw came after what it then misses',
    `w0 reembed 1-3 #1 @10-50; w1 reembed 3 #2 @20-30
     r0 point 3: 3#2 @60-70; r0 point 2: 2#0 @71-80; r1 point 2-3: 2#1 3#2 @75-90`,
  ],
  [
    'a read that overlaps another of its session goes back behind an earlier one',
    `w0 insert 101 #1 @10-20
     r0 point 101: 101#1 @30-31; r0 point 1-3: 1-3#0 @40-60; r0 point 101: @50-70`,
  ],
])('no order keeps the session where %s', async (_why, text) => {
  const events = eventsOf(text);
  expect(refutedBy(factsOf(events), hasOrderByRules)).toBe(GUARANTEES[1]);
  expect((await orderOf(events)).refuted).toEqual([GUARANTEES[1]]);
});
