import { CHECKS } from '../core/names.ts';
import type { CheckResult } from '../core/result.ts';
import type { Judgement } from './court.ts';

/** Every check unknown, for one reason: there is no history that could be judged. */
export function unjudged(because: string): Judgement {
  const checks = CHECKS.map((name): CheckResult => {
    return { name, verdict: 'unknown', because, count: 0, findings: [], where: null };
  });
  const evidence = { reads: 0, overlapping_reads: 0, writes: 0, sessions: 0 };
  return { checks, audit: null, overlapRatio: null, evidence, thin: null, order: null };
}
