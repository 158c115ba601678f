import Table from 'cli-table3';

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
