import { shellWord } from './command-line.ts';
import { crashCommand, REPLAY_NOTE } from './crash-command.ts';
import {
  committerOf,
  DEFAULT_ROUNDS,
  LEAST_TRIALS,
  MOST_ROUNDS,
  type CrashOptions,
} from './crash.ts';
import type { Durability } from './durability.ts';
import { CRASH_DEFAULTS, OPTION_RANGES, type RunOptions } from './options.ts';

/** What a campaign was asked, and what it left. */
export interface Campaigned {
  options: RunOptions;
  crash: CrashOptions;
  /** Why it did not come to its end: the user ended it, or it could not go on. Null if it did. */
  stopped: 'interrupted' | 'broken off' | null;
  /** The folder of the first round that failed; null where nothing was kept. */
  bundle: string | null;
}

/** A disk that was not full in time is filled with rows that are so many times as large. */
const LARGER = 4;

/** One thing to do after a campaign, with its whole command. */
export function nextOf({ ground, bound }: Durability, campaigned: Campaigned): string {
  const { options, crash, bundle, stopped } = campaigned;
  const command = (change: Partial<CrashOptions>): string =>
    crashCommand(options, { ...crash, ...change });
  const another = (mode: 'kill' | 'power-loss'): string =>
    command({ mode, rounds: DEFAULT_ROUNDS[mode], victim: committerOf(options.access) });
  switch (ground) {
    case 'broken': {
      const replay = `try it again (${REPLAY_NOTE}): ${command({})}`;
      return bundle === null
        ? replay
        : `see every finding: probe recheck ${shellWord(bundle)}; or ${replay}`;
    }
    case 'cut-lost':
      return 'sync the file system after what must not be lost: an acknowledgement means visible, not durable';
    case 'proven':
      if (crash.mode === 'kill') return `cut the power, as root: ${another('power-loss')}`;
      if (crash.mode === 'disk-full') return `kill who commits: ${another('kill')}`;
      return 'nothing: what a disk loses of its own cache is beyond what can be tried here';
    case 'harmless':
      return `kill who commits: ${another('kill')}`;
    case 'blind': {
      const fewer = { ...options, rows: Math.ceil(options.rows / 2) };
      return `give each audit fewer rows: ${crashCommand(fewer, crash)}`;
    }
    case 'few': {
      if (stopped !== null) return `it was ${stopped}; run it to its end: ${command({})}`;
      const trials = bound?.trials ?? 0;
      if (trials === 0 && crash.mode === 'disk-full') {
        const dims = Math.min(
          OPTION_RANGES.dims[1],
          LARGER * Math.max(options.dims, CRASH_DEFAULTS.dims / LARGER),
        );
        return `fill it with larger rows: ${crashCommand({ ...options, dims }, crash)}`;
      }
      if (trials === 0 && crash.mode === 'kill' && crash.victim !== committerOf(options.access)) {
        return `kill who commits: ${another('kill')}`;
      }
      return `give it more rounds: ${command({ rounds: roundsFor(crash, trials) })}`;
    }
  }
}

/** So many rounds reach the least number of trials at the rate at which they came, with a quarter to spare. */
function roundsFor({ mode, rounds }: CrashOptions, trials: number): number {
  const least = mode === 'pause' ? 0 : LEAST_TRIALS[mode];
  const perTrial = trials === 0 ? 1 : rounds / trials;
  const wanted = Math.max(DEFAULT_ROUNDS[mode], rounds + 1, Math.ceil(least * perTrial * 1.25));
  return Math.min(MOST_ROUNDS, wanted);
}
