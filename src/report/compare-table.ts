/** Results side by side: what differs between them, and by how much. */
import {
  comparedMetrics,
  differencesOf,
  firedChecks,
  type Block,
  type Column,
  type ComparedMetric,
} from '../core/compare.ts';
import type { Metric } from '../core/metric-table.ts';
import { RUNS_FOR_INTERVAL, type Ratio } from '../core/ratio.ts';
import { formatCount, plural } from '../core/count-text.ts';
import { cut, oneLine, widthOf, wrap } from './columns.ts';
import { metricText } from './metric-text.ts';
import { painter, type Paint } from './paint.ts';
import { tableLines } from './table.ts';

/** Detail that the JSON has and the table leaves out. */
const LEFT_OUT =
  /_p95$|^(?!lag|peak)\w+_max$|^(audit_took|start_skew|window_s|in_doubt_rows|after_window)$/;
/** Shown only where one of them is not 0. */
const RARE =
  /^(increments_|busy_|driver_|workers_|checks_|duplicate_|torn_|unexpected_|never_|errors)/;

/** All blocks, one below the other. */
export function renderComparison(
  blocks: readonly Block[],
  { color, width }: { color: boolean; width: number },
): string {
  const paint = painter(color);
  const texts = blocks.map((block) => blockLines(block, width, paint).join('\n'));
  return `${texts.join('\n\n\n')}\n`;
}

function blockLines({ title, columns }: Block, width: number, paint: Paint): string[] {
  const [first, ...others] = columns;
  if (first === undefined) return [];
  const name = oneLine(title === '' ? 'probe compare' : `probe compare · ${title}`);
  const legend = columns.map(({ label, title: from, runs }) => {
    const repeats = runs.length === 1 ? '' : ` (${formatCount(runs.length)} runs)`;
    return cut(`  ${label} = ${oneLine(from)}${repeats}`, width);
  });
  const head = [...wrap(name, width).map((line) => paint('bold', line)), ...legend];
  if (others.length === 0) return [...head, paint('dim', '  nothing to compare it with')];
  return [
    ...head,
    ...others.flatMap((column) => differenceLines(first, column, width, paint)),
    ...chunksThatFit(first, others, width).flatMap((lines) => ['', ...lines]),
    ...noteLines(columns, width, paint),
  ];
}

function differenceLines(first: Column, column: Column, width: number, paint: Paint): string[] {
  const { differs, same, sameOptions } = differencesOf(first.runs[0]!, column.runs[0]!);
  const changes = differs.map(({ name, from, to }) => `${name} ${from} → ${to}`);
  const options = differs.length === 0 ? 'all options' : plural(sameOptions, 'option');
  const text = [
    `${column.label} differs from ${first.label}: ${changes.join('; ') || 'in nothing that is known'}.`,
    `Same: ${[...same, options].join(', ')}.`,
  ].join(' ');
  return wrap(oneLine(text), width, '  ', '    ').map((line) => paint('dim', line));
}

/** As many columns beside the first as the width allows, at least one; then the next. */
function chunksThatFit(first: Column, others: readonly Column[], width: number): string[][] {
  for (let size = others.length; ; size--) {
    const chunks: string[][] = [];
    for (let i = 0; i < others.length; i += size) {
      chunks.push(chunkLines([first, ...others.slice(i, i + size)]));
    }
    if (size === 1 || chunks.flat().every((line) => widthOf(line) <= width)) return chunks;
  }
}

function chunkLines(columns: readonly Column[]): string[] {
  const compared = comparedMetrics(columns).filter(isShown);
  const hasIntervals = compared.some(({ ratios }) => ratios.some((ratio) => ratio?.interval));
  const [first] = columns;
  const head = columns.map(({ label }, i) => {
    if (i === 0) return ['', label];
    const change = `${label} / ${first!.label}`;
    return [label, change, ...(hasIntervals ? ['95 % interval', ''] : [''])];
  });
  const rows = compared.map((row) => [
    row.metric.name,
    ...columns.flatMap((column, i) => {
      const value = metricText(row.metric.unit, row.values[i]!);
      if (i === 0) return [value];
      const ratio = row.ratios[i]!;
      const interval = hasIntervals ? [intervalText(ratio)] : [];
      return [value, changeText(row, i), ...interval, wordText(row.metric, ratio, first!, column)];
    }),
  ]);
  const flat = head.flat();
  // Words stand to the left, like the names.
  const words = flat.flatMap((title, i) => (title === '' ? [i] : []));
  return tableLines(flat, rows, words);
}

function isShown({ metric: { name }, values }: ComparedMetric): boolean {
  if (LEFT_OUT.test(name)) return false;
  return !RARE.test(name) || values.some((value) => value !== 0 && value !== null);
}

/** A ratio where one means something, else the difference. */
function changeText({ metric, values, ratios }: ComparedMetric, i: number): string {
  const ratio = ratios[i];
  if (ratio) return `${ratio.value.toFixed(2)}×`;
  const [before, after] = [values[0], values[i]];
  if (typeof before === 'string' || typeof after === 'string') {
    return before === after ? 'same' : 'changed';
  }
  if (typeof before !== 'number' || typeof after !== 'number') return '';
  if (metric.unit !== 'number' || before === after) return '';
  return `${after > before ? '+' : '−'}${metricText('number', Math.abs(after - before))}`;
}

function intervalText(ratio: Ratio | null): string {
  return ratio?.interval ? ratio.interval.map((end) => end.toFixed(2)).join(' – ') : '';
}

function wordText({ name }: Metric, ratio: Ratio | null, first: Column, column: Column): string {
  if (name !== 'checks_failed') return ratio?.word ?? '';
  const [before, after] = [firedChecks(first.runs), firedChecks(column.runs)];
  const added = after.filter((check) => !before.includes(check));
  const gone = before.filter((check) => !after.includes(check));
  return [
    ...(added.length > 0 ? [`new: ${added.join(', ')}`] : []),
    ...(gone.length > 0 ? [`gone: ${gone.join(', ')}`] : []),
  ].join('; ');
}

function noteLines(columns: readonly Column[], width: number, paint: Paint): string[] {
  const least = Math.min(...columns.map(({ runs }) => runs.length));
  const single = columns.every(({ runs }) => runs.length === 1);
  const text = single
    ? 'one run each: no interval'
    : least < RUNS_FOR_INTERVAL
      ? `medians; fewer than ${RUNS_FOR_INTERVAL} runs on a side: no interval`
      : "medians; ratios of geometric means with Welch's 95 % interval";
  return ['', ...wrap(text, width, '  ')].map((line) => paint('dim', line));
}
