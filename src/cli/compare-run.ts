/** Reads what is to be compared and prints the comparison. */
import { basename } from 'node:path';
import {
  blocksOf,
  comparedMetrics,
  differencesOf,
  type Block,
  type Source,
} from '../core/compare.ts';
import { UsageError } from '../core/errors.ts';
import { jsonText } from '../core/printable.ts';
import { evaluate, type Evaluation, type Expectation } from '../core/expectations.ts';
import { groupBy } from '../core/group-by.ts';
import { configurationKey, configurationName } from '../core/matrix.ts';
import { renderComparison } from '../report/compare-table.ts';
import { expectationLines } from '../report/expectation-lines.ts';
import { painter, wantsColor } from '../report/paint.ts';
import { isMatrix, readMatrix } from '../store/matrices.ts';
import { readResult } from '../store/results.ts';
import { UNMET } from './exit.ts';

interface Judged {
  of: string;
  evaluations: Evaluation[];
}

/** Compares, prints, and returns the exit code. */
export async function compareAndReport(
  paths: readonly string[],
  expectations: readonly Expectation[],
  json: boolean,
  { stdout, env }: NodeJS.Process,
): Promise<number> {
  const sources = await Promise.all(paths.map(readSource));
  const blocks = blocksOf(sources);
  if (blocks.every(({ columns }) => columns.length < 2)) {
    throw new UsageError(
      `there is nothing to compare: ${paths.join(', ')} must have at least two results${
        paths.length > 1 ? ' of the same configuration' : ''
      }`,
    );
  }
  const judged = blocks.flatMap((block) => judge(block, expectations));
  const style = { color: wantsColor(stdout, env), width: stdout.columns || 80 };
  if (json) stdout.write(jsonOf(blocks, judged));
  else {
    stdout.write(renderComparison(blocks, style));
    const lines = expectationLines(judged, style.width, painter(style.color));
    if (lines.length > 0) stdout.write(`\n${lines.join('\n')}\n`);
  }
  return judged.some(({ evaluations }) => evaluations.some(({ met }) => !met)) ? UNMET : 0;
}

/** A result by itself, or a matrix: its runs by configuration, without the controls. */
async function readSource(path: string): Promise<Source> {
  const title = basename(path).replace(/\.json$/, '');
  if (!(await isMatrix(path))) {
    return { title, groups: [{ title, runs: [await readResult(path)] }] };
  }
  const { directory, matrix, results } = await readMatrix(path);
  const done = matrix.cells.filter((cell) => cell.control === null && results.has(cell));
  if (done.length === 0) throw new UsageError(`${path} has no cell that is done`);
  const groups = [...groupBy(done, ({ options }) => configurationKey(options)).values()];
  return {
    title: basename(directory),
    groups: groups.map((cells) => ({
      title: configurationName(cells[0]!.options),
      runs: cells.map((cell) => results.get(cell)!),
    })),
  };
}

/** What names the baseline on the median of each other column, everything else on every run. */
function judge({ title, columns }: Block, expectations: readonly Expectation[]): Judged[] {
  const [first] = columns;
  const plain = expectations.filter(({ wanted }) => 'value' in wanted);
  const relative = expectations.filter((expectation) => !plain.includes(expectation));
  const nameOf = (...parts: string[]): string => parts.filter((part) => part !== '').join(', ');
  return columns.flatMap((column) => [
    ...column.runs.map((run, i) => ({
      of: nameOf(title, column.label, column.runs.length > 1 ? `run ${i + 1}` : ''),
      evaluations: evaluate(plain, [run]),
    })),
    ...(column === first
      ? []
      : [
          {
            of: nameOf(title, column.label),
            evaluations: evaluate(relative, column.runs, first!.runs),
          },
        ]),
  ]);
}

function jsonOf(blocks: readonly Block[], judged: readonly Judged[]): string {
  const told = {
    blocks: blocks.map(({ title, columns }) => ({
      title,
      columns: columns.map(({ label, title: from, runs }) => ({
        ...{ label, title: from, runs: runs.length },
        ...differencesOf(columns[0]!.runs[0]!, runs[0]!),
      })),
      metrics: comparedMetrics(columns).map(({ metric: { name, unit }, values, ratios }) => ({
        ...{ name, unit, values, ratios },
      })),
    })),
    expectations: judged.filter(({ evaluations }) => evaluations.length > 0),
  };
  return `${jsonText(told)}\n`;
}
