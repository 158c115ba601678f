import { Option, type Command } from 'commander';
import type { Backend } from '../core/backend.ts';
import { ACCESSES, type AccessName, type Refresh } from '../core/names.ts';
import { incrementOf, OPTION_RANGES, RUN_DEFAULTS, type RunOptions } from '../core/options.ts';
import { stalenessBoundMsOf } from '../core/staleness.ts';
import { decimal, even, nonEmpty, refresh, whole } from './parsers.ts';

/** What commander makes of the options that say what is measured, as the user gave them: seconds, not yet defaulted. */
export interface MeasureArguments {
  rows: number;
  readers: number;
  writers: number;
  duration: number;
  dims: number;
  batch: number;
  topK: number;
  seed: number;
  keys: 'own' | 'shared';
  increment?: 'none' | 'sql' | 'rmw';
  access: AccessName;
  refresh?: Refresh;
  stalenessBound: number;
  openOrder: 'writers' | 'readers' | 'race';
  writeRate: number;
  readRate: number;
  opTimeout: number;
  engineThreads: number;
  check: boolean;
  busyTimeout: number;
  intent?: true;
  rpc: 'ws' | 'http-json';
  listen: 'unix' | 'tcp';
  bug?: string;
}

/** Adds the options that say what is measured; the defaults are the originals'. */
export function addMeasureOptions(command: Command): Command {
  return command
    .optionsGroup('The work:')
    .addOption(number('--rows <n>', 'seed rows', whole(...OPTION_RANGES.rows), RUN_DEFAULTS.rows))
    .addOption(
      number(
        '--readers <n>',
        'reader processes',
        whole(...OPTION_RANGES.readers),
        RUN_DEFAULTS.readers,
      ),
    )
    .addOption(
      number(
        '--writers <n>',
        'writer processes',
        whole(...OPTION_RANGES.writers),
        RUN_DEFAULTS.writers,
      ),
    )
    .addOption(
      number(
        '--duration <s>',
        'measured window, in seconds',
        decimal(...OPTION_RANGES.durationS),
        RUN_DEFAULTS.durationS,
      ),
    )
    .addOption(
      number(
        '--dims <n>',
        'floats of one embedding',
        whole(...OPTION_RANGES.dims),
        RUN_DEFAULTS.dims,
      ),
    )
    .addOption(
      number(
        '--batch <n>',
        'rows of a writer iteration: half re-embedded, half inserted',
        even(...OPTION_RANGES.batch),
        RUN_DEFAULTS.batch,
      ),
    )
    .addOption(
      number(
        '--top-k <n>',
        'rows a search returns',
        whole(...OPTION_RANGES.topK),
        RUN_DEFAULTS.topK,
      ),
    )
    .addOption(
      number(
        '--seed <n>',
        'what all data derives from',
        whole(...OPTION_RANGES.seed),
        RUN_DEFAULTS.seed,
      ),
    )
    .addOption(
      choice(
        '--keys <kind>',
        'each writer its own keys, or all upsert the same',
        ['own', 'shared'],
        RUN_DEFAULTS.keys,
      ),
    )
    .addOption(
      choice('--increment <how>', 'writers add 1 to a counter (default: sql from two writers on)', [
        'none',
        'sql',
        'rmw',
      ]),
    )
    .addOption(
      number(
        '--write-rate <n>',
        'operations per second and writer; 0 = as fast as it goes',
        decimal(...OPTION_RANGES.writeRate),
        RUN_DEFAULTS.writeRate,
      ),
    )
    .addOption(
      number(
        '--read-rate <n>',
        'iterations per second and reader; 0 = as fast as it goes',
        decimal(...OPTION_RANGES.readRate),
        RUN_DEFAULTS.readRate,
      ),
    )
    .optionsGroup('The sharing:')
    .addOption(
      choice('--access <name>', 'how processes reach the database', ACCESSES, RUN_DEFAULTS.access),
    )
    .addOption(
      new Option(
        '--refresh <when>',
        "when a reader looks for others' commits: default, always, reopen, or every so many seconds (default: the backend's)",
      ).argParser(refresh(...OPTION_RANGES.refreshS)),
    )
    .addOption(
      number(
        '--staleness-bound <s>',
        'after it a reader must see a commit, in seconds',
        decimal(...OPTION_RANGES.stalenessBoundS),
        RUN_DEFAULTS.stalenessBoundMs / 1000,
      ),
    )
    .addOption(
      choice(
        '--open-order <who>',
        'who opens first',
        ['writers', 'readers', 'race'],
        RUN_DEFAULTS.openOrder,
      ),
    )
    .addOption(
      number(
        '--engine-threads <n>',
        'threads of each engine',
        whole(...OPTION_RANGES.engineThreads),
        RUN_DEFAULTS.engineThreads,
      ),
    )
    .addOption(
      number(
        '--busy-timeout <s>',
        'reopen: how long an operation waits for a lock',
        decimal(...OPTION_RANGES.busyTimeoutS),
        RUN_DEFAULTS.busyTimeoutMs / 1000,
      ),
    )
    .option('--intent', 'reopen: writers announce themselves in a file')
    .addOption(
      choice(
        '--rpc <kind>',
        'owner: how clients talk to it',
        ['ws', 'http-json'],
        RUN_DEFAULTS.rpc,
      ),
    )
    .addOption(
      choice('--listen <where>', 'owner: where it listens', ['unix', 'tcp'], RUN_DEFAULTS.listen),
    )
    .optionsGroup('The judgement:')
    .addOption(
      number(
        '--op-timeout <s>',
        'an operation that takes longer is hung, in seconds',
        decimal(...OPTION_RANGES.opTimeoutS),
        RUN_DEFAULTS.opTimeoutMs / 1000,
      ),
    )
    .option(
      '--no-check',
      'do the same work without recording and verifying it; no history is saved',
    )
    .addOption(
      new Option('--bug <name>', 'reference: a planted bug (probe list --bugs)').argParser(
        nonEmpty('the name of a planted bug'),
      ),
    );
}

/** Every option of a run with its value: what depends on the backend or on another option is filled in. */
export function runOptionsOf(given: MeasureArguments, backend: Backend): RunOptions {
  const { rows, readers, writers, dims, batch, topK, seed, keys, access, openOrder } = given;
  const { writeRate, readRate, engineThreads, check, rpc, listen } = given;
  const policy = given.refresh ?? backend.refresh.default;
  return {
    ...{ backend: backend.name, access, rows, readers, writers, dims, batch, topK, seed, keys },
    ...{ openOrder, writeRate, readRate, engineThreads, check, rpc, listen },
    intent: given.intent === true,
    durationS: given.duration,
    increment: given.increment ?? incrementOf(writers),
    refresh: policy,
    stalenessBoundMs: stalenessBoundMsOf(given.stalenessBound, policy),
    opTimeoutMs: given.opTimeout * 1000,
    busyTimeoutMs: given.busyTimeout * 1000,
    bug: given.bug ?? RUN_DEFAULTS.bug,
  };
}

function number(
  flags: string,
  text: string,
  parse: (text: string) => number,
  value: number,
): Option {
  return new Option(flags, text).argParser(parse).default(value);
}

function choice(flags: string, text: string, values: readonly string[], value?: string): Option {
  return new Option(flags, text).choices(values).default(value);
}
