import { GUARANTEES } from '../../src/core/names.ts';
import type { Census } from './survey.ts';

/** The kinds of which there were too few executions to prove anything, each with what there was of all kinds. */
export function shortfallsOf(census: Census): string[] {
  const share = (count: number): number => count / census.executions;
  const enough: Record<string, boolean> = {
    legal: share(census.legal) > 0.2,
    illegal: share(census.executions - census.legal) > 0.2,
    rivals: share(census.rivals) > 0.2,
    operations: share(census.operations) > 3,
    reads: share(census.reads) > 3,
    ...Object.fromEntries(GUARANTEES.map((name) => [name, share(census[name]) > 0.005])),
  };
  return Object.keys(enough)
    .filter((kind) => !enough[kind])
    .map((kind) => `too few: ${kind} (${JSON.stringify(census)})`);
}
