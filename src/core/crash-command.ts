import { commandOf } from './command-line.ts';
import type { CrashOptions } from './crash.ts';
import type { RunOptions } from './options.ts';

/** What is the same when a campaign is tried again, and what is not. */
export const REPLAY_NOTE =
  'the data and the schedule are the same again, and what a kill or a cut meets is chance';

/** The command of a campaign, whole: defaults may change, so that all its options are given. */
export function crashCommand(options: RunOptions, crash: CrashOptions): string {
  const { mode, victim, rounds, filesystems } = crash;
  const words = ['probe', 'crash', options.backend, '--mode', mode, '--rounds', String(rounds)];
  if (mode === 'kill') words.push('--kill', victim);
  if (mode === 'power-loss') words.push('--filesystem', filesystems.join(','));
  // Its rounds have lengths of their own; the others are flags without a value.
  const unsaid = { durationS: options.durationS, check: true, intent: false };
  return commandOf(words, options, {}, unsaid);
}
