/** Results against results: which belong side by side, what differs between them, and by how much. */
import { groupBy } from './group-by.ts';
import { machineText } from './host-text.ts';
import { configurationKey, worstVerdict } from './matrix.ts';
import { medianOf } from './expectations.ts';
import { METRICS, type Metric } from './metric-table.ts';
import { ratioOf, type Ratio } from './ratio.ts';
import type { Result } from './result.ts';

/** The runs of one configuration. */
export interface Column {
  /** a, b, c, ... */
  label: string;
  /** Where they come from. */
  title: string;
  runs: readonly Result[];
}

/** What the user named: a result, or a matrix with the runs of each of its configurations. */
export interface Source {
  title: string;
  groups: { title: string; runs: readonly Result[] }[];
}

/** Columns that belong side by side; the first is what the others are compared with. */
export interface Block {
  title: string;
  columns: Column[];
}

/** One metric of all columns. */
export interface ComparedMetric {
  metric: Metric;
  /** Medians of numbers; of the verdict the worst. */
  values: (number | string | null)[];
  /** Against the first column; null where nothing can be said, and for the first itself. */
  ratios: (Ratio | null)[];
}

export interface Difference {
  name: string;
  from: string;
  to: string;
}

/**
 * Several matrices are compared configuration by configuration; results, and the configurations of one matrix, all
 * with the first.
 */
export function blocksOf(sources: readonly Source[]): Block[] {
  const all = sources.flatMap((source, i) =>
    source.groups.map((group) => ({ source, label: labelOf(i), ...group })),
  );
  if (sources.length === 1 || sources.every(({ groups }) => groups.length === 1)) {
    const columns = all.map(({ title, runs }, i) => ({ label: labelOf(i), title, runs }));
    return [{ title: '', columns }];
  }
  const alike = groupBy(all, ({ runs }) => configurationKey(runs[0]!.options));
  return [...alike.values()].map((groups) => ({
    title: groups[0]!.title,
    columns: groups.map(({ source, label, runs }) => ({ label, title: source.title, runs })),
  }));
}

/** a to z, then a1, b1, ... */
export function labelOf(index: number): string {
  const round = Math.floor(index / 26);
  return String.fromCodePoint(97 + (index % 26)) + (round === 0 ? '' : round);
}

/** Whether only the machine, the versions and chance can have made the difference. */
export function isSameExperiment(a: Result, b: Result): boolean {
  return configurationKey(a.options) === configurationKey(b.options);
}

/** What is worth a line: at least one column has it. Ratios are of the same experiment only. */
export function comparedMetrics(columns: readonly Column[]): ComparedMetric[] {
  const [first] = columns;
  if (first === undefined) return [];
  return METRICS.filter(({ name }) => !name.startsWith('check_'))
    .map(onlyKnown)
    .map((metric) => ({
      metric,
      values: columns.map(({ runs }) => valueOf(metric, runs)),
      ratios: columns.map((column) => {
        const better = betterOf(metric);
        if (column === first || better === null) return null;
        if (!isSameExperiment(first.runs[0]!, column.runs[0]!)) return null;
        return ratioOf(numbersOf(metric, first.runs), numbersOf(metric, column.runs), better);
      }),
    }))
    .filter(({ values }) => values.some((value) => value !== null));
}

/** Names of the checks that fired in any of the runs. */
export function firedChecks(runs: readonly Result[]): string[] {
  const failed = runs.flatMap(({ checks }) => checks.filter(({ verdict }) => verdict === 'fail'));
  return [...new Set(failed.map(({ name }) => name))];
}

/** What two results differ in beside their measurements, and what is the same: by name, options by their number. */
export function differencesOf(
  a: Result,
  b: Result,
): { differs: Difference[]; same: string[]; sameOptions: number } {
  const known = [a, b].every(({ host }) => host.cpu_model !== undefined);
  const surroundings = pairsOf(circumstancesOf(a, known), circumstancesOf(b, known));
  const options = pairsOf(optionsOf(a), optionsOf(b));
  const isSame = ({ from, to }: Difference): boolean => from === to;
  return {
    differs: [...surroundings, ...options].filter((pair) => !isSame(pair)),
    same: surroundings.filter(isSame).map(({ name }) => name),
    sameOptions: options.filter(isSame).length,
  };
}

type Named = Readonly<Record<string, string | number | boolean | null>>;

function pairsOf(a: Named, b: Named): Difference[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const textOf = (value: Named[string] | undefined): string => String(value ?? 'none');
  return names.map((name) => ({ name, from: textOf(a[name]), to: textOf(b[name]) }));
}

/** The model of the CPU is compared where both results know theirs: older ones do not. */
function circumstancesOf({ backend, tool, host }: Result, isModelKnown: boolean): Named {
  const { cpu_model: _, ...unnamed } = host;
  return {
    backend: backend.name,
    driver: `${backend.package ?? backend.name} ${backend.version}`,
    engine: backend.engine,
    node: tool.node.replace(/^v/, ''),
    probe: tool.version,
    host: machineText(isModelKnown ? host : unnamed),
    'file system': host.filesystem,
  };
}

function optionsOf({ options: { backend: _told, ...others } }: Result): Named {
  return others;
}

/** The same metric, null for runs with too few durations for this percentile: the longest of another run is no match. */
function onlyKnown(metric: Metric): Metric {
  if (metric.instead === undefined) return metric;
  return { ...metric, of: (run) => (metric.instead?.(run) === undefined ? metric.of(run) : null) };
}

function valueOf(metric: Metric, runs: readonly Result[]): number | string | null {
  return metric.unit === 'word' ? (worstVerdict(runs) ?? null) : medianOf(metric, runs);
}

function numbersOf(metric: Metric, runs: readonly Result[]): number[] {
  return runs.map((run) => metric.of(run)).filter((value) => typeof value === 'number');
}

/** Rates and times have a better end; of counts nothing is said but the difference. */
function betterOf({ name, unit }: Metric): 'more' | 'less' | null {
  if (unit === 'per_s') return 'more';
  return unit === 'us' && name !== 'audit_took' && name !== 'start_skew' ? 'less' : null;
}
