/** A campaign that a user ends: the class counts what was done. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { shortCrash } from '../../support/crash.ts';
import { never } from '../../support/run.ts';

const ended = fileURLToPath(new URL('../../fixtures/workers/auditor-ended.mjs', import.meta.url));

it('drops the round whose audit the interrupt has ended, and keeps those before it', async () => {
  const first = new AbortController();
  const result = await shortCrash({
    ...{ rounds: 100, workerEntry: ended },
    interrupt: { ...never, first: first.signal },
    // The next round has begun by then.
    onRound: () => void setImmediate(() => first.abort()),
  });
  // The audit of the first ended as well, but nobody had interrupted it.
  expect(result.rounds.map(({ round, state }) => [round, state])).toEqual([[0, 'unknown']]);
  expect(result.interrupted).toBe(true);
});

it('says to run it to its end, not that it needs more rounds', async () => {
  const first = new AbortController();
  const result = await shortCrash({
    ...{ rounds: 100, interrupt: { ...never, first: first.signal } },
    onRound: () => first.abort(),
  });
  expect(result).toMatchObject({ rounds_done: 1, interrupted: true, durability: 'unknown' });
  expect(result.because).toMatch(/^1 kill .* lost none of/);
  expect(result.next).toMatch(/^it was interrupted; run it to its end: probe crash reference /);
});
