/**
 * Expectations: `metric op value[unit]`, or `metric op [factor*]baseline` where results are compared. All that can be
 * wrong with one is found when it is parsed, before anything runs.
 */
import { median } from 'simple-statistics';
import { closest } from './closest.ts';
import { UsageError } from './errors.ts';
import { METRICS, metricNamed, type Metric, type MetricUnit } from './metric-table.ts';
import type { Result } from './result.ts';

type Value = number | string;

export interface Expectation {
  /** As the user wrote it. */
  readonly text: string;
  readonly metric: Metric;
  readonly operator: Operator;
  /** What is wanted: a value in the metric's own unit, or a factor of the baseline's. */
  readonly wanted: { readonly value: Value } | { readonly factor: number };
  /** The unit that the user wrote, and how much of the metric's own it is. */
  readonly unit: string;
  readonly scale: number;
}

/** How one expectation came out. */
export interface Evaluation {
  text: string;
  /** In the unit of the expectation; null where the run has no such value. */
  actual: Value | null;
  unit: string;
  /** What it is compared with, in the same unit; null where the baseline has no such value. */
  wanted: Value | null;
  /** The baseline's value, for expectations that name it. */
  baseline?: number | null;
  met: boolean;
}

const OPERATORS = {
  '==': (a: Value, b: Value) => a === b,
  '!=': (a: Value, b: Value) => a !== b,
  '<=': (a: Value, b: Value) => a <= b,
  '>=': (a: Value, b: Value) => a >= b,
  '<': (a: Value, b: Value) => a < b,
  '>': (a: Value, b: Value) => a > b,
};
type Operator = keyof typeof OPERATORS;

/** What a user may write behind a number, in the metric's own unit. */
const UNITS: Record<MetricUnit, Readonly<Record<string, number>>> = {
  number: {},
  per_s: {},
  us: { us: 1, ms: 1000, s: 1_000_000 },
  bytes: { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, kB: 1e3, MB: 1e6, GB: 1e9 },
  share: { '%': 0.01 },
  word: {},
};
/** The units that a number of this kind may have. */
export function unitsOf(kind: MetricUnit): string[] {
  return Object.keys(UNITS[kind]);
}

/** Numbers of these mean nothing without a unit, save 0: in which unit they are shown where the user wrote none. */
const SHOWN_UNIT: Partial<Record<MetricUnit, string>> = { us: 'ms', bytes: 'MiB' };

const EXPECTATION = /^\s*([A-Za-z][\w-]*)\s*(==|!=|<=|>=|<|>)\s*(\S.*?)\s*$/;
const NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([A-Za-zµ%]*)$/i;
const BASELINE = /^(?:(\d+\.?\d*|\.\d+)\s*\*\s*)?baseline$/;

/** Parses what followed `--expect`; a {@link UsageError} says what is wrong with it and what there is. */
export function parseExpectation(text: string, baselineAllowed: boolean): Expectation {
  const fail = (problem: string): never => {
    throw new UsageError(`option '--expect ${text}': ${problem}`);
  };
  const parts = EXPECTATION.exec(text);
  if (parts === null) {
    return fail("expected a metric, one of == != < <= > >=, and a value, such as 'reads_err==0'");
  }
  const [, name = '', symbol = '', right = ''] = parts;
  const operator = symbol as Operator;
  const metric = metricNamed(name) ?? fail(unknownMetric(name));
  const { unit: kind, words } = metric;
  const base = { text, metric, operator, unit: '', scale: 1 };
  if (words !== undefined) {
    if (operator !== '==' && operator !== '!=') {
      return fail(`${name} is a word: only == and != compare it`);
    }
    if (!words.includes(right)) fail(`${name} is one of ${words.join(', ')}`);
    return { ...base, wanted: { value: right } };
  }
  const units = UNITS[kind];
  const ownUnit = SHOWN_UNIT[kind];
  const shown = ownUnit === undefined ? {} : { unit: ownUnit, scale: units[ownUnit]! };
  const factor = BASELINE.exec(right);
  if (factor !== null) {
    if (!baselineAllowed) fail("a baseline, the first result, exists in 'probe compare' only");
    return { ...base, ...shown, wanted: { factor: Number(factor[1] ?? 1) } };
  }
  const [, digits, unit = ''] = NUMBER.exec(right) ?? fail(`'${right}' is not a number`);
  const allowed = unitsOf(kind).join(', ');
  if (unit !== '' && !Object.hasOwn(units, unit)) {
    fail(allowed === '' ? `${name} has no unit` : `the unit of ${name} is one of ${allowed}`);
  }
  if (unit === '' && ownUnit !== undefined) {
    if (Number(digits) !== 0) fail(`${name} needs a unit: ${allowed}`);
    return { ...base, ...shown, wanted: { value: 0 } };
  }
  const scale = units[unit] ?? 1;
  return { ...base, unit, scale, wanted: { value: Number(digits) * scale } };
}

/**
 * How each of them came out on these runs: on the median of numbers, on the word of the first. `baseline` holds the
 * runs whose median they may name.
 */
export function evaluate(
  expectations: readonly Expectation[],
  runs: readonly Result[],
  baseline: readonly Result[] = [],
): Evaluation[] {
  return expectations.map(({ text, metric, operator, wanted, unit, scale }) => {
    const words = metric.unit === 'word' ? runs.map((run) => metric.of(run)) : [];
    const actual = words[0] ?? medianOf(metric, runs);
    const holds = (value: Value | null): boolean =>
      actual !== null && value !== null && OPERATORS[operator](actual, value);
    const base = medianOf(metric, baseline);
    const limit = 'value' in wanted ? wanted.value : base === null ? null : base * wanted.factor;
    const inUnit = <T extends Value | null>(value: T) =>
      typeof value === 'number' ? value / scale : value;
    const relative = 'factor' in wanted ? { baseline: base === null ? null : base / scale } : {};
    const met = holds(limit);
    return { text, actual: inUnit(actual), unit, wanted: inUnit(limit), ...relative, met };
  });
}

/** The median of a numeric metric over the runs that have it; null if none has. */
export function medianOf(metric: Metric, runs: readonly Result[]): number | null {
  const values = runs.map((run) => metric.of(run)).filter((value) => typeof value === 'number');
  return values.length === 0 ? null : median(values);
}

function unknownMetric(name: string): string {
  const names = METRICS.map((metric) => metric.name);
  const near = closest(name.toLowerCase().replaceAll('-', '_'), names);
  const advice = near.length === 0 ? '' : `, did you mean ${near.join(' or ')}?`;
  return `there is no metric ${name}${advice}; 'probe list --metrics' names all ${names.length}`;
}
