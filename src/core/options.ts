import { plural } from './count-text.ts';
import type { DatasetShape } from './dataset.ts';
import type { AccessName, Refresh } from './names.ts';

/** Every option of a run, with its value; checked once in `cli/`, never again below. */
export interface RunOptions {
  backend: string;
  access: AccessName;
  rows: number;
  readers: number;
  writers: number;
  durationS: number;
  dims: number;
  /** Rows of one writer iteration, even: half re-embedded, half inserted. */
  batch: number;
  topK: number;
  seed: number;
  keys: 'own' | 'shared';
  /** `none` with one writer unless asked for. */
  increment: 'none' | 'sql' | 'rmw';
  refresh: Refresh;
  /** With the interval of a numeric `refresh`: see {@link ./staleness.ts}. */
  stalenessBoundMs: number;
  openOrder: 'writers' | 'readers' | 'race';
  /** Write operations per second and writer; 0 = closed loop. */
  writeRate: number;
  /** Iterations per second and reader; 0 = closed loop. */
  readRate: number;
  opTimeoutMs: number;
  engineThreads: number;
  check: boolean;
  /** `reopen` only: how long one operation may wait for a lock. */
  busyTimeoutMs: number;
  /** `reopen` only: writers announce themselves in a file that readers respect. */
  intent: boolean;
  /** `owner` only. */
  rpc: 'ws' | 'http-json';
  listen: 'unix' | 'tcp';
  /** A planted bug of the reference backend. */
  bug: string | null;
}

/**
 * What each option is unless it is given. The refresh is the backend's own, the increment goes by the number of writers
 * ({@link incrementOf}).
 */
export const RUN_DEFAULTS: Omit<RunOptions, 'backend' | 'refresh' | 'increment'> = {
  access: 'processes',
  rows: 5000,
  readers: 4,
  writers: 1,
  durationS: 10,
  dims: 1536,
  batch: 128,
  topK: 5,
  seed: 42,
  keys: 'own',
  stalenessBoundMs: 1000,
  openOrder: 'writers',
  writeRate: 0,
  readRate: 0,
  opTimeoutMs: 30_000,
  engineThreads: 1,
  check: true,
  busyTimeoutMs: 5000,
  intent: false,
  rpc: 'ws',
  listen: 'unix',
  bug: null,
};

/** Where `probe crash` differs: small enough for two rounds a second; one reader shows what readers see of a crash. */
export const CRASH_DEFAULTS = { ...RUN_DEFAULTS, rows: 1000, dims: 128, readers: 1 };

/** Whether writers increment unless it is said: one alone can lose no update. */
export function incrementOf(writers: number): RunOptions['increment'] {
  return writers < 2 ? 'none' : 'sql';
}

/** Options that mean something with one access only: with another one they are refused. */
export const OPTIONS_OF_ACCESS: Partial<Record<AccessName, readonly (keyof RunOptions)[]>> = {
  reopen: ['busyTimeoutMs', 'intent'],
  owner: ['rpc', 'listen'],
};

/** What each option may be, both ends included; seconds as the user gives them. */
export const OPTION_RANGES = {
  rows: [1, 1e9],
  readers: [0, 256],
  writers: [0, 256],
  durationS: [0.1, 86_400],
  dims: [1, 65_536],
  batch: [2, 100_000],
  topK: [1, 1000],
  seed: [0, Number.MAX_SAFE_INTEGER],
  writeRate: [0, 1e6],
  readRate: [0, 1e6],
  refreshS: [0, 3600],
  stalenessBoundS: [0, 3600],
  engineThreads: [1, 256],
  busyTimeoutS: [0, 3600],
  opTimeoutS: [0.1, 3600],
} as const satisfies Record<string, readonly [min: number, max: number]>;

/** `closed loop, 4 readers, 1 writer`; with rates `4 readers at 0.5/s each, 1 writer as fast as it can`. */
export function loadText(load: Pick<RunOptions, 'readers' | 'writers' | 'readRate' | 'writeRate'>) {
  const { readers, writers, readRate, writeRate } = load;
  const [read, written] = [plural(readers, 'reader'), plural(writers, 'writer')];
  if (readRate === 0 && writeRate === 0) return `closed loop, ${read}, ${written}`;
  return `${read} ${paceText(readers, readRate)}, ${written} ${paceText(writers, writeRate)}`;
}

function paceText(count: number, ratePerS: number): string {
  if (ratePerS > 0) return count === 1 ? `at ${ratePerS}/s` : `at ${ratePerS}/s each`;
  return `as fast as ${count === 1 ? 'it' : 'they'} can`;
}

/** Of one writer iteration: re-embed, insert, increment. Numbers of parts that a run leaves out are skipped. */
export const OPERATIONS_PER_ITERATION = 3;

export function shapeOf(options: RunOptions): DatasetShape {
  const { seed, rows, dims, writers, batch, keys } = options;
  return { seed, rows, dims, writers: Math.max(writers, 1), batch, keys };
}
