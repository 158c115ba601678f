/** What a matrix says of each way to share a backend: one answer, for whoever prints it. */
import { medianOf } from './expectations.ts';
import { groupBy } from './group-by.ts';
import { worstVerdict } from './matrix.ts';
import type { MatrixRow } from './matrix-rows.ts';
import { metricNamed } from './metric-table.ts';
import type { AccessName } from './names.ts';
import type { RunOptions } from './options.ts';
import { areOnlyConflicts } from './refusals.ts';
import type { Result } from './result.ts';

/**
 * What a way to share came to. `retry`: all that failed were conflicts between writers, and no check fired. `baseline`:
 * nothing was shared, so it is nothing to choose.
 */
export type AdviceClass =
  | 'works'
  | 'slow'
  | 'retry'
  | 'unproven'
  | 'refused'
  | 'fails'
  | 'stale'
  | 'inconsistent'
  | 'wrong'
  | 'baseline';

/** One way to share a backend, judged by all rows of a matrix that used it. */
export interface JudgedAccess {
  access: AccessName;
  /** The options that choose it: the access, and the refresh where the matrix varies it. */
  name: string;
  class: AdviceClass;
  reads_per_s: number | null;
  writes_per_s: number | null;
  /** How much was seen, in all its runs together. */
  runs: number;
  overlapping_reads: number;
  writes: number;
  thin: boolean;
}

/** Of one backend: its ways, most reads per second first. */
export interface Advice {
  backend: string;
  ways: JudgedAccess[];
}

/** A way that works is slow if another one that works has four times its reads and its writes. */
const SLOW_SHARE = 0.25;

/** Per backend; rows without writers say nothing of sharing. */
export function adviceOf(rows: readonly MatrixRow[]): Advice[] {
  const judged = rows.filter(({ runs, options }) => runs.length > 0 && options.writers > 0);
  const byBackend = groupBy(judged, ({ options }) => options.backend);
  return [...byBackend].map(([backend, own]) => {
    const varied = new Set(own.map(({ options }) => options.refresh)).size > 1;
    const nameOf = ({ access, refresh }: RunOptions): string =>
      varied ? `${access} --refresh ${refresh}` : access;
    const groups = groupBy(own, ({ options }) => nameOf(options));
    const ways = [...groups].map(([name, group]) => judgedAccess(name, group));
    const ranked = ways.toSorted((a, b) => rank(b) - rank(a));
    return { backend, ways: ranked.map((way) => (isSlow(way, ranked) ? slowed(way) : way)) };
  });
}

/** What a row, or several of one access, came to. */
function adviceClassOf(access: AccessName, runs: readonly Result[]): AdviceClass {
  const verdict = worstVerdict(runs);
  if (verdict === 'wrong' || verdict === 'inconsistent') return verdict;
  if (access === 'isolated') return 'baseline';
  switch (verdict) {
    case 'stale':
      return verdict;
    case 'errors':
      return runs.every((run) => run.verdict !== 'errors' || areOnlyConflicts(run))
        ? 'retry'
        : 'fails';
    case 'blocked':
      return 'refused';
    case 'works':
      return 'works';
    default:
      return 'unproven';
  }
}

function judgedAccess(name: string, rows: readonly MatrixRow[]): JudgedAccess {
  const runs = rows.flatMap((row) => row.runs);
  const { access } = rows[0]!.options;
  const median = (metric: string): number | null => medianOf(metricNamed(metric)!, runs);
  const sum = (of: (run: Result) => number): number =>
    runs.reduce((total, run) => total + of(run), 0);
  return {
    ...{ access, name, class: adviceClassOf(access, runs) },
    reads_per_s: median('reads_per_s'),
    writes_per_s: median('writes_per_s'),
    runs: runs.length,
    overlapping_reads: sum(({ evidence }) => evidence?.overlapping_reads ?? 0),
    writes: sum(({ counts }) => counts.writes_ok),
    thin: runs.some(({ thin = null }) => thin !== null),
  };
}

function isSlow(way: JudgedAccess, ways: readonly JudgedAccess[]): boolean {
  const faster = ways.filter((other) => other.class === 'works');
  const isFar = (own: number | null, other: number | null): boolean =>
    (own ?? 0) <= SLOW_SHARE * (other ?? 0);
  return (
    way.class === 'works' &&
    faster.some(
      (other) =>
        other !== way &&
        isFar(way.reads_per_s, other.reads_per_s) &&
        isFar(way.writes_per_s, other.writes_per_s),
    )
  );
}

const slowed = (way: JudgedAccess): JudgedAccess => ({ ...way, class: 'slow' });

/** Reads count; where nobody reads, writes. */
function rank({ reads_per_s: reads, writes_per_s: writes }: JudgedAccess): number {
  return reads || (writes ?? 0);
}
