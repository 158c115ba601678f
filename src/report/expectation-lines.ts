import type { Evaluation } from '../core/expectations.ts';
import { groupBy } from '../core/group-by.ts';
import { formatCount } from '../core/count-text.ts';
import { oneLine, wrap } from './columns.ts';
import { NONE } from './metric-text.ts';
import type { Paint } from './paint.ts';

/** The expectations of one run, or of one of many: whose they are. */
export interface Judged {
  of: string;
  evaluations: readonly Evaluation[];
}

/** A line per expectation with what was measured; of several runs, the range and each that does not meet it. */
export function expectationLines(judged: readonly Judged[], width: number, paint: Paint): string[] {
  const all = judged.flatMap(({ of, evaluations }) => evaluations.map((one) => ({ of, ...one })));
  const byText = groupBy(all, ({ text }) => text);
  const column = Math.max(...[...byText.keys()].map((text) => oneLine(text).length));
  return [...byText].flatMap(([text, those]) => {
    const unmet = those.filter(({ met }) => !met);
    const word = unmet.length === 0 ? 'met' : 'UNMET';
    const lead = `  ${word.padEnd(5)}  ${oneLine(text).padEnd(column)}  `;
    const [first, ...rest] = wrap(summaryOf(those, unmet), width, lead);
    const painted = first!.replace(word, paint(unmet.length === 0 ? 'green' : 'red', word));
    if (those.length === 1) return [painted, ...rest];
    const each = unmet.flatMap((one) => wrap(`${one.of}: ${actualText(one)}`, width, '         '));
    return [painted, ...rest, ...each];
  });
}

function summaryOf(those: readonly Evaluation[], unmet: readonly Evaluation[]): string {
  if (those.length === 1) return actualText(those[0]!);
  const total = formatCount(those.length);
  if (unmet.length > 0) return `not in ${formatCount(unmet.length)} of ${total} runs:`;
  const texts = [...new Set(those.toSorted(byActual).map(actualText))];
  const range = texts.length === 1 ? texts[0]! : `${texts[0]} to ${texts.at(-1)}`;
  return `in all ${total} runs: ${range}`;
}

function byActual({ actual: a }: Evaluation, { actual: b }: Evaluation): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : 0;
}

const LEAST_DIGITS = 3;
const MOST_DIGITS = 17;

/** As short as in a table, but exact enough that nobody asks why it was met or unmet. */
function numberText(value: number, wanted: Evaluation['wanted']): string {
  const sideOf = (n: number): number => Math.sign(n - Number(wanted));
  const shown = (digits: number): string => {
    // A whole number is a count: none of its digits is left out.
    const decimals = Math.max(0, digits - Math.trunc(Math.abs(value)).toString().length);
    return new Intl.NumberFormat('en-US', { maximumFractionDigits: decimals }).format(value);
  };
  for (let digits = LEAST_DIGITS; digits < MOST_DIGITS; digits++) {
    const text = shown(digits);
    if (typeof wanted !== 'number') return text;
    if (sideOf(Number(text.replaceAll(',', ''))) === sideOf(value)) return text;
  }
  return String(value);
}

function actualText({ actual, unit, wanted, baseline }: Evaluation): string {
  const textOf = (value: number | string | null): string => {
    if (value === null) return `${NONE} (no such value here)`;
    const text = typeof value === 'number' ? numberText(value, wanted) : value;
    return unit === '' ? text : `${text} ${unit}`;
  };
  const against = baseline === undefined ? '' : `, baseline ${textOf(baseline)}`;
  return `${textOf(actual)}${against}`;
}
