import { medianOf } from './expectations.ts';
import { groupBy } from './group-by.ts';
import {
  configurationKey,
  configurationName,
  controlProblem,
  worstVerdict,
  type Cell,
  type CellResults,
  type CellState,
} from './matrix.ts';
import { metricNamed, numberOf } from './metric-table.ts';
import type { Verdict } from './names.ts';
import type { RunOptions } from './options.ts';
import type { Result } from './result.ts';

/** One configuration of a matrix with all its repeats. */
export interface MatrixRow {
  options: RunOptions;
  runs: Result[];
  /** The worst of its runs; without any, why there is none. */
  verdict: Verdict | Exclude<CellState, 'done'>;
  /** The reason of the worst run, and of those that could not run. */
  because: string;
}

/** The configurations in the order in which they first ran; controls are none. */
export function rowsOf(cells: readonly Cell[], results: CellResults): MatrixRow[] {
  const groups = groupBy(
    cells.filter(({ control }) => control === null),
    ({ options }) => configurationKey(options),
  );
  return [...groups.values()].map((group) => {
    const runs = group.map((cell) => results.get(cell)).filter((run) => run !== undefined);
    const worst = worstVerdict(runs);
    const failed = group.filter(({ state }) => state === 'failed');
    const missing = failed[0] ?? group.find(({ state }) => state !== 'done');
    const reasons = [
      runs.find(({ verdict }) => verdict === worst)?.because,
      failed.length > 0 && runs.length > 0
        ? `${failed.length} of ${group.length} runs failed: ${failed[0]!.reason}`
        : undefined,
      runs.length === 0 ? missing?.reason : undefined,
    ];
    const state = missing?.state === 'done' ? undefined : missing?.state;
    return {
      options: group[0]!.options,
      runs,
      verdict: worst ?? state ?? 'pending',
      because: reasons.filter((reason) => typeof reason === 'string').join(' '),
    };
  });
}

/** The median of a metric over the runs of a row, as a table shows it. */
export function medianIn({ runs }: MatrixRow, name: string): number | null {
  const metric = metricNamed(name)!;
  const shown = (run: Result) => metric.instead?.(run) ?? metric.of(run);
  return medianOf({ ...metric, of: shown }, runs);
}

/** The most of any run: of what must not be there at all, a median would hide it. */
export function mostIn({ runs }: MatrixRow, metric: string): number | null {
  const values = runs.map((run) => numberOf(metric, run)).filter((value) => value !== null);
  return values.length === 0 ? null : Math.max(...values);
}

/** What became of one control. */
export interface ControlOutcome {
  /** Which, and on what. */
  name: string;
  state: CellState;
  /** Why the matrix proves nothing; null if the control came out as it must, or has not run. */
  problem: string | null;
}

/** Of all controls of a matrix, in the order in which they run. */
export function controlsOf(cells: readonly Cell[], results: CellResults): ControlOutcome[] {
  return cells.flatMap((cell) => {
    const { control, options, state, reason } = cell;
    if (control === null) return [];
    const result = results.get(cell);
    const problem = result === undefined ? reason : controlProblem(control, result);
    return { name: `${control}, ${configurationName(options)}`, state, problem };
  });
}
