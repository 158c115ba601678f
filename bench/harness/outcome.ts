import type { Limit } from './figure.ts';
import type { Estimate } from './statistics.ts';

/** `inconclusive`: what was measured does not say whether the limit holds. */
export type Outcome = 'reached' | 'missed' | 'inconclusive';

export interface Judged {
  outcome: Outcome;
  /** Why it is inconclusive; empty otherwise. */
  because: string;
}

/** Below it an interval means nothing. */
const LEAST_SAMPLES = 5;

/** Whether a limit holds: it does, or does not, only where the whole interval says so and nobody disturbed it. */
export function outcomeOf(estimate: Estimate, limit: Limit, busy: boolean): Judged {
  if (busy) return inconclusive('others used the machine');
  const { exact, n } = estimate;
  if (!exact && n < LEAST_SAMPLES) {
    return inconclusive(`there are fewer than ${LEAST_SAMPLES} samples: more --pairs`);
  }
  if (isWithin(estimate, limit)) return { outcome: 'reached', because: '' };
  if (isBeyond(estimate, limit)) return { outcome: 'missed', because: '' };
  return inconclusive('the interval is wide: more --pairs');
}

/** Of several together: one that was missed for certain decides. */
export function worstOf(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes('missed')) return 'missed';
  return outcomes.includes('inconclusive') ? 'inconclusive' : 'reached';
}

/** What the bench exits with. */
export const EXIT_CODES: Record<Outcome, number> = { reached: 0, missed: 1, inconclusive: 3 };

function inconclusive(because: string): Judged {
  return { outcome: 'inconclusive', because };
}

function isWithin({ low, high }: Estimate, { atLeast, atMost }: Limit): boolean {
  return (atLeast === undefined || low >= atLeast) && (atMost === undefined || high <= atMost);
}

function isBeyond({ low, high }: Estimate, { atLeast, atMost }: Limit): boolean {
  return (atLeast !== undefined && high < atLeast) || (atMost !== undefined && low > atMost);
}
