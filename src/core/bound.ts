import { formatCount } from './count-text.ts';

/** What trials in which nothing went wrong exclude; its names are the saved file's. */
export interface Bound {
  trials: number;
  /** What is counted: `kills inside a commit`. */
  unit: string;
  /** With 95 % confidence, a smaller share of such trials goes wrong than this. */
  excludes_above: number;
}

const CONFIDENCE = 0.95;

/**
 * The bound of so many independent trials that all went well: with a greater share of failures, so many successes in a
 * row come in fewer than one of twenty cases. A trial is what is repeated by itself (a round, a cut, a run), never an
 * operation of one run: those depend on each other.
 */
export function boundOf(trials: number, unit: string): Bound {
  return { trials, unit, excludes_above: 1 - (1 - CONFIDENCE) ** (1 / trials) };
}

/** The bound as a sentence, with the conditions on which it holds. */
export function boundText(bound: Bound): string {
  const share = excludedText(bound);
  return (
    `${trialsText(bound)}: with 95 % confidence fewer than ${share} of such trials lose anything; ` +
    'same load, same machine, independent rounds'
  );
}

/** `1 power cut`, `20 kills inside a commit`. */
export function trialsText({ trials, unit }: Bound): string {
  return `${formatCount(trials)} ${trials === 1 ? unit.replace(/s\b/, '') : unit}`;
}

/** `14 %`: rounded up, so that it is still excluded. */
export function excludedText({ excludes_above: share }: Bound): string {
  const digits = share < 0.1 ? 10 : 1;
  return `${Math.ceil(share * 100 * digits) / digits} %`;
}
