/** Fifty short runs of the built program with one fault each; `npm run chaos` does more of them. */
import { expect, it } from 'vitest';
import { skipReason } from '../support/crash.ts';
import { runChaos } from './chaos-run.ts';
import { FAULTS } from './faults.ts';
import { CHAOS_LIMITS } from './limits.ts';
import { describePlan, planOf } from './plan.ts';

const RUNS = 50;
/** So that a hang is told as one, and not by the limit of the test. */
const LIMIT_MS = 60_000 + 2 * CHAOS_LIMITS.endMs + 2 * CHAOS_LIMITS.graceMs + CHAOS_LIMITS.cleanMs;
/** A fault that is to come late finds some runs ended; that must not become the rule. */
const HITS_LEAST = RUNS / 2;

const noSmallDisk = await skipReason('disk-full', []);
const plans = Array.from({ length: RUNS }, (_, i) => planOf(i + 1));
let hits = 0;

for (const plan of plans) {
  const reason = plan.fault.kind === 'full' ? noSmallDisk : '';
  it.skipIf(reason !== '')(
    `seed ${plan.seed} leaves nothing and blames nobody: ${describePlan(plan)}${reason}`,
    async () => {
      const { wasHit, violations } = await runChaos(plan);
      if (wasHit) hits++;
      expect(violations).toEqual([]);
    },
    LIMIT_MS,
  );
}

it('most of these faults hit something', () => {
  expect(hits).toBeGreaterThan(HITS_LEAST);
});

it('each fault is among them', () => {
  expect(new Set(plans.map(({ fault }) => fault))).toEqual(new Set(FAULTS));
});

it('a seed always makes the same plan', () => {
  expect(plans.map(({ seed }) => planOf(seed))).toEqual(plans);
});
