import { Effort, tooTangled } from '../core/effort.ts';

/** Rows that are looked at one by one: some ten seconds. */
const MOST_ROWS = 100_000_000;

/** What may be spent on the audit of one copy. */
export function auditEffort(most = MOST_ROWS): Effort {
  return new Effort(most, tooTangled('the rows of its audit'));
}
