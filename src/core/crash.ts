/** What `probe crash` is asked and what it answers; its names are the saved file's. */
import type { Bound } from './bound.ts';
import type { AccessName } from './names.ts';
import type { AuditResult, CheckResult, ErrorResult, Result } from './result.ts';
import { Random } from './random.ts';

export const CRASH_MODES = ['kill', 'pause', 'disk-full', 'power-loss'] as const;
export type CrashMode = (typeof CRASH_MODES)[number];
export const VICTIMS = ['writer', 'reader', 'owner', 'all'] as const;
export type Victim = (typeof VICTIMS)[number];

/** Who commits: with an owner, its clients only ask for it. */
export function committerOf(access: AccessName): 'writer' | 'owner' {
  return access === 'owner' ? 'owner' : 'writer';
}

export const FILESYSTEMS = ['ext4', 'xfs'] as const;
export type Filesystem = (typeof FILESYSTEMS)[number];

export interface CrashOptions {
  mode: CrashMode;
  victim: Victim;
  rounds: number;
  filesystems: Filesystem[];
}

/** Rounds of a campaign that does not say how many: enough for {@link LEAST_TRIALS}, as some kills miss a commit. */
export const DEFAULT_ROUNDS: Readonly<Record<CrashMode, number>> = {
  kill: 100,
  pause: 20,
  'disk-full': 3,
  'power-loss': 30,
};

/** The most rounds that a campaign may have. */
export const MOST_ROUNDS = 10_000;

/**
 * So many trials must have gone well before a campaign names a class: kills inside an open operation of who was killed,
 * power cuts, rounds in which the disk was full.
 */
export const LEAST_TRIALS = { kill: 20, 'power-loss': 20, 'disk-full': 3 } as const;

export const DURABILITY_CLASSES = [
  'power-safe',
  'process-safe',
  'disk-full-safe',
  'unsafe',
  'unknown',
] as const;
export type DurabilityClass = (typeof DURABILITY_CLASSES)[number];

/** What readers saw: whether what they read contradicted itself, or came late; `unknown` if nothing tells. */
export const READS_VERDICTS = ['wrong', 'inconsistent', 'stale', 'works', 'unknown'] as const;
export type ReadsVerdict = (typeof READS_VERDICTS)[number];

/** One round: what was done to the database, and what was found afterwards. */
export interface CrashRound {
  round: number;
  /** From the common start of the work to the kill, the cut, or the first refusal of the full disk; null without one. */
  delay_us: number | null;
  filesystem: Filesystem | null;
  /** The round only kills, so that what the cut adds can be told apart. */
  control: boolean;
  killed: string[];
  /** The driver's call of an operation of who was killed had begun, and was not acknowledged. */
  inside_commit: boolean;
  acknowledged_operations: number;
  acknowledged_rows: number;
  /** Operations in doubt, and those of them whose rows are there (legal). */
  in_doubt: number;
  in_doubt_survived: number;
  lost: number;
  duplicate: number;
  torn: number;
  unexpected: number;
  /** `unopenable`: refused at open. `unreadable`: opened, and a read failed. */
  state: 'ok' | 'unopenable' | 'unreadable' | 'unknown';
  /** Of the open in a fresh process, recovery included; null if it was refused. */
  recovery_us: number | null;
  side_files_bytes: number;
  failed_checks: CheckResult[];
  /** Null in files that do not say. */
  reads: ReadsVerdict | null;
  audit: AuditResult | null;
  error: string | null;
  /** disk-full: reads that succeeded after the first error of that class; null in other modes. */
  reads_after_full: number | null;
}

/** What the others did while one process was stopped. */
export interface CrashPause {
  process: string;
  paused_us: number;
  reads_by_others: number;
  writes_by_others: number;
  errors_by_others: number;
}

export interface FsyncAudit {
  acknowledged: number;
  syncs: number;
  per_acknowledged: number | null;
  /** Why it was not done; null if it was. */
  skipped: string | null;
}

export interface CrashResult {
  format: 1;
  kind: 'crash';
  tool: Result['tool'];
  backend: Result['backend'];
  host: Result['host'];
  started_at: string;
  options: Result['options'];
  crash: CrashOptions;
  seed: number;
  durability: DurabilityClass;
  /** Null where something was lost, where nothing was tried, and in files that do not say. */
  bound: Bound | null;
  /** Of all rounds, the worst; null in files that do not say. */
  reads: ReadsVerdict | null;
  because: string;
  next: string;
  /** Why nothing could be done here, with the command that helps; null if it could. */
  skipped: string | null;
  rounds_done: number;
  kills: number;
  inside_commit: number;
  inside_commit_ratio: number | null;
  acknowledged_operations: number;
  acknowledged_rows: number;
  lost: number;
  duplicate: number;
  torn: number;
  in_doubt: number;
  in_doubt_survived: number;
  unopenable: number;
  unreadable: number;
  recovery_us: { p50: number; max: number } | null;
  side_files_bytes_max: number;
  failed_rounds: number;
  rounds: CrashRound[];
  pauses: CrashPause[];
  errors: ErrorResult[];
  fsync: FsyncAudit | null;
  rounds_per_minute: number | null;
  /** Names of folders beside the saved result. */
  bundles: string[];
  /** What could not be saved, and why rounds are missing. Older results lack it: nothing is known of it. */
  warnings?: string[];
  interrupted: boolean;
}

const SHORTEST_DELAY_MS = 40;
const LONGEST_DELAY_MS = 400;
/** Acknowledgements must pile up before a power cut, or there is nothing to lose. */
const WORK_BEFORE_CUT = 4;

/** When a blow comes: so long after the work began, or at a depth (0 to 1) of the next operation that begins then. */
export interface Schedule {
  delayMs: number;
  aim: boolean;
  depth: number;
}

/** The seeded schedule of a kill: the same seed gives the same delays and aims. */
export function scheduleOf(seed: number, round: number): Schedule {
  const random = new Random(seed, 0x6372617368, round);
  const delayMs = SHORTEST_DELAY_MS + random.fraction() * (LONGEST_DELAY_MS - SHORTEST_DELAY_MS);
  // Every second kill comes at a random point of time; the others at a random depth of the next commit.
  return { delayMs, aim: random.fraction() < 0.5, depth: random.fraction() };
}

/** The kill that precedes a power cut is aimed always: it shows that a kill alone loses nothing. */
export function controlScheduleOf(seed: number, round: number): Schedule {
  return { ...scheduleOf(seed, round), aim: true };
}

/** The power cut of a round: every second one on each file system is aimed. */
export function cutScheduleOf(seed: number, round: number, filesystems: number): Schedule {
  const schedule = scheduleOf(seed, round);
  const aim = Math.floor(round / filesystems) % 2 === 1;
  return { ...schedule, delayMs: schedule.delayMs * WORK_BEFORE_CUT, aim };
}

/** Which process is stopped for how long, and how long all go on before. */
export function pauseOf(
  seed: number,
  n: number,
  processes: number,
): { process: number; beforeMs: number; pausedMs: number } {
  const random = new Random(seed, 0x7061757365, n);
  const process = random.below(processes);
  return { process, beforeMs: 100 + random.below(300), pausedMs: 200 + random.below(800) };
}
