/** What is said below the table of a matrix. */
import { groupBy } from '../core/group-by.ts';
import { configurationName, type CellResults, type Matrix } from '../core/matrix.ts';
import { controlsOf, type MatrixRow } from '../core/matrix-rows.ts';
import { isEnoughFor } from '../core/percentiles.ts';
import { oneLine, wrap } from './columns.ts';
import { entry } from './entry.ts';
import type { Paint } from './paint.ts';

/** What cannot exist, by the reason. */
export function skippedLines(rows: readonly MatrixRow[], width: number, paint: Paint): string[] {
  const skipped = rows.filter(({ verdict }) => verdict === 'skipped');
  const byReason = groupBy(skipped, ({ because }) => because);
  return [...byReason].flatMap(([reason, those]) => {
    const names = those.map(({ options }) => configurationName(options)).join(', ');
    return entry('Skipped', oneLine(`${names}: ${reason}`), width, paint);
  });
}

/** How the numbers are to be read. */
export function footnotes(
  { repeat }: Matrix,
  rows: readonly MatrixRow[],
  leftOut: readonly string[],
  width: number,
  paint: Paint,
): string[] {
  const closedLoop = rows.some(
    ({ options, runs }) =>
      runs.length > 0 &&
      options.writeRate === 0 &&
      options.readRate === 0 &&
      options.writers > 0 &&
      options.readers > 0,
  );
  const fewLags = rows.some(({ runs }) =>
    runs.some(({ freshness_us: lag }) => lag && lag.count > 0 && !isEnoughFor('p99', lag.count)),
  );
  const hasRun = rows.some(({ runs }) => runs.length > 0);
  const notes = [
    ...(leftOut.length > 0
      ? [`Not shown, for want of room: ${leftOut.join(', ')}. A wider terminal has room.`]
      : []),
    ...(hasRun
      ? [
          'reads/s are iterations of a reader (a search and a poll), writes/s single operations (a writer iteration has two).',
        ]
      : []),
    ...(fewLags
      ? ['lag p99 is the longest lag where a run showed fewer than 100 commits to its readers.']
      : []),
    ...(closedLoop
      ? [
          'Closed loop: every process works as fast as it can, so reads/s and writes/s trade against each other; --write-rate and --read-rate hold them still.',
        ]
      : []),
    ...(repeat > 1
      ? ['Medians of the runs; errors and lost are the most of any run, verdicts the worst.']
      : []),
  ];
  return notes.flatMap((text) => wrap(text, width, '  ')).map((line) => paint('dim', line));
}

/** Whether the measurement itself can be trusted. */
export function controlLines(
  { cells }: Matrix,
  results: CellResults,
  width: number,
  paint: Paint,
): string[] {
  return controlsOf(cells, results).flatMap(({ name, state, problem }) => {
    if (problem !== null) {
      const text = `CONTROL FAILED, this matrix proves nothing: ${name}: ${oneLine(problem)}`;
      return wrap(text, width, '  ', '    ').map((line) => paint('red', line));
    }
    const outcome = state === 'done' ? 'as it must be' : 'has not run';
    return wrap(`Control ${outcome}: ${name}`, width, '  ', '    ');
  });
}
