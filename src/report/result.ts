/** A result as text: what was run, what was measured, what was found, and what to do next. */
import { LATENCY_NAMES, type Counts, type Result } from '../core/result.ts';
import { formatCount, plural } from '../core/count-text.ts';
import { machineText, nodeText } from '../core/host-text.ts';
import { errorCountOf } from '../core/refusals.ts';
import { checkLines } from './check-lines.ts';
import { oneLine, wrap } from './columns.ts';
import { conclusionLines } from './conclusion-lines.ts';
import { entry } from './entry.ts';
import { errorLines, lastWords } from './failures.ts';
import { measures } from './measures.ts';
import { percentilesText } from './metric-text.ts';
import { painter, type Paint } from './paint.ts';
import { processTable } from './process-table.ts';
import { tableLines } from './table.ts';
import { formatSeconds } from './text.ts';

export interface RenderOptions {
  color: boolean;
  /** Columns of the terminal; 80 where there is none. */
  width: number;
  /** Paths of the files that were saved. */
  saved?: readonly string[];
}

/** The whole result, ending in the verdict, its reason, the next step and the files. */
export function renderResult(result: Result, { color, width, saved = [] }: RenderOptions): string {
  const paint = painter(color);
  const sections = [
    headline(result, width, paint),
    [...processTable(result, width, paint), ...caption(result, width, paint)],
    countTable(result),
    measures(result, width, paint),
    errorLines(result, width, paint),
    lastWords(result, width, paint),
    checkLines(result.checks, width, paint),
    result.warnings.flatMap((text) => entry('Warning', oneLine(text), width, paint, 'yellow')),
    conclusionLines('Verdict', result.verdict, result, width, paint, saved),
  ];
  const shown = sections.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headline({ backend, host, options, tool, seed }: Result, width: number, paint: Paint) {
  const number = (name: string): number => Number(options[name]);
  const what = [
    `probe ${backend.name}`,
    String(options['access']),
    `${formatCount(number('rows'))} rows × ${formatCount(number('dims'))} dims`,
    `${plural(number('writers'), 'writer')} + ${plural(number('readers'), 'reader')}`,
    formatSeconds(number('duration_s')),
  ];
  const driver = `${backend.package ?? backend.name} ${backend.version}`;
  const versions = [
    backend.engine === backend.version ? driver : `${driver} (${backend.engine})`,
    nodeText(tool),
    machineText(host),
    host.filesystem,
    `seed ${seed}`,
  ];
  const [first, ...rest] = wrap(oneLine(what.join(' · ')), width, '', '  ');
  return [
    paint('bold', first!),
    ...rest,
    ...wrap(oneLine(versions.join(' · ')), width, '', '  ').map((line) => paint('dim', line)),
  ];
}

/** What the latencies in the table are of, and the other latencies. */
function caption(
  { latency_us: latencies, processes, options }: Result,
  width: number,
  paint: Paint,
): string[] {
  const write = options['keys'] === 'shared' ? 'upsert' : 'insert';
  const role = (name: string): boolean => processes.some((process) => process.role === name);
  const shown = [
    ...(role('writer') ? [`${write} (writers)`] : []),
    ...(role('reader') ? ['search (readers)'] : []),
  ];
  const others = LATENCY_NAMES.filter((name) => name !== 'search' && name !== write).flatMap(
    (name) => {
      const latency = latencies[name];
      if (latency === undefined) return [];
      return `${name} ${percentilesText(latency, ['p50', 'p99'])}`;
    },
  );
  const text = `latency of ${[shown.join(' and '), ...others].join(' · ')}`;
  return wrap(text, width, '  ', '    ').map((line) => paint('dim', line));
}

const COUNT_ROWS: readonly (readonly [keyof Counts, keyof Counts])[] = [
  ['reads_ok', 'writes_ok'],
  ['reads_err', 'writes_err'],
  ['open_ok', 'increments_ok'],
  ['open_err', 'increments_err'],
  ['fresh_read_iterations', 'new_rows_inserted'],
  ['fresh_read_results', 'busy_retries'],
];

function countTable(result: Result): string[] {
  const { counts, options } = result;
  const value = (name: keyof Counts): string =>
    name === 'fresh_read_results' && options['check'] === false
      ? 'not recorded'
      : formatCount(counts[name] ?? 0);
  const rows = COUNT_ROWS.map(([left, right]) => [left, value(left), `  ${right}`, value(right)]);
  return tableLines([], [...rows, ['errors', formatCount(errorCountOf(result)), '', '']], [0, 2]);
}
