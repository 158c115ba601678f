import { expect, it } from 'vitest';
import { unjudged } from '../../src/checks/unjudged.ts';
import { CHECKS } from '../../src/core/names.ts';

it('leaves every check unknown, for the one reason', () => {
  const because = 'the history could not be saved';
  const unknown = { verdict: 'unknown', because, count: 0, findings: [], where: null };
  expect(unjudged(because)).toEqual({
    checks: CHECKS.map((name) => ({ name, ...unknown })),
    audit: null,
    overlapRatio: null,
    evidence: { reads: 0, overlapping_reads: 0, writes: 0, sessions: 0 },
    thin: null,
    order: null,
  });
});
