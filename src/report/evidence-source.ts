import type { CrashResult } from '../core/crash.ts';
import { durabilityOf, type Durability } from '../core/durability.ts';
import type { CellResults, Matrix } from '../core/matrix.ts';
import type { Refresh, RefreshKind } from '../core/names.ts';
import type { RunOptions } from '../core/options.ts';

/** What the published pages are made of: a saved matrix, and saved crash campaigns. */
export interface Evidence {
  matrix: Matrix;
  results: CellResults;
  crashes: CrashResult[];
  /** How a handle of each backend can look for others' commits. */
  refreshes: ReadonlyMap<string, { default: Refresh; kinds: readonly RefreshKind[] }>;
}

/** The campaigns that crashed a database which was shared as in these options. */
export function campaignsOf(
  crashes: readonly CrashResult[],
  { backend, access, writers, refresh }: RunOptions,
): CrashResult[] {
  return crashes.filter(
    ({ options }) =>
      options['backend'] === backend &&
      options['access'] === access &&
      options['writers'] === writers &&
      options['refresh'] === refresh,
  );
}

/** What a saved campaign comes to by the rules of today. */
export function durabilityToday({ crash, rounds }: CrashResult): Durability {
  return durabilityOf(crash, rounds, []);
}
