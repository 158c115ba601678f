import { it } from 'vitest';
import { DOORS, expectUnmoved } from '../support/visited-run.ts';

it.each(DOORS)('ten thousand strangers do not move an owner over %s and %s', async (...door) =>
  expectUnmoved(door, 10_000),
);
