/** What the chaos runs: short commands whose right outcome is known. */

/** The processes of a run that a fault can hit. */
export type Role = 'coordinator' | 'guard' | 'seeder' | 'owner' | 'worker' | 'auditor';

/** One short command. */
export interface Command {
  kind: 'run' | 'crash' | 'pause' | 'matrix';
  words: string;
  /** About how long it takes on two cores, so that a fault can come at any time of it. */
  lastsMs: number;
  /** What it finds where nothing is hit; `unknown` is right, too. */
  right: string;
  /** Processes that write or read, an owner included. */
  crew: number;
  roles: readonly Role[];
}

const SMALL = '--rows 200 --dims 8 --batch 16';
const SHORT = `${SMALL} --readers 2 --duration 0.4 --staleness-bound 0.3 --op-timeout 2`;

const ALWAYS = ['coordinator', 'guard', 'seeder', 'worker', 'auditor'] as const;

function run(words: string, lastsMs: number, crew = 3, right = 'works'): Command {
  const roles: Role[] = words.includes('--access owner') ? [...ALWAYS, 'owner'] : [...ALWAYS];
  return { kind: 'run', words: `${words} ${SHORT}`, lastsMs, right, crew, roles };
}

/**
 * All of them are correct uses of a correct database: one writer where two upserts may meet, the refresh policy that the
 * backend has by itself, no instances of DuckDB beside each other in one process.
 */
export const COMMANDS: readonly Command[] = [
  run('reference --writers 2', 2500, 4),
  run('reference --access reopen --busy-timeout 1', 2500),
  run('reference --access owner', 2500, 4),
  run('reference --access owner --rpc http-json --listen tcp', 2500, 4),
  run('reference --access threads', 2000, 1),
  run('reference --access connections', 2000, 1),
  run('reference --access isolated', 3500),
  run('duckdb', 3500, 3, 'blocked'),
  run('duckdb --access owner', 3500, 4),
  run('duckdb --access connections', 3500, 1),
  run('lancedb', 4500),
  run('lancedb --access owner --rpc http-json --listen tcp', 4500, 4),
  crash('crash reference --rounds 4', 5000),
  crash('crash duckdb --rounds 4', 7000),
  crash('crash reference --mode pause --rounds 3', 4000, 'pause'),
  {
    kind: 'matrix',
    words: `matrix reference --access processes,owner --writers 1 ${SHORT}`,
    lastsMs: 5000,
    right: 'works',
    crew: 3,
    roles: ALWAYS,
  },
];

function crash(words: string, lastsMs: number, kind: 'crash' | 'pause' = 'crash'): Command {
  const small = '--rows 200 --dims 8 --op-timeout 2';
  const roles = ['coordinator', 'guard', 'seeder', 'worker'] as const;
  return { kind, words: `${words} ${small}`, lastsMs, right: 'process-safe', crew: 2, roles };
}
