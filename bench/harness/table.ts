import type { Limit, Unit } from './figure.ts';
import { percent } from './load.ts';
import type { JudgedRow, Measured } from './measuring.ts';
import type { Outcome } from './outcome.ts';
import type { Estimate } from './statistics.ts';

const WIDTHS = [52, 36, 16, 12] as const;

/** The head of the table that every figure prints. */
export function header(): string {
  return columns('figure', 'measured, 95 % interval, n', 'must reach', 'outcome');
}

/** One row of the table. */
export function line({ figure, estimate, unit, limit, judged, note = '' }: JudgedRow): string {
  const must = limit === undefined ? '-' : limitText(limit, unit);
  const text = columns(figure, estimateText(estimate, unit), must, judged?.outcome ?? '');
  return [text, judged?.because, note].filter(Boolean).join('  ').trimEnd();
}

/** How many rows came out in which way, and each that was not reached once more. */
export function summary(measured: readonly Measured[]): string[] {
  const count: Record<Outcome, number> = { reached: 0, missed: 0, inconclusive: 0 };
  const lines: string[] = [];
  for (const { name, rows, error, before } of measured) {
    for (const { figure, estimate, unit, limit, judged, during } of rows) {
      if (judged === null) continue;
      count[judged.outcome]++;
      if (judged.outcome === 'reached') continue;
      const why = judged.because === '' ? '' : ` (${judged.because})`;
      const load = `others: ${percent(before.share)} before, ${percent(during.share)} during`;
      const is = `${estimateText(estimate, unit)}, must be ${limitText(limit!, unit)}`;
      lines.push(`  ${judged.outcome}: ${figure}: ${is}${why}; ${load}`);
    }
    if (error === null) continue;
    count.missed++;
    lines.push(`  missed: ${name}: ${error}`);
  }
  const counts = Object.entries(count).map(([outcome, number]) => `${number} ${outcome}`);
  return [counts.join(', '), ...lines];
}

function columns(...texts: string[]): string {
  return `  ${texts.map((text, i) => text.padEnd(WIDTHS[i]!)).join('  ')}`;
}

function estimateText({ value, low, high, n, exact }: Estimate, unit: Unit): string {
  const interval = exact ? '' : ` [${number(low)} .. ${number(high)}]`;
  return `${number(value)} ${unit}${interval}${n > 1 ? `, n ${n}` : ''}`;
}

function limitText({ atLeast, atMost }: Limit, unit: Unit): string {
  if (atLeast !== undefined && atMost !== undefined) return `${atLeast} .. ${atMost} ${unit}`;
  return atLeast === undefined ? `<= ${atMost} ${unit}` : `>= ${atLeast} ${unit}`;
}

function number(value: number): string {
  if (!Number.isFinite(value)) return '?';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 3);
}
