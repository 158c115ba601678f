import type {
  CrashMode,
  CrashOptions,
  CrashResult,
  CrashRound,
  Victim,
} from '../../src/core/crash.ts';
import type { CheckName } from '../../src/core/names.ts';
import type { CheckResult } from '../../src/core/result.ts';

export const crashOf = (mode: CrashMode, victim: Victim = 'writer'): CrashOptions => ({
  ...{ mode, victim, rounds: 3, filesystems: ['ext4', 'xfs'] },
});

/** A round that was killed inside a commit and lost nothing. */
export const round = (changes: Partial<CrashRound> = {}): CrashRound => ({
  ...{ round: 0, delay_us: 100_000, filesystem: null, control: false, killed: ['w0'] },
  ...{ inside_commit: true, acknowledged_operations: 5, acknowledged_rows: 1000 },
  ...{ in_doubt: 1, in_doubt_survived: 0, lost: 0, duplicate: 0, torn: 0, unexpected: 0 },
  ...{ state: 'ok', recovery_us: 5000, side_files_bytes: 0, failed_checks: [], audit: null },
  ...{ reads: 'works', error: null, reads_after_full: null },
  ...changes,
});

export const failedCheck = (name: CheckName, because: string): CheckResult => ({
  ...{ name, verdict: 'fail', because, count: 1, findings: [] },
});

/** So many rounds, each as {@link round} makes it of these. */
export const rounds = (n: number, changes: Partial<CrashRound> = {}): CrashRound[] =>
  Array.from({ length: n }, (_, i) => round({ round: i, ...changes }));

/** A round that lost 8 rows. */
export const losing = (changes: Partial<CrashRound> = {}): CrashRound =>
  round({ lost: 8, failed_checks: [failedCheck('lost', '8 rows are missing')], ...changes });

/** The result of a campaign of kills of a backend named toy. */
export const crashResult = (changes: Partial<CrashResult>): CrashResult => ({
  ...{ format: 1, kind: 'crash', tool: { version: '0', node: 'v20' } },
  backend: { name: 'toy', package: null, version: '1', engine: 'toy 1' },
  host: { os: 'linux', cpus: 2, memory_bytes: 2 ** 30, filesystem: 'ext4' },
  ...{ started_at: '2026-11-23T23:05:06.000Z', options: { access: 'processes' } },
  ...{ crash: crashOf('kill'), seed: 42, durability: 'process-safe' },
  ...{
    bound: { trials: 20, unit: 'kills inside a commit', excludes_above: 0.139 },
    reads: 'works',
  },
  ...{ because: 'nothing was lost', next: 'Cut the power.', skipped: null },
  ...{ rounds_done: 0, kills: 0, inside_commit: 0, inside_commit_ratio: null },
  ...{ acknowledged_operations: 0, acknowledged_rows: 0, lost: 0, duplicate: 0, torn: 0 },
  ...{ in_doubt: 0, in_doubt_survived: 0, unopenable: 0, unreadable: 0, recovery_us: null },
  ...{ side_files_bytes_max: 0, failed_rounds: 0, rounds: [], pauses: [], errors: [] },
  ...{ fsync: null, rounds_per_minute: null, bundles: [], interrupted: false },
  ...changes,
});
