/** Runs a matrix and tells of it: progress on stderr, the table or JSON on stdout. */
import { loadBackend } from '../../probes/index.ts';
import type { Backend } from '../core/backend.ts';
import { plural } from '../core/count-text.ts';
import { UsageError } from '../core/errors.ts';
import { jsonText, oneLine } from '../core/printable.ts';
import { evaluate, parseExpectation, type Evaluation } from '../core/expectations.ts';
import { configurationName, type Cell, type Matrix } from '../core/matrix.ts';
import { adviceOf } from '../core/advice.ts';
import { controlsOf, rowsOf } from '../core/matrix-rows.ts';
import { runMatrix } from '../experiment/matrix.ts';
import { entry } from '../report/entry.ts';
import { expectationLines } from '../report/expectation-lines.ts';
import { renderMatrix } from '../report/matrix-table.ts';
import { painter, wantsColor } from '../report/paint.ts';
import type { SavedMatrix } from '../store/matrices.ts';
import { CANNOT_RUN, exitCodeOfSaved, UNMET } from './exit.ts';
import type { OutputArguments } from './matrix-options.ts';
import { MatrixProgress } from './matrix-progress.ts';
import { ownPackage } from '../system/own-package.ts';
import { Signals } from './signals.ts';

interface JudgedCell {
  cell: Cell;
  evaluations: Evaluation[];
}

/** Runs what is not done of a matrix; returns the exit code. */
export async function runAndReport(
  saved: SavedMatrix,
  { json, quiet }: OutputArguments,
  process: NodeJS.Process,
): Promise<number> {
  const { directory, matrix, results } = saved;
  const backends = await backendsOf(matrix);
  const { stdout, stderr, env } = process;
  const signals = new Signals(process);
  const progress = new MatrixProgress(stderr, env, quiet === true);
  try {
    const problem = await runMatrix({
      ...{ directory, matrix, results, backends },
      toolVersion: ownPackage().version,
      interrupt: signals,
      onStep: (step) => progress.step(step, results.get(step.cell)),
      onProgress: (told) => progress.update(told),
      onNote: (text) => progress.line(text),
    }).finally(() => progress.end());
    const judged = judge(saved);
    const warnings = [...(problem === null ? [] : [problem]), ...missingHistories(saved)];
    const style = { color: wantsColor(stdout, env), width: stdout.columns || 80 };
    if (json) stdout.write(jsonOf(saved, judged, warnings));
    else {
      stdout.write(renderMatrix(matrix, results, style));
      const paint = painter(style.color);
      const lines = [
        ...warnings.flatMap((text) =>
          entry('Warning', oneLine(text), style.width, paint, 'yellow'),
        ),
        ...expectationLines(
          judged.map(({ cell, evaluations }) => ({ of: nameOf(cell, matrix), evaluations })),
          style.width,
          paint,
        ),
      ];
      if (lines.length > 0) stdout.write(`\n${lines.join('\n')}\n`);
      stdout.write(`\n  Saved      ${directory}\n`);
    }
    if (signals.exitCode === null) {
      return exitCodeOfSaved(exitCodeOfMatrix(saved, judged), warnings.length === 0);
    }
    const done = matrix.cells.filter(({ state }) => state === 'done').length;
    stderr.write(
      `Interrupted: ${done} of ${matrix.cells.length} cells are done. Go on with: probe matrix --resume ${directory}\n`,
    );
    return signals.exitCode;
  } finally {
    signals.stop();
  }
}

async function backendsOf({ cells }: Matrix): Promise<Map<string, Backend>> {
  const names = [...new Set(cells.map(({ options }) => options.backend))];
  const loaded = await Promise.all(names.map(loadBackend));
  return new Map(
    names.map((name, i) => {
      const backend = loaded[i];
      if (backend === undefined) {
        throw new UsageError(`the saved matrix names a backend that does not exist: ${name}`);
      }
      return [name, backend];
    }),
  );
}

/** The expectations of each run that is no control. */
function judge({ matrix, results }: SavedMatrix): JudgedCell[] {
  const expectations = matrix.expectations.map((text) => parseExpectation(text, false));
  return matrix.cells.flatMap((cell) => {
    const result = results.get(cell);
    if (result === undefined || cell.control !== null) return [];
    return { cell, evaluations: evaluate(expectations, [result]) };
  });
}

/** One sentence on the runs whose histories were asked for and are not there. */
function missingHistories({ matrix, results }: SavedMatrix): string[] {
  if (!matrix.history) return [];
  const lacking = matrix.cells.filter((cell) => results.get(cell)?.history === null);
  if (lacking.length === 0) return [];
  const names = lacking.map((cell) => nameOf(cell, matrix)).join(', ');
  return [`${plural(lacking.length, 'run')} without a history, which could not be saved: ${names}`];
}

/** A matrix that is not whole, or that its own controls disprove, is no evidence, whatever was expected. */
function exitCodeOfMatrix({ matrix, results }: SavedMatrix, judged: readonly JudgedCell[]): number {
  const disproved = controlsOf(matrix.cells, results).some(({ problem }) => problem !== null);
  const failed = matrix.cells.some(({ state }) => state === 'failed');
  if (disproved || failed) return CANNOT_RUN;
  return judged.some(({ evaluations }) => evaluations.some(({ met }) => !met)) ? UNMET : 0;
}

function nameOf({ options, round }: Cell, { repeat }: Matrix): string {
  const run = repeat === 1 ? '' : `, run ${round + 1}`;
  return `${configurationName(options)}${run}`;
}

function jsonOf(
  { directory, matrix, results }: SavedMatrix,
  judged: JudgedCell[],
  warnings: string[],
): string {
  const whole = {
    ...matrix,
    directory,
    cells: matrix.cells.map((cell) => ({
      ...cell,
      result: results.get(cell) ?? null,
      evaluations: judged.find((one) => one.cell === cell)?.evaluations ?? [],
    })),
    controls: controlsOf(matrix.cells, results),
    advice: adviceOf(rowsOf(matrix.cells, results)),
    warnings,
  };
  return `${jsonText(whole)}\n`;
}
