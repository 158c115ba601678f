import { configurationName } from '../core/matrix.ts';
import type { Progress } from '../core/progress.ts';
import type { Result } from '../core/result.ts';
import type { MatrixStep } from '../experiment/matrix.ts';
import { canDraw, createLiveView, silentView, type LiveView } from '../report/live.ts';
import { formatRoughly } from '../report/text.ts';

const HINT = 'Ctrl-C ends the matrix; --resume runs this cell again';

/** On a terminal the live view of the cell at work, under the total; everywhere a line per cell that has ended. */
export class MatrixProgress {
  readonly #stderr: NodeJS.WriteStream;
  readonly #env: NodeJS.ProcessEnv;
  readonly #quiet: boolean;
  #view: LiveView = silentView;

  constructor(stderr: NodeJS.WriteStream, env: NodeJS.ProcessEnv, quiet: boolean) {
    this.#stderr = stderr;
    this.#env = env;
    this.#quiet = quiet;
  }

  step(step: MatrixStep, result: Result | undefined): void {
    this.end();
    if (this.#quiet) return;
    if (step.ended) this.#stderr.write(`${endText(step, result)}\n`);
    else if (canDraw(this.#stderr, this.#env)) {
      this.#view = createLiveView(this.#stderr, this.#env, beginText(step), HINT);
    }
  }

  update(progress: Progress): void {
    this.#view.update(progress);
  }

  /** A line that stays, whatever is shown. */
  line(text: string): void {
    if (this.#view === silentView) this.#stderr.write(`${text}\n`);
    else this.#view.line(text);
  }

  /** Takes away what is not to stay. */
  end(): void {
    this.#view.clear();
    this.#view = silentView;
  }
}

function beginText({ cell, finished, total, remainingUs }: MatrixStep): string {
  return `matrix ${finished + 1}/${total}${leftText(remainingUs)} · ${nameOf(cell)}`;
}

function endText(step: MatrixStep, result: Result | undefined): string {
  const { cell, finished, total, remainingUs } = step;
  const count = `[${String(finished).padStart(String(total).length)}/${total}]`;
  const outcome = result?.verdict ?? `${cell.state}: ${cell.reason}`;
  const left = finished === total ? '' : leftText(remainingUs);
  return `${count} ${nameOf(cell)}: ${outcome}${left}`;
}

function nameOf({ options, round, control }: MatrixStep['cell']): string {
  const what = control === null ? '' : `control ${control}: `;
  return `${what}${configurationName(options)}${round === 0 ? '' : `, run ${round + 1}`}`;
}

function leftText(remainingUs: number | null): string {
  return remainingUs === null ? '' : `, about ${formatRoughly(remainingUs)} left`;
}
