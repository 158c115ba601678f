import type { Verdict } from './names.ts';
import type { CheckResult } from './result.ts';

/** What broken data is, wherever it was read. */
const ALWAYS_WRONG: readonly CheckResult['name'][] = ['torn', 'unexpected'];

/**
 * What a failed check makes of its run. The verdict follows where the failure was found: what the final state shows is
 * wrong; what only reads did is a contradiction between them, and `frozen` no more than late. Results that do not say
 * where, and failures that were found nowhere in particular, are taken for the worst.
 */
export function consequenceOf({
  name,
  where,
}: Pick<CheckResult, 'name' | 'where'>): Extract<Verdict, 'wrong' | 'inconsistent' | 'stale'> {
  if (name === 'frozen') return 'stale';
  return where === 'reads' && !ALWAYS_WRONG.includes(name) ? 'inconsistent' : 'wrong';
}
