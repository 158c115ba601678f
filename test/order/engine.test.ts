/** A sample of what `npm run test:long` does in full. */
import { expect, it } from 'vitest';
import { shortfallsOf } from './census.ts';
import { boundDisagreement, disagreement } from './engine.ts';
import { survey } from './survey.ts';

it('the engine refutes what no order explains, and nothing else', async () => {
  expect(shortfallsOf(await survey(1, 8000, disagreement))).toEqual([]);
});

it('the least bound of the engine is enough, and a microsecond less is not', async () => {
  const { legal } = await survey(2, 2000, boundDisagreement);
  expect(legal).toBeGreaterThan(400);
});
