/** Runs a matrix and tells of it: progress on stderr, the table or JSON on stdout. */
import { loadBackend } from '../../probes/index.ts';
import type { Backend } from '../core/backend.ts';
import { UsageError } from '../core/errors.ts';
import { jsonText } from '../core/printable.ts';
import { evaluate, parseExpectation, type Evaluation } from '../core/expectations.ts';
import { configurationName, type Cell, type Matrix } from '../core/matrix.ts';
import { adviceOf } from '../core/advice.ts';
import { controlsOf, rowsOf } from '../core/matrix-rows.ts';
import { runMatrix } from '../experiment/matrix.ts';
import { expectationLines } from '../report/expectation-lines.ts';
import { renderMatrix } from '../report/matrix-table.ts';
import { painter, wantsColor } from '../report/paint.ts';
import type { SavedMatrix } from '../store/matrices.ts';
import { CANNOT_RUN, UNMET } from './exit.ts';
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
    await runMatrix({
      ...{ directory, matrix, results, backends },
      toolVersion: ownPackage().version,
      interrupt: signals,
      onStep: (step) => progress.step(step, results.get(step.cell)),
      onProgress: (told) => progress.update(told),
      onNote: (text) => progress.line(text),
    }).finally(() => progress.end());
    const judged = judge(saved);
    const style = { color: wantsColor(stdout, env), width: stdout.columns || 80 };
    if (json) stdout.write(jsonOf(saved, judged));
    else {
      stdout.write(renderMatrix(matrix, results, style));
      const lines = expectationLines(
        judged.map(({ cell, evaluations }) => ({ of: nameOf(cell, matrix), evaluations })),
        style.width,
        painter(style.color),
      );
      if (lines.length > 0) stdout.write(`\n${lines.join('\n')}\n`);
      stdout.write(`\n  Saved      ${directory}\n`);
    }
    if (signals.exitCode === null) return exitCodeOfMatrix(saved, judged);
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

function jsonOf({ directory, matrix, results }: SavedMatrix, judged: JudgedCell[]): string {
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
  };
  return `${jsonText(whole)}\n`;
}
