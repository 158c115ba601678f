/** The command that a user types for a run: of `Next`, of advice, and to try something again. */
import { incrementOf, OPTIONS_OF_ACCESS, type RunOptions } from './options.ts';
import { givenBoundSOf, stalenessBoundMsOf } from './staleness.ts';

/** What a change of options may change; the staleness bound stays what the user gave. */
export type Change = Partial<Omit<RunOptions, 'backend' | 'stalenessBoundMs'>>;

/** The flag of each option. Of one that is true or false: the flag that turns its default around. */
export const FLAGS: Readonly<Record<Exclude<keyof RunOptions, 'backend'>, string>> = {
  rows: '--rows',
  dims: '--dims',
  batch: '--batch',
  topK: '--top-k',
  seed: '--seed',
  keys: '--keys',
  increment: '--increment',
  access: '--access',
  refresh: '--refresh',
  writers: '--writers',
  readers: '--readers',
  writeRate: '--write-rate',
  readRate: '--read-rate',
  stalenessBoundMs: '--staleness-bound',
  openOrder: '--open-order',
  engineThreads: '--engine-threads',
  busyTimeoutMs: '--busy-timeout',
  intent: '--intent',
  rpc: '--rpc',
  listen: '--listen',
  durationS: '--duration',
  opTimeoutMs: '--op-timeout',
  check: '--no-check',
  bug: '--bug',
};

/**
 * `words` (`probe`, a command, a backend) and the options with `change`, quoted for a shell: those that differ from the
 * `defaults` of that command, since the others need not be given. An option that these lack is always given.
 */
export function commandOf(
  words: readonly string[],
  options: RunOptions,
  change: Change,
  defaults: Partial<RunOptions>,
): string {
  const changed = changedOptions(options, change);
  const own = { ...defaults };
  if (own.increment === undefined && own.writers !== undefined) {
    own.increment = incrementOf(changed.writers);
  }
  if (own.stalenessBoundMs !== undefined) {
    own.stalenessBoundMs = stalenessBoundMsOf(own.stalenessBoundMs / 1000, changed.refresh);
  }
  const given = flagNames()
    .filter((name) => changed[name] !== own[name] && isOfAccess(name, changed))
    .flatMap((name) => flagWords(name, changed));
  return [...words, ...given].map(shellWord).join(' ');
}

/** The options after a change: what was left to a default before is left to it again. */
function changedOptions(options: RunOptions, change: Change): RunOptions {
  const changed = { ...options, ...change };
  const isOwnIncrement = options.increment === incrementOf(options.writers);
  if (change.increment === undefined && (isOwnIncrement || changed.writers === 0)) {
    changed.increment = incrementOf(changed.writers);
  }
  changed.stalenessBoundMs = stalenessBoundMsOf(givenBoundSOf(options), changed.refresh);
  return changed;
}

type FlagName = keyof typeof FLAGS;

const flagNames = (): FlagName[] => Object.keys(FLAGS) as FlagName[];

/** An option of another access would be refused. */
function isOfAccess(name: FlagName, { access }: RunOptions): boolean {
  const owners = Object.entries(OPTIONS_OF_ACCESS).filter(([, names]) => names.includes(name));
  return owners.length === 0 || owners.some(([owner]) => owner === access);
}

function flagWords(name: FlagName, options: RunOptions): string[] {
  const value = name === 'stalenessBoundMs' ? givenBoundSOf(options) * 1000 : options[name];
  if (value === null) return [];
  if (typeof value === 'boolean') return [FLAGS[name]];
  const seconds = name.endsWith('Ms') && typeof value === 'number';
  return [FLAGS[name], String(seconds ? rounded(value / 1000) : value)];
}

/** Seconds as a user writes them: sums and products of fractions leave a trace in the last digits. */
const rounded = (seconds: number): number => Number(seconds.toFixed(6));

/** As one word that a POSIX shell takes as it is. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
