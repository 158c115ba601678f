import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { backendNames, loadBackend } from '../../probes/index.ts';
import {
  committerOf,
  CRASH_MODES,
  DEFAULT_ROUNDS,
  FILESYSTEMS,
  MOST_ROUNDS,
  VICTIMS,
  type CrashMode,
  type CrashOptions,
  type CrashResult,
  type Filesystem,
  type Victim,
} from '../core/crash.ts';
import { cutLost } from '../core/durability.ts';
import { messageOf, UsageError } from '../core/errors.ts';
import { jsonText } from '../core/printable.ts';
import { CRASH_DEFAULTS, type RunOptions } from '../core/options.ts';
import { exitCodeOfSaved } from './exit.ts';
import { addMeasureOptions, runOptionsOf, type MeasureArguments } from './options.ts';
import { ownPackage } from '../system/own-package.ts';
import { whole } from './parsers.ts';
import { noBackendText } from './unknown-command.ts';
import { validate } from './validate.ts';

interface CrashArguments extends MeasureArguments {
  mode: CrashMode;
  kill?: Victim;
  rounds?: number;
  filesystem: Filesystem[];
  results: string;
  save: boolean;
  json?: true;
  quiet?: true;
}

const EXAMPLES = `
Examples:
  probe crash duckdb                           100 kills of the writer
  probe crash duckdb --access owner            kills of the owner
  probe crash lancedb --mode pause             processes that are stopped
  sudo probe crash lancedb --mode power-loss   needs root and xfsprogs
  probe crash reference --bug early-ack        a planted bug: it loses rows`;

/** `probe crash`: what survives a kill, a pause, a full disk, a power cut. */
export function addCrashCommand(program: Command, process: NodeJS.Process): void {
  const command = program
    .command('crash')
    .description('what survives a kill, a pause, a full disk, a power cut')
    .argument('<backend>', `one of ${backendNames.join(', ')}`)
    .optionsGroup('The crash:')
    .addOption(new Option('--mode <name>', 'what happens').choices(CRASH_MODES).default('kill'))
    .addOption(
      new Option(
        '--kill <who>',
        'kill: whom (default: who commits, the writer or the owner)',
      ).choices(VICTIMS),
    )
    .addOption(
      new Option(
        '--rounds <n>',
        `rounds (default: ${CRASH_MODES.map((mode) => `${mode} ${DEFAULT_ROUNDS[mode]}`).join(', ')})`,
      ).argParser(whole(1, MOST_ROUNDS)),
    )
    .addOption(
      new Option('--filesystem <list>', 'power-loss: file systems in turn')
        .argParser(filesystems)
        .default([...FILESYSTEMS], FILESYSTEMS.join(',')),
    );
  addMeasureOptions(command)
    .optionsGroup('The output:')
    .option('--results <dir>', 'folder of saved results and bundles', 'results')
    .option('--no-save', 'save nothing')
    .option('--json', 'print the result as JSON, and nothing else, on stdout')
    .option('--quiet', 'no progress');
  for (const name of ['rows', 'dims', 'readers'] as const) {
    const value = CRASH_DEFAULTS[name];
    command.options.find((option) => option.attributeName() === name)!.default(value);
    command.setOptionValueWithSource(name, value, 'default');
  }
  command.addHelpText('after', EXAMPLES);
  command.action(async (name: string, given: CrashArguments) => {
    process.exitCode = await crash(name, given, command, process);
  });
}

async function crash(
  name: string,
  given: CrashArguments,
  command: Command,
  process: NodeJS.Process,
): Promise<number> {
  const backend = await loadBackend(name);
  if (backend === undefined) {
    throw new UsageError(noBackendText(name));
  }
  const options = runOptionsOf(given, backend);
  const isGiven = (option: string): boolean => command.getOptionValueSource(option) === 'cli';
  validate(options, backend, new Set(Object.keys(given).filter(isGiven)));
  if (isGiven('filesystem') && given.mode !== 'power-loss') {
    throw new UsageError("option '--filesystem' means something with '--mode power-loss' only");
  }
  const crashOptions = crashOptionsOf(given, options);
  const { checkDiskSpace, checkResultsDir } = await import('./paths.ts');
  await checkDiskSpace(options, null);
  if (given.save) await checkResultsDir(given.results);
  const [{ runCrash }, { Signals }, { crashProgress }, { renderCrash }, { wantsColor }] =
    await Promise.all([
      import('../experiment/crash/campaign.ts'),
      import('./signals.ts'),
      import('../report/crash-progress.ts'),
      import('../report/crash-table.ts'),
      import('../report/paint.ts'),
    ]);
  const { stdout, stderr, env } = process;
  const signals = new Signals(process);
  const { runName } = await import('../store/results.ts');
  const named = runName(new Date(), backend.name, 'crash');
  const progress = crashProgress(stderr, env, given.quiet === true, crashOptions);
  const note = (text: string): void => progress.line(text);
  try {
    const found = await runCrash({
      run: {
        backend,
        options,
        db: { path: null, keep: false, overwrite: false },
        results: { dir: given.results, save: given.save, history: true },
        toolVersion: ownPackage().version,
        onProgress: () => undefined,
        interrupt: signals,
      },
      crash: crashOptions,
      name: named,
      onNote: note,
      onBegin: () => progress.begin(),
      onRound: (done, round) => progress.tell(done, round),
    }).finally(() => progress.clear());
    const { result, saved } = given.save
      ? await save(given.results, named, found, note)
      : { result: found, saved: [] };
    const style = { color: wantsColor(stdout, env), width: stdout.columns || 80, saved };
    stdout.write(given.json ? `${jsonText(result)}\n` : renderCrash(result, style));
    const isSaved = (result.warnings ?? []).length === 0;
    return signals.exitCode ?? exitCodeOfSaved(exitCodeOfCrash(result), isSaved);
  } catch (error) {
    return signals.exitCodeOf(error, stderr);
  } finally {
    signals.stop();
  }
}

/** The paths of what was saved; a result that cannot be is printed all the same, and says so. */
async function save(
  dir: string,
  name: string,
  result: CrashResult,
  note: (text: string) => void,
): Promise<{ result: CrashResult; saved: string[] }> {
  const { saveCrash } = await import('../store/crashes.ts');
  const bundles = result.bundles.map((bundle) => join(dir, bundle));
  try {
    return { result, saved: [await saveCrash(dir, name, result), ...bundles] };
  } catch (error) {
    const warning = `the result could not be saved: ${messageOf(error)}`;
    note(warning);
    const warnings = [...(result.warnings ?? []), warning];
    return { result: { ...result, warnings }, saved: bundles };
  }
}

/**
 * `unsafe` 1, and so is a power cut that lost what was acknowledged; `unknown` 3 (a skip proves nothing either). A pause
 * campaign that ran and found nothing wrong is fine.
 */
function exitCodeOfCrash({ durability, rounds, crash: { mode }, skipped }: CrashResult): number {
  if (durability === 'unsafe' || cutLost(rounds)) return 1;
  return durability === 'unknown' && (mode !== 'pause' || skipped !== null) ? 3 : 0;
}

function crashOptionsOf(
  { mode, kill, rounds, filesystem }: CrashArguments,
  { access, readers, writers, check }: RunOptions,
): CrashOptions {
  if (kill !== undefined && mode !== 'kill') {
    throw new UsageError(`option '--kill ${kill}' means something with '--mode kill' only`);
  }
  if (kill === 'owner' && access !== 'owner') {
    throw new UsageError("option '--kill owner' needs '--access owner'");
  }
  if (kill === 'reader' && readers === 0) {
    throw new UsageError("option '--kill reader' needs readers, and '--readers' is 0");
  }
  if (writers === 0) {
    throw new UsageError('a crash without writers can lose nothing: give --writers 1 or more');
  }
  if (!check) throw new UsageError("option '--no-check' leaves nothing to judge a crash by");
  if (access === 'isolated') {
    throw new UsageError("option '--access isolated' is not for crash: nothing is shared in it");
  }
  const victim = kill ?? committerOf(access);
  return { mode, victim, rounds: rounds ?? DEFAULT_ROUNDS[mode], filesystems: filesystem };
}

function filesystems(text: string): Filesystem[] {
  const names = text.split(',');
  const wrong = names.find((name) => !FILESYSTEMS.some((known) => known === name));
  if (wrong === undefined) return names as Filesystem[];
  throw new UsageError(
    `option '--filesystem ${text}': '${wrong}' is none; allowed: ${FILESYSTEMS.join(', ')}`,
  );
}
