import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadBackend } from '../../probes/index.ts';
import type { Backend } from '../core/backend.ts';
import { CannotRunError, UsageError } from '../core/errors.ts';
import { jsonText } from '../core/printable.ts';
import type { RunOptions } from '../core/options.ts';
import type { Expectation } from '../core/expectations.ts';
import { exitCodeOfSaved } from './exit.ts';
import { addExpectOption, expectationsOf, judgeRun, type ExpectArguments } from './expect.ts';
import { addMeasureOptions, runOptionsOf, type MeasureArguments } from './options.ts';
import { ownPackage, pinned } from '../system/own-package.ts';
import { addPlaceOptions, type PlaceArguments } from './place-options.ts';
import { validate } from './validate.ts';

type Arguments = MeasureArguments & PlaceArguments & ExpectArguments;

/** `probe <backend>`: the experiment. */
export function addRunCommand(program: Command, name: string, process: NodeJS.Process): void {
  const command = program.command(name).description(`several processes share a ${name} database`);
  addPlaceOptions(addExpectOption(addMeasureOptions(command)));
  command.action(async (given: Arguments) => {
    const backend = await backendNamed(name);
    const expectations = await expectationsOf(given);
    const options = runOptionsOf(given, backend);
    const isGiven = (option: string): boolean => command.getOptionValueSource(option) === 'cli';
    validate(options, backend, new Set(Object.keys(given).filter(isGiven)));
    const db = await checkPlaces(given, options, backend);
    checkDriver(backend);
    process.exitCode = await experiment({
      backend,
      options,
      expectations,
      db,
      given,
      process,
    });
  });
}

async function backendNamed(name: string): Promise<Backend> {
  const backend = await loadBackend(name);
  if (backend === undefined) throw new Error(`no backend named ${name}`);
  return backend;
}

/** Whether database and results can go where they shall; the database's path, or null for a temporary one. */
async function checkPlaces(
  given: PlaceArguments,
  options: RunOptions,
  backend: Backend,
): Promise<string | null> {
  const { checkDbPath, checkDiskSpace, checkResultsDir } = await import('./paths.ts');
  const db = given.db === undefined ? null : resolve(given.db);
  if (db !== null) await checkDbPath(db, backend, given.overwrite === true);
  else if (given.overwrite) throw new UsageError("option '--overwrite' needs '--db <path>'");
  else if (given.keep) throw new UsageError("option '--keep' needs '--db <path>'");
  await checkDiskSpace(options, db);
  if (given.save) await checkResultsDir(given.results);
  return db;
}

/** Whether the driver is installed; whether it loads is for the run's own processes to find out. */
function checkDriver({ name, package: driver }: Backend): void {
  if (driver === undefined) return;
  try {
    import.meta.resolve(driver);
  } catch {
    throw new CannotRunError(
      `the driver of ${name} is not installed; run: npm install ${pinned(driver)}`,
    );
  }
}

interface Experiment {
  backend: Backend;
  options: RunOptions;
  expectations: Expectation[];
  db: string | null;
  given: PlaceArguments;
  process: NodeJS.Process;
}

async function experiment({ given, process, ...what }: Experiment): Promise<number> {
  const { backend, options, expectations, db } = what;
  const [{ runProbe }, { Signals }, live, { renderResult }, { wantsColor }] = await Promise.all([
    import('../experiment/run.ts'),
    import('./signals.ts'),
    import('../report/live.ts'),
    import('../report/result.ts'),
    import('../report/paint.ts'),
  ]);
  const { stdout, stderr, env } = process;
  const signals = new Signals(process);
  const view = given.quiet ? live.silentView : live.createLiveView(stderr, env, titleOf(options));
  try {
    const { result, saved, notes, isSaved } = await runProbe({
      backend,
      options,
      db: { path: db, keep: given.keep === true, overwrite: given.overwrite === true },
      results: { dir: given.results, save: given.save, history: given.history },
      toolVersion: ownPackage().version,
      onProgress: (progress) => view.update(progress),
      interrupt: signals,
    }).finally(() => view.clear());
    const files = [saved.result, saved.history].filter((path) => path !== null);
    const style = { color: wantsColor(stdout, env), width: stdout.columns || 80, saved: files };
    stdout.write(given.json ? jsonOf(result) : renderResult(result, style));
    for (const note of notes) stderr.write(`${note}\n`);
    // With --json nothing else is on stdout.
    const exitCode = await judgeRun(expectations, result, given.json ? stderr : stdout, env);
    return signals.exitCode ?? exitCodeOfSaved(exitCode, isSaved);
  } catch (error) {
    return signals.exitCodeOf(error, stderr);
  } finally {
    signals.stop();
  }
}

function titleOf({ backend, access, writers, readers }: RunOptions): string {
  return `probe ${backend} --access ${access} --writers ${writers} --readers ${readers}`;
}

const jsonOf = (value: unknown): string => `${jsonText(value)}\n`;
