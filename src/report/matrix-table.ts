/** A matrix as text: a row per configuration, the controls, and what to make of it. */
import { stripVTControlCharacters } from 'node:util';
import type { CellResults, Matrix } from '../core/matrix.ts';
import { adviceOf } from '../core/advice.ts';
import { medianIn, mostIn, rowsOf, type MatrixRow } from '../core/matrix-rows.ts';
import type { RunOptions } from '../core/options.ts';
import { formatCount, plural } from '../core/count-text.ts';
import { machineText, nodeText } from '../core/host-text.ts';
import { cut, oneLine, widthOf, wrap } from './columns.ts';
import { adviceLines } from './advice-lines.ts';
import { controlLines, footnotes, skippedLines } from './matrix-notes.ts';
import { metricText, NONE } from './metric-text.ts';
import { painter, type Paint, type Style, VERDICT_STYLES } from './paint.ts';
import { tableThatFits } from './table.ts';
import { formatSeconds } from './text.ts';

/** Beside the table from so many columns on, below each row with fewer. */
const LEAST_NOTE_COLUMNS = 40;
const NOTE_LENGTH = 120;

/** The whole matrix, ending in the advice. */
export function renderMatrix(
  matrix: Matrix,
  results: CellResults,
  { color, width }: { color: boolean; width: number },
): string {
  const paint = painter(color);
  const rows = rowsOf(matrix.cells, results);
  const table = matrixTable(
    rows.filter(({ verdict }) => verdict !== 'skipped'),
    width,
    paint,
  );
  const sections = [
    headline(matrix, rows, width, paint),
    table.lines,
    skippedLines(rows, width, paint),
    footnotes(matrix, rows, table.leftOut, width, paint),
    controlLines(matrix, results, width, paint),
    adviceLines(adviceOf(rows), width, paint),
  ];
  const shown = sections.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headline(
  { repeat, tool: own }: Matrix,
  rows: readonly MatrixRow[],
  width: number,
  paint: Paint,
) {
  const { rows: seeded, dims, durationS, seed } = rows[0]!.options;
  const what = [
    'probe matrix',
    plural(rows.length, 'configuration'),
    `${formatCount(seeded)} rows × ${formatCount(dims)} dims`,
    `${formatSeconds(durationS)} each`,
    ...(repeat > 1 ? [`${formatCount(repeat)} runs each`] : []),
    `seed ${seed}`,
  ];
  const versions = rows.flatMap(({ runs }) =>
    runs.map(({ backend, tool, host }) => [
      `${backend.package ?? backend.name} ${backend.version}`,
      nodeText(tool),
      `${machineText(host)}, ${host.filesystem}`,
    ]),
  );
  const [first, ...rest] = wrap(what.join(' · '), width, '', '  ');
  const distinct = [0, 1, 2].flatMap((i) => [...new Set(versions.map((parts) => parts[i]!))]);
  // Drivers tell their versions in their runs.
  const known = distinct.length > 0 ? distinct : [nodeText(own), 'no cell is done yet'];
  return [
    paint('bold', first!),
    ...rest,
    ...wrap(oneLine(known.join(' · ')), width, '', '  ').map((line) => paint('dim', line)),
  ];
}

const ROW_STYLES: Partial<Record<MatrixRow['verdict'], Style>> = {
  ...VERDICT_STYLES,
  failed: 'red',
};

/** Of the lists, those in which the rows differ. */
const CHOICES: readonly (readonly [title: string, of: (options: RunOptions) => string])[] = [
  ['backend', ({ backend }) => backend],
  ['access', ({ access }) => access],
  ['refresh', ({ refresh }) => String(refresh)],
  ['w+r', ({ writers, readers }) => `${writers}+${readers}`],
];
const ALWAYS = ['backend', 'access'];

const MEASURES: readonly (readonly [title: string, of: (row: MatrixRow) => string])[] = [
  ['reads/s', (row) => metricText('per_s', medianIn(row, 'reads_per_s'))],
  ['writes/s', (row) => metricText('per_s', medianIn(row, 'writes_per_s'))],
  ['errors', (row) => metricText('number', mostIn(row, 'errors'))],
  ['lag p50', (row) => metricText('us', medianIn(row, 'lag_p50'))],
  ['lag p99', (row) => metricText('us', medianIn(row, 'lag_p99'))],
  ['lost', (row) => metricText('number', mostIn(row, 'lost_rows'))],
];

/** Where there is no room these are left out: first those in which all rows are alike, then the others in this order. */
const DISPENSABLE = ['errors', 'lag p50', 'lost', 'lag p99', 'writes/s', 'reads/s', 'backend'];

interface MatrixTable {
  lines: string[];
  /** The columns that are not shown for want of room, each with its value if all rows have the same. */
  leftOut: string[];
}

function matrixTable(rows: readonly MatrixRow[], width: number, paint: Paint): MatrixTable {
  const choices = CHOICES.filter(
    ([title, of]) =>
      ALWAYS.includes(title) || new Set(rows.map(({ options }) => of(options))).size > 1,
  );
  const columns = [...choices, ['verdict'] as const, ...MEASURES].map(([title]) => title);
  const cells = rows.map((row) => [
    ...choices.map(([, of]) => of(row.options)),
    verdictCell(row, paint),
    ...MEASURES.map(([, of]) => (row.runs.length === 0 ? NONE : of(row))),
  ]);
  /** The one value of a column; undefined if there are several, or so few rows that it says nothing. */
  const constantOf = (title: string): string | undefined => {
    const values = new Set(cells.map((row) => row[columns.indexOf(title)]!));
    return values.size === 1 && rows.length > 1 ? [...values][0] : undefined;
  };
  const constant = DISPENSABLE.filter((title) => constantOf(title) !== undefined);
  const others = DISPENSABLE.filter((title) => !constant.includes(title) && title !== 'backend');
  const { lines, leftOut } = tableThatFits(columns, cells, {
    left: [...choices.map(([title]) => title), 'verdict'],
    less: [...constant, ...others],
    width,
    paint,
  });
  const [top, ...rest] = lines;
  return {
    lines: [
      top!,
      ...rest.flatMap((line, i) => withNote(line, noteOf(rows[i]!), rest, width, paint)),
    ],
    leftOut: leftOut.map((title) => {
      const value = constantOf(title);
      return value === undefined || value === NONE ? title : `${title} (${value} in all rows)`;
    }),
  };
}

/** Whoever cannot see colours sees what is wrong by its capitals. */
function verdictCell({ verdict }: MatrixRow, paint: Paint): string {
  const isLoud = verdict === 'wrong' || verdict === 'inconsistent' || verdict === 'failed';
  const word = isLoud ? verdict.toUpperCase() : verdict;
  const style = ROW_STYLES[verdict];
  return style === undefined ? word : paint(style, word);
}

/** What works needs no explanation; of what was measured the result has the whole sentence. */
function noteOf({ verdict, because, runs }: MatrixRow): string {
  if (verdict === 'works') return '';
  return runs.length === 0 ? oneLine(because) : cut(oneLine(because), NOTE_LENGTH);
}

function withNote(
  line: string,
  note: string,
  lines: readonly string[],
  width: number,
  paint: Paint,
): string[] {
  if (note === '') return [line];
  const plainWidth = (text: string): number => widthOf(stripVTControlCharacters(text));
  const column = Math.max(...lines.map(plainWidth)) + 2;
  const dim = (text: string): string => paint('dim', text);
  if (width - column < LEAST_NOTE_COLUMNS) {
    return [line, ...wrap(note, width, '      ').map(dim)];
  }
  const [first, ...rest] = wrap(note, width - column);
  const padding = ' '.repeat(column - plainWidth(line));
  return [line + padding + dim(first!), ...rest.map((text) => ' '.repeat(column) + dim(text))];
}
