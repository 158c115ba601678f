import type { MetricUnit } from '../core/metric-table.ts';
import { formatBytes, formatCount } from '../core/count-text.ts';
import { shownAs, type PercentileName } from '../core/percentiles.ts';
import { formatDuration, formatRate, formatShare } from './text.ts';

/** What stands where a run has no such value. */
export const NONE = '–';

/** The value of a metric with its unit, as a cell of a table. */
export function metricText(unit: MetricUnit, value: number | string | null): string {
  if (value === null) return NONE;
  if (typeof value === 'string') return value;
  switch (unit) {
    case 'us':
      return formatDuration(value);
    case 'bytes':
      return formatBytes(value);
    case 'share':
      return formatShare(value);
    case 'per_s':
      return formatRate(value);
    default:
      return Number.isInteger(value) ? formatCount(value) : formatRate(value);
  }
}

/** `p50 1.2 ms, p99 3.4 ms`; `p50 1.2 ms, max 3.0 ms` where there are too few durations for p99. */
export function percentilesText<Name extends PercentileName>(
  durations: Record<Name | 'max' | 'count', number>,
  names: readonly Name[],
): string {
  const texts = names.map((wanted) => {
    const { name, us } = shownAs(wanted, durations);
    return `${name} ${formatDuration(us)}`;
  });
  return [...new Set(texts)].join(', ');
}
