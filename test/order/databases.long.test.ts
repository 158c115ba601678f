import { expect, it } from 'vitest';
import { DATABASES } from './databases.ts';
import { complaintsOf, tried } from './trials.ts';

const LIMIT_MS = 3_600_000;

it.each(DATABASES)(
  'the engine refutes what $name lacks, and nothing else, in 10,000 executions',
  async (database) => {
    expect(complaintsOf(await tried(database, 23, 10_000))).toEqual([]);
  },
  LIMIT_MS,
);
