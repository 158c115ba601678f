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
  bytes: { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 },
  share: { '%': 0.01 },
  word: {},
};
/** Numbers of these mean nothing without a unit, save 0. */
const NEEDS_UNIT: readonly MetricUnit[] = ['us', 'bytes'];

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
  const factor = BASELINE.exec(right);
  if (factor !== null) {
    if (!baselineAllowed) fail("a baseline, the first result, exists in 'probe compare' only");
    const shown = kind === 'us' ? { unit: 'ms', scale: 1000 } : {};
    return { ...base, ...shown, wanted: { factor: Number(factor[1] ?? 1) } };
  }
  const [, digits, unit = ''] = NUMBER.exec(right) ?? fail(`'${right}' is not a number`);
  const units = UNITS[kind];
  const allowed = Object.keys(units).join(', ');
  if (unit !== '' && !Object.hasOwn(units, unit)) {
    fail(allowed === '' ? `${name} has no unit` : `the unit of ${name} is one of ${allowed}`);
  }
  if (unit === '' && NEEDS_UNIT.includes(kind) && Number(digits) !== 0) {
    fail(`${name} needs a unit: ${allowed}`);
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
    const shown = typeof actual === 'number' ? actual / scale : actual;
    const holds = (value: Value | null): boolean =>
      actual !== null && value !== null && OPERATORS[operator](actual, value);
    if ('value' in wanted) return { text, actual: shown, unit, met: holds(wanted.value) };
    const base = medianOf(metric, baseline);
    const met = holds(base === null ? null : base * wanted.factor);
    return { text, actual: shown, unit, baseline: base === null ? null : base / scale, met };
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
