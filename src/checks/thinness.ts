import { plural } from '../core/count-text.ts';
import type { Evidence } from '../core/result.ts';

/** With fewer reads that overlapped a write little could have shown. */
export const OVERLAPPING_READS_LEAST = 30;
/** With fewer acknowledged operations little was there to be lost, or to be seen. */
export const WRITES_LEAST = 30;

/** Why a run without a finding tells little, as a sentence; null if it saw enough, or nobody shared anything. */
export function thinnessOf(
  { overlapping_reads, writes }: Evidence,
  shared: boolean,
): string | null {
  if (!shared) return null;
  const short = [
    tooFew(overlapping_reads, OVERLAPPING_READS_LEAST, 'read', 'overlapped a write'),
    tooFew(writes, WRITES_LEAST, 'write', writes < 2 ? 'was acknowledged' : 'were acknowledged'),
  ].filter((text) => text !== null);
  return short.length === 0 ? null : `${short.join(', and ')}: what is rare had no chance to show`;
}

function tooFew(count: number, least: number, noun: string, did: string): string | null {
  if (count >= least) return null;
  return `${count === 0 ? `no ${noun}` : `only ${plural(count, noun)}`} ${did} (${least} are enough)`;
}
