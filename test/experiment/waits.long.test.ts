/** Waits that end only after a minute, or whose subject lasts as long. */
import { expect, it } from 'vitest';
import { CannotRunError } from '../../src/core/errors.ts';
import { shortRun, workerFixture } from '../support/run.ts';

it('a run of which a process never loads its driver says so, and names no process hung', async () => {
  const failure = shortRun({}, { workerEntry: workerFixture('mute') });
  await expect(failure).rejects.toThrow(CannotRunError);
  await expect(failure).rejects.toThrow(/^1 of 3 processes had not loaded the driver of reference/);
});
