import { passes, type Limit, type Row, type Unit } from './figure.ts';

const WIDTHS = [52, 34, 16, 7] as const;

/** The head of the table that every figure prints. */
export function header(): string {
  return columns('figure', 'median, 95 % interval, n', 'must reach', 'outcome');
}

export function line({ figure, estimate, unit, limit, note }: Row): string {
  const { value, low, high, n } = estimate;
  const interval = low === high ? '' : ` [${number(low)} .. ${number(high)}]`;
  const measured = `${number(value)} ${unit}${interval}${n > 1 ? `, n ${n}` : ''}`;
  const outcome = limit === undefined ? '' : passes(estimate, limit) ? 'pass' : 'FAIL';
  const text = columns(
    figure,
    measured,
    limit === undefined ? '-' : limitText(limit, unit),
    outcome,
  );
  return note === undefined ? text : `${text}  ${note}`;
}

function columns(...texts: string[]): string {
  return `  ${texts.map((text, i) => text.padEnd(WIDTHS[i]!)).join('  ')}`;
}

function limitText({ atLeast, atMost }: Limit, unit: Unit): string {
  if (atLeast !== undefined && atMost !== undefined) return `${atLeast} .. ${atMost} ${unit}`;
  return atLeast === undefined ? `<= ${atMost} ${unit}` : `>= ${atLeast} ${unit}`;
}

function number(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 3);
}
