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

/**
 * What is drawn on a terminal of this size: at most one line less than it has, none wider. `ownHint` stands below it in
 * every phase, in the place of what is said of a single run.
 */
export function frameOf(
  title: string,
  progress: Progress,
  { columns, rows }: FrameSize,
  color: boolean,
  ownHint?: string,
): string {
  const paint = painter(color);
  const top: Part[][] = [[[oneLine(title), 'bold']], headOf(progress, columns)];
  const table = tableParts(progress.processes, columns);
  const hint = ownHint ?? HINTS[progress.phase];
  const bottom: Part[][] = hint === undefined ? [] : [[], [[hint, 'dim']]];
  const room = rows - 1;
  const whole = [...top, ...table, ...bottom];
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

const STATE_STYLE: Partial<Record<ProcessProgress['state'], Style>> = {
  running: 'green',
  refused: 'yellow',
  died: 'red',
  hung: 'red',
};

interface Column {
  title: string;
  width: number;
  align: 'left' | 'right';
  of(process: ProcessProgress): Part;
}

const duration = (us: number | null): string => (us === null ? '–' : formatDuration(us));

const SPARKLINE: Column = {
  ...{ title: `  last ${RECENT_SECONDS} s`, width: RECENT_SECONDS + 2, align: 'left' },
  of: ({ perSecond }) => [`  ${sparkline(perSecond, RECENT_SECONDS)}`, 'cyan'],
};
const OPERATIONS: Column = {
  ...{ title: 'ops', width: 10, align: 'right' },
  of: ({ operations }) => [formatCount(operations)],
};
const COLUMNS: readonly Column[] = [
  { title: 'process', width: 9, align: 'left', of: ({ name }) => [name] },
  { title: 'state', width: 8, align: 'left', of: ({ state }) => [state, STATE_STYLE[state]] },
  {
    ...{ title: 'ops/s', width: 9, align: 'right' },
    of: ({ perSecond }) => [perSecond.length === 0 ? '–' : formatCount(perSecond.at(-1)!)],
  },
  SPARKLINE,
  OPERATIONS,
  { title: 'p50', width: 9, align: 'right', of: ({ p50Us }) => [duration(p50Us)] },
  { title: 'p99', width: 9, align: 'right', of: ({ p99Us }) => [duration(p99Us)] },
  {
    ...{ title: 'errors', width: 8, align: 'right' },
    of: ({ errors }) => [formatCount(errors), errors > 0 ? 'red' : undefined],
  },
];
/** What a narrow terminal does without, the first of them first. */
const DISPENSABLE = [SPARKLINE, OPERATIONS];

function columnsThatFit(width: number): readonly Column[] {
  const left = [...DISPENSABLE];
  let columns = COLUMNS;
  while (left.length > 0 && columns.reduce((sum, column) => sum + column.width, 0) > width) {
    const next = left.shift();
    columns = columns.filter((column) => column !== next);
  }
  return columns;
}

function tableParts(processes: readonly ProcessProgress[], width: number): Part[][] {
  if (processes.length === 0) return [];
  const columns = columnsThatFit(width);
  const padded = ({ width: room, align }: Column, text: string): string =>
    align === 'left' ? text.padEnd(room) : text.padStart(room);
  const head = columns.map((column) => padded(column, column.title)).join('');
  const rows = processes.map((process) =>
    columns.map((column): Part => {
      const [text, style] = column.of(process);
      return [padded(column, text), style];
    }),
  );
  return [[], [[head, 'dim']], ...rows];
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
