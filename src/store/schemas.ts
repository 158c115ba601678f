/** Shapes of what is read back, checked against the types that wrote it. Imported on use: zod takes time to load. */
import { z } from 'zod';
import { HISTORY_FORMAT, isProcessName, type HeaderEvent } from '../core/history.ts';
import {
  ACCESSES,
  CHECKS,
  ERROR_CLASSES,
  GUARANTEES,
  PROCESS_STATES,
  VERDICTS,
} from '../core/names.ts';
import { OPTION_RANGES, type RunOptions } from '../core/options.ts';
import {
  EDGE_KINDS,
  LATENCY_NAMES,
  RESULT_FORMAT,
  type Counts,
  type Result,
} from '../core/result.ts';
import { ABSENT_OPTIONS } from './absent-options.ts';

const count = z.int().min(0);
const micros = z.number().min(0);
const text = z.string();
const nullable = <T extends z.ZodType>(schema: T) => schema.nullable();

const counts = z.object({
  reads_ok: count,
  reads_err: count,
  writes_ok: count,
  writes_err: count,
  open_ok: count,
  open_err: count,
  fresh_read_iterations: count,
  fresh_read_results: count,
  new_rows_inserted: count,
  increments_ok: count,
  increments_err: count,
  busy_retries: count,
  strangers: count.exactOptional(),
}) satisfies z.ZodType<Counts>;

const latencies = z.partialRecord(
  z.enum(LATENCY_NAMES),
  z.object({ count, p50: micros, p95: micros, p99: micros, max: micros }),
);

const freshness = z.object({
  count,
  p50: micros,
  p99: micros,
  max: micros,
  after_window: count.exactOptional(),
  never_seen: count,
});

const processResult = z.object({
  role: z.enum(['writer', 'reader', 'owner']),
  index: count,
  pid: nullable(z.int()),
  state: z.enum(PROCESS_STATES),
  exit: nullable(z.int()),
  signal: nullable(text),
  counts,
  worked_us: micros.exactOptional(),
  latency_us: latencies,
  freshness_us: nullable(freshness),
  driver_retries: nullable(count),
  peak_rss_bytes: nullable(count),
  stderr_tail: text,
});

const errorResult = z.object({
  operation: text,
  class: z.enum(ERROR_CLASSES),
  count,
  example: text,
  holder: nullable(text),
});

const finding = z.object({
  text,
  process: nullable(text),
  ids: z.array(z.number()),
  batches: z.array(z.number()),
  time_us: nullable(z.number()),
  edges: z.array(z.object({ from: text, to: text, kind: z.enum(EDGE_KINDS) })).exactOptional(),
});

const checkResult = z.object({
  name: z.enum(CHECKS),
  verdict: z.enum(['pass', 'fail', 'unknown', 'skipped']),
  because: text,
  count,
  findings: z.array(finding),
  where: nullable(z.enum(['final', 'reads'])).exactOptional(),
});

const order = z.object({
  reads: count,
  discriminating_reads: count,
  undecidable_reads: count,
  behind_us: nullable(micros),
  refuted: z.array(z.enum(GUARANTEES)),
  because: text,
});

const evidence = z.object({
  reads: count,
  overlapping_reads: count,
  writes: count,
  sessions: count,
});

const audit = z.object({
  rows: count,
  acknowledged: count,
  lost: count,
  duplicate: count,
  torn: count,
  unexpected: count,
  in_doubt: count,
  counter: nullable(z.number()),
  took_us: micros,
  error: nullable(text),
});

const timelineSecond = z.object({
  second: count,
  reads: count,
  writes: count,
  errors: count,
  processes: z.record(text, count),
});

/** A saved result. */
export const resultSchema = z.object({
  format: z.literal(RESULT_FORMAT),
  tool: z.object({ version: text, node: text }),
  backend: z.object({ name: text, package: nullable(text), version: text, engine: text }),
  host: z.object({
    os: text,
    cpus: count,
    cpu_model: text.exactOptional(),
    memory_bytes: count,
    filesystem: text,
  }),
  started_at: text,
  options: z.record(text, z.union([text, z.number(), z.boolean(), z.null()])),
  seed: z.int(),
  counts,
  judge: count.exactOptional(),
  verdict: z.enum(VERDICTS),
  because: text,
  next: text,
  evidence: evidence.exactOptional(),
  thin: nullable(text).exactOptional(),
  order: nullable(order).exactOptional(),
  window_us: micros,
  overlap_ratio: nullable(z.number()),
  start_skew_us: nullable(micros),
  latency_us: latencies,
  freshness_us: nullable(freshness),
  processes: z.array(processResult),
  errors: z.array(errorResult),
  checks: z.array(checkResult),
  audit: nullable(audit),
  timeline: z.array(timelineSecond),
  timeline_bucket_s: count.exactOptional(),
  warnings: z.array(text),
  history: nullable(text),
  phases_us: z.record(text, micros),
  interrupted: z.boolean(),
}) satisfies z.ZodType<Result>;

type Range = readonly [min: number, max: number];
const whole = ([min, max]: Range) => z.int().min(min).max(max);
const decimal = ([min, max]: Range) => z.number().min(min).max(max);
const inMs = ([min, max]: Range) => decimal([min * 1000, max * 1000]);
const { stalenessBoundS, refreshS, busyTimeoutS, opTimeoutS, ...ranges } = OPTION_RANGES;

const runOptions = z.object({
  backend: text,
  access: z.enum(ACCESSES),
  rows: whole(ranges.rows),
  readers: whole(ranges.readers),
  writers: whole(ranges.writers),
  durationS: decimal(ranges.durationS),
  dims: whole(ranges.dims),
  batch: whole(ranges.batch).multipleOf(2),
  topK: whole(ranges.topK),
  seed: whole(ranges.seed),
  keys: z.enum(['own', 'shared']),
  increment: z.enum(['none', 'sql', 'rmw']),
  refresh: z.union([z.enum(['default', 'always', 'reopen']), decimal(refreshS)]),
  // Handles that refresh every so many seconds may lag by so much more.
  stalenessBoundMs: inMs([stalenessBoundS[0], stalenessBoundS[1] + refreshS[1]]),
  openOrder: z.enum(['writers', 'readers', 'race']),
  writeRate: decimal(ranges.writeRate),
  readRate: decimal(ranges.readRate).default(ABSENT_OPTIONS.readRate),
  opTimeoutMs: inMs(opTimeoutS),
  engineThreads: whole(ranges.engineThreads),
  check: z.boolean(),
  busyTimeoutMs: inMs(busyTimeoutS),
  intent: z.boolean(),
  rpc: z.enum(['ws', 'http-json']),
  listen: z.enum(['unix', 'tcp']),
  bug: nullable(text),
}) satisfies z.ZodType<RunOptions>;

/** Rows that are seeded in all copies together: some hundred terabytes with vectors of usual length. */
const MOST_SEEDED = 4_000_000_000;

/** The first line of a history. */
export const headerSchema = z
  .object({
    type: z.literal('header'),
    format: z.literal(HISTORY_FORMAT),
    options: runOptions,
    copies: z.array(z.array(text)).min(1),
    events: z.int().min(1).exactOptional(),
  })
  .superRefine(({ options, copies }, context) => {
    if (copies.length * options.rows > MOST_SEEDED) {
      const message = `${copies.length} copies of ${options.rows} rows are more than can be judged`;
      context.addIssue({ code: 'custom', path: ['copies'], message });
      return;
    }
    const named = new Set<string>();
    for (const [copy, names] of copies.entries()) {
      for (const [i, name] of names.entries()) {
        if (isProcessName(name, options) && !named.has(name)) {
          named.add(name);
          continue;
        }
        const message = `${JSON.stringify(name.slice(0, 40))} is no process of the run, or is named twice`;
        context.addIssue({ code: 'custom', path: ['copies', copy, i], message });
        return;
      }
    }
  }) satisfies z.ZodType<HeaderEvent>;

/** The first thing wrong with `value`, as `field: what`; undefined if it has the shape. */
export function firstProblem(schema: z.ZodType, value: unknown): string | undefined {
  const issue = schema.safeParse(value).error?.issues[0];
  if (issue === undefined) return undefined;
  const field = fieldName(issue.path);
  const isThere = valueAt(value, issue.path) !== undefined;
  return isThere ? `${field}: ${issue.message.replace(/^Invalid input: /, '')}` : `no "${field}"`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const key of path)
    found = (found as Partial<Record<PropertyKey, unknown>> | undefined)?.[key];
  return found;
}

function fieldName(path: readonly PropertyKey[]): string {
  const name = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
  return name === '' ? 'the top level' : name;
}
