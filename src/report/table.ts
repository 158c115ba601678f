import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import { widthOf } from './columns.ts';
import type { Paint } from './paint.ts';

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Lines of a table without borders, indented by two; columns are right aligned unless said otherwise. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  leftColumns: readonly number[] = [0],
): string[] {
  const table = new Table({
    chars: NO_BORDERS,
    // Its own colours go into pipes too.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    head: [...head],
    colAligns: (rows[0] ?? head).map((_, i) => (leftColumns.includes(i) ? 'left' : 'right')),
  });
  table.push(...rows.map((row) => row.map((cell) => cell.replaceAll(/[\r\n]+/g, ' '))));
  return table
    .toString()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd());
}

interface Fit {
  /** Titles of the columns that are aligned to the left. */
  left: readonly string[];
  /** Titles of the columns that may be left out, the first of them first. */
  less: readonly string[];
  width: number;
  paint: Paint;
}

/** A table of at most this width: columns are left out until the rest fits. Also says which. */
export function tableThatFits(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  { left, less, width, paint }: Fit,
): { lines: string[]; leftOut: readonly string[] } {
  for (let n = 0; ; n++) {
    const leftOut = less.slice(0, n);
    const kept = titles.filter((title) => !leftOut.includes(title));
    const lines = tableLines(
      kept.map((title) => paint('dim', title)),
      rows.map((row) => row.filter((_, i) => kept.includes(titles[i]!))),
      kept.flatMap((title, i) => (left.includes(title) ? [i] : [])),
    );
    const fits = lines.every((line) => widthOf(stripVTControlCharacters(line)) <= width);
    if (fits || n === less.length) return { lines, leftOut };
  }
}
