import { z } from 'zod';
import {
  CRASH_MODES,
  DURABILITY_CLASSES,
  FILESYSTEMS,
  READS_VERDICTS,
  VICTIMS,
  type CrashResult,
} from '../core/crash.ts';
import { resultSchema } from './schemas.ts';

const { shape } = resultSchema;
const count = z.int().min(0);
const micros = z.number().min(0);
const text = z.string();

/** Older files do not say it: readCrash completes them. */
const reads = z.enum(READS_VERDICTS).nullable().default(null);

const bound = z.object({ trials: count, unit: text, excludes_above: z.number().min(0).max(1) });

const round = z.object({
  round: count,
  delay_us: micros.nullable(),
  filesystem: z.enum(FILESYSTEMS).nullable(),
  control: z.boolean(),
  killed: z.array(text),
  inside_commit: z.boolean(),
  acknowledged_operations: count,
  acknowledged_rows: count,
  in_doubt: count,
  in_doubt_survived: count,
  lost: count,
  duplicate: count,
  torn: count,
  unexpected: count,
  state: z.enum(['ok', 'unopenable', 'unreadable', 'unknown']),
  recovery_us: micros.nullable(),
  side_files_bytes: count,
  failed_checks: shape.checks,
  reads,
  audit: shape.audit,
  error: text.nullable(),
  reads_after_full: count.nullable(),
});

const pause = z.object({
  process: text,
  paused_us: micros,
  reads_by_others: count,
  writes_by_others: count,
  errors_by_others: count,
});

const fsync = z.object({
  acknowledged: count,
  syncs: count,
  per_acknowledged: z.number().min(0).nullable(),
  skipped: text.nullable(),
});

/** The saved result of a crash campaign. */
export const crashSchema = z.object({
  format: z.literal(1),
  kind: z.literal('crash'),
  tool: shape.tool,
  backend: shape.backend,
  host: shape.host,
  started_at: text,
  options: shape.options,
  crash: z.object({
    mode: z.enum(CRASH_MODES),
    victim: z.enum(VICTIMS),
    rounds: count,
    filesystems: z.array(z.enum(FILESYSTEMS)),
  }),
  seed: z.int(),
  durability: z.enum(DURABILITY_CLASSES),
  bound: bound.nullable().default(null),
  reads,
  because: text,
  next: text,
  skipped: text.nullable(),
  rounds_done: count,
  kills: count,
  inside_commit: count,
  inside_commit_ratio: z.number().min(0).max(1).nullable(),
  acknowledged_operations: count,
  acknowledged_rows: count,
  lost: count,
  duplicate: count,
  torn: count,
  in_doubt: count,
  in_doubt_survived: count,
  unopenable: count,
  unreadable: count,
  recovery_us: z.object({ p50: micros, max: micros }).nullable(),
  side_files_bytes_max: count,
  failed_rounds: count,
  rounds: z.array(round),
  pauses: z.array(pause),
  errors: shape.errors,
  fsync: fsync.nullable(),
  rounds_per_minute: micros.nullable(),
  bundles: z.array(text),
  warnings: z.array(text).exactOptional(),
  interrupted: z.boolean(),
}) satisfies z.ZodType<CrashResult>;

/** Of what a failing round leaves: what must be known to judge and to try it again. */
export const bundleSchema = z.object({
  format: z.literal(1),
  kind: z.literal('crash-bundle'),
  replay: text,
});
