import { expect, it } from 'vitest';
import { shortfallsOf } from './census.ts';
import { falseEdge } from './edges.ts';
import { boundDisagreement, disagreement } from './engine.ts';
import { survey } from './survey.ts';

it('the engine refutes what no order explains, and nothing else, in 200,000 executions', async () => {
  expect(shortfallsOf(await survey(11, 200_000, disagreement))).toEqual([]);
});

it('the least bound of the engine is the least, in 50,000 executions', async () => {
  const { legal } = await survey(12, 50_000, boundDisagreement);
  expect(legal).toBeGreaterThan(10_000);
});

it('what a finding says of an operation or a read is so, in 50,000 executions', async () => {
  const { executions, legal } = await survey(13, 50_000, falseEdge);
  expect(executions - legal).toBeGreaterThan(10_000);
});
