import { consequenceOf } from './consequence.ts';
import { READS_VERDICTS, type ReadsVerdict } from './crash.ts';
import type { CheckResult, Evidence } from './result.ts';

/**
 * What the readers of one round saw. After a power cut a value that nobody had acknowledged may be gone: that it was read
 * before says nothing. Without a read beside a write nothing could have shown itself.
 */
export function readsOfRound(
  checks: readonly CheckResult[],
  { overlapping_reads: overlapping }: Evidence,
  powerWasCut: boolean,
): ReadsVerdict {
  const found = checks
    .filter(({ verdict, where }) => verdict === 'fail' && where === 'reads')
    .filter(({ name }) => !powerWasCut || name !== 'dirty-read');
  const intact = overlapping > 0 ? 'works' : 'unknown';
  return worst([...found.map(consequenceOf), intact]);
}

/** What readers saw in all rounds: the worst of it. */
export function readsOf(rounds: readonly (ReadsVerdict | null)[]): ReadsVerdict {
  return worst([...rounds.filter((verdict) => verdict !== null), 'unknown']);
}

function worst(verdicts: readonly ReadsVerdict[]): ReadsVerdict {
  return READS_VERDICTS.find((verdict) => verdicts.includes(verdict))!;
}
