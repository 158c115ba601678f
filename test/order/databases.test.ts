import { describe, expect, it } from 'vitest';
import { GUARANTEES } from '../../src/core/names.ts';
import { Random } from '../../src/core/random.ts';
import { DATABASES, simulated } from './databases.ts';
import { hasOrderExactly } from './exact-oracle.ts';
import { factsOf } from './facts.ts';
import { hasOrderByRules } from './oracle.ts';
import { complaintsOf, tried } from './trials.ts';

describe.each(DATABASES)('a simulated database: $name', (database) => {
  it('gives in small executions what its table says, by both oracles', () => {
    const level = database.keeps === null ? -1 : GUARANTEES.indexOf(database.keeps);
    let refuted = 0;
    const slandered: number[] = [];
    for (let i = 0; i < 100; i++) {
      const facts = factsOf(simulated(database, 3, new Random(21, i)));
      const holds = (at: number): boolean =>
        hasOrderByRules(facts, at) && hasOrderExactly(facts, at);
      if (level >= 0 && !holds(level)) slandered.push(i);
      if (level < GUARANTEES.length - 1 && !holds(level + 1)) refuted++;
    }
    expect(slandered).toEqual([]);
    expect(refuted > 0).toBe(level < GUARANTEES.length - 1);
  });

  it('is refuted by the engine in what it lacks, and in nothing else', async () => {
    expect(complaintsOf(await tried(database, 22, 100))).toEqual([]);
  });
});
