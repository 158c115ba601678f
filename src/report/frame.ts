/** One frame of the live view, and its plain line: pure functions of the progress. */
import {
  RECENT_SECONDS,
  type Phase,
  type ProcessProgress,
  type Progress,
} from '../core/progress.ts';
import { formatCount } from '../core/count-text.ts';
import { cut, oneLine, widthOf } from './columns.ts';
import { painter, type Style } from './paint.ts';
import { bar, formatDuration, formatShare, sparkline } from './text.ts';

export interface FrameSize {
  columns: number;
  rows: number;
}

/** Text and its style; coloured only after the line has been cut. */
type Part = readonly [text: string, style?: Style | undefined];

const BAR = 24;
/** Beside the bar the first line needs so many columns. */
const BESIDE_BAR = 42;
const HINTS: Partial<Record<Phase, string>> = {
  prepare: 'Ctrl-C gives the run up',
  work: 'Ctrl-C ends the run and reports what was measured',
};

/** What is drawn on a terminal of this size: at most one line less than it has, none wider. */
export function frameOf(
  title: string,
  progress: Progress,
  { columns, rows }: FrameSize,
  color: boolean,
): string {
  const paint = painter(color);
  const top: Part[][] = [[[oneLine(title), 'bold']], headOf(progress, columns)];
  const processes = progress.processes.map(processParts);
  const table: Part[][] = [[], [[TABLE_HEAD, 'dim']], ...processes];
  const hint = HINTS[progress.phase];
  const bottom: Part[][] = hint === undefined ? [] : [[], [[hint, 'dim']]];
  const room = rows - 1;
  const whole = [...top, ...(processes.length === 0 ? [] : table), ...bottom];
  const lines = whole.length <= room ? whole : shortened(top, table, progress, room);
  return lines
    .map((parts) =>
      cutParts(parts, columns)
        .map(([text, style]) => (style === undefined ? text : paint(style, text)))
        .join(''),
    )
    .join('\n');
}

/** `[  5s] work  writers 22 ops/s  readers 1,120 ops/s  errors 0`, where nothing can be drawn. */
export function plainLine(progress: Progress): string {
  const { phase, elapsedUs, fraction } = progress;
  const time = `[${String(Math.floor(elapsedUs / 1_000_000)).padStart(3)}s]`;
  const share = phase !== 'work' && fraction !== null ? [formatShare(fraction)] : [];
  return [`${time} ${phase}`, ...share, ...totals(progress)].join('  ');
}

/** Operations per second in the last finished second of the window, by role, and the errors so far. */
function totals({ phase, processes, errors }: Progress): string[] {
  const roles = phase === 'work' ? (['writers', 'readers'] as const) : [];
  const rates = roles.flatMap((role) => {
    const last = processes
      .filter(({ name }) => name.startsWith(role[0]!))
      .map(({ perSecond }) => perSecond.at(-1))
      .filter((rate) => rate !== undefined);
    if (last.length === 0) return [];
    return `${role} ${formatCount(last.reduce((sum, rate) => sum + rate, 0))} ops/s`;
  });
  return [...rates, `errors ${formatCount(errors)}`];
}

function headOf(
  { phase, elapsedUs, remainingUs, fraction, errors }: Progress,
  columns: number,
): Part[] {
  const room = Math.min(BAR, columns - BESIDE_BAR);
  const drawn: Part[] =
    fraction === null || room < 1 ? [] : [[bar(fraction, room), 'cyan'], ['  ']];
  const left = remainingUs === null ? '' : `, ${seconds(remainingUs)} left`;
  return [
    [`${phase.padEnd(7)}  `, 'bold'],
    ...drawn,
    [`${seconds(elapsedUs)}${left}  `],
    [`errors ${formatCount(errors)}`, errors > 0 ? 'red' : undefined],
  ];
}

function seconds(us: number): string {
  return `${(us / 1_000_000).toFixed(1)} s`;
}

const TABLE_HEAD = [
  'process  state     ',
  'ops/s  '.padStart(9),
  `last ${RECENT_SECONDS} s`.padEnd(RECENT_SECONDS),
  'ops'.padStart(10),
  'p50'.padStart(9),
  'p99'.padStart(9),
  'errors'.padStart(8),
].join('');

const STATE_STYLE: Partial<Record<ProcessProgress['state'], Style>> = {
  running: 'green',
  refused: 'yellow',
  died: 'red',
  hung: 'red',
};

function processParts(process: ProcessProgress): Part[] {
  const { name, state, operations, perSecond, p50Us, p99Us, errors } = process;
  const rate = perSecond.at(-1);
  const duration = (us: number | null): string =>
    (us === null ? '–' : formatDuration(us)).padStart(9);
  return [
    [name.padEnd(9)],
    [state.padEnd(8), STATE_STYLE[state]],
    [(rate === undefined ? '–' : formatCount(rate)).padStart(9)],
    ['  '],
    [sparkline(perSecond, RECENT_SECONDS), 'cyan'],
    [formatCount(operations).padStart(10)],
    [duration(p50Us)],
    [duration(p99Us)],
    [formatCount(errors).padStart(8), errors > 0 ? 'red' : undefined],
  ];
}

/** As many processes as there is room for, or only the totals. */
function shortened(top: Part[][], table: Part[][], progress: Progress, room: number): Part[][] {
  const shown = room - top.length - 1;
  if (shown < 3 || progress.processes.length === 0) {
    return [...top, [[totals(progress).join('  ')] as const]].slice(0, Math.max(room, 1));
  }
  const more = table.length - shown;
  return [...top, ...table.slice(0, shown), [[`… ${formatCount(more)} more`, 'dim']]];
}

function cutParts(parts: readonly Part[], columns: number): Part[] {
  let left = columns;
  return parts.flatMap(([text, style]): Part[] => {
    if (left <= 0) return [];
    const kept = cut(text, left);
    left = kept === text ? left - widthOf(text) : 0;
    return [[kept, style]];
  });
}
