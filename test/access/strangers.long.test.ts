import { expect, it } from 'vitest';
import { DOORS, visitedRun } from '../support/visited-run.ts';

it.each(DOORS)('ten thousand strangers do not move an owner over %s and %s', async (...door) =>
  expect((await visitedRun(door, 10_000)).verdict).toBe('works'),
);
