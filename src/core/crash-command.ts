import type { CrashOptions } from './crash.ts';
import type { RunOptions } from './options.ts';
import { givenBoundSOf } from './staleness.ts';

/** What is the same when a campaign is tried again, and what is not. */
export const REPLAY_NOTE =
  'the data and the schedule are the same again, and what a kill or a cut meets is chance';

/** The command of a campaign, whole: with all its options, quoted for a shell. */
export function crashCommand(options: RunOptions, crash: CrashOptions): string {
  const { mode, victim, rounds, filesystems } = crash;
  const { backend, access, bug } = options;
  const words: (string | number)[] = ['probe', 'crash', backend];
  words.push('--mode', mode, '--rounds', rounds);
  if (mode === 'kill') words.push('--kill', victim);
  if (mode === 'power-loss') words.push('--filesystem', filesystems.join(','));
  words.push('--access', access, '--rows', options.rows, '--dims', options.dims);
  words.push('--batch', options.batch, '--writers', options.writers, '--readers', options.readers);
  words.push('--seed', options.seed, '--keys', options.keys, '--increment', options.increment);
  words.push('--refresh', options.refresh, '--staleness-bound', givenBoundSOf(options));
  words.push('--open-order', options.openOrder, '--write-rate', options.writeRate);
  words.push('--engine-threads', options.engineThreads, '--top-k', options.topK);
  words.push('--op-timeout', options.opTimeoutMs / 1000);
  if (access === 'reopen') words.push('--busy-timeout', options.busyTimeoutMs / 1000);
  if (options.intent) words.push('--intent');
  if (access === 'owner') words.push('--rpc', options.rpc, '--listen', options.listen);
  if (bug !== null) words.push('--bug', bug);
  return words.map((word) => shellWord(String(word))).join(' ');
}

/** A word that a POSIX shell takes as it is. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
