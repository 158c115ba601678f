import { formatCount, plural } from '../core/count-text.ts';
import type { Evidence, OrderResult, Result } from '../core/result.ts';
import { entry } from './entry.ts';
import type { Paint } from './paint.ts';
import { formatShare } from './text.ts';

/** What there is to say of how much was seen; older results have no more than the overlap. */
interface Seen extends Pick<Result, 'overlap_ratio'> {
  evidence?: Evidence;
  order?: OrderResult | null;
  thin?: string | null;
}

/** How much was seen, what one order of it all explains, and whether that is little: a labelled line each. */
export function evidenceLines(
  { overlap_ratio: overlap, evidence, order = null, thin = null }: Seen,
  width: number,
  paint: Paint,
): string[] {
  return [
    ...(evidence !== undefined
      ? entry('Evidence', evidenceText(evidence, overlap), width, paint)
      : overlap !== null
        ? entry('Overlap', `${formatShare(overlap)} of the reads overlapped a write`, width, paint)
        : []),
    ...(order === null ? [] : entry('Order', order.because, width, paint)),
    ...(thin === null ? [] : entry('Thin', thin, width, paint, 'yellow')),
  ];
}

function evidenceText(
  { reads, writes, sessions, ...of }: Evidence,
  overlap: number | null,
): string {
  const during =
    overlap === null
      ? ''
      : `, ${formatCount(of.overlapping_reads)} (${formatShare(overlap)}) during a write`;
  return `${formatCount(reads)} searches and polls${during}; ${plural(writes, 'acknowledged write')}; ${plural(sessions, 'session')}`;
}
