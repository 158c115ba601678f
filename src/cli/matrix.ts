import { Argument, type Command } from 'commander';
import { backendNames, loadBackend } from '../../probes/index.ts';
import type { Backend } from '../core/backend.ts';
import { UsageError } from '../core/errors.ts';
import { MATRIX_FORMAT, type Matrix } from '../core/matrix.ts';
import type { AccessName } from '../core/names.ts';
import type { Configuration } from '../experiment/matrix-plan.ts';
import type { SavedMatrix } from '../store/matrices.ts';
import { expectationsOf } from './expect.ts';
import { addMatrixOptions, type MatrixArguments } from './matrix-options.ts';
import { runOptionsOf } from './options.ts';
import { ownPackage } from '../system/own-package.ts';
import { argumentsOf, validate } from './validate.ts';

const DEFAULT_BACKENDS = ['duckdb', 'lancedb'];
/** All that `--resume` may come with: the saved matrix has the rest. */
const WITH_RESUME = ['resume', 'json', 'quiet'];

const EXAMPLES = `
Examples:
  probe matrix                                 both databases, every access
  probe matrix duckdb --access owner,reopen    two accesses of one database
  probe matrix --writers 1,2 --repeat 3        three runs of each combination
  probe matrix --expect 'lost_rows==0'         exit 1 if any run lost a row
  probe matrix --resume results/2026-...       go on where one was ended`;

/** `probe matrix`: all combinations of backends, accesses, readers, writers and refresh policies. */
export function addMatrixCommand(program: Command, process: NodeJS.Process): void {
  const command = program
    .command('matrix')
    .description('every combination of the listed backends and options, and what to make of it')
    .addArgument(
      new Argument('[backend...]', 'the databases')
        .choices(backendNames)
        .default(DEFAULT_BACKENDS, DEFAULT_BACKENDS.join(' ')),
    );
  addMatrixOptions(command);
  command.addHelpText('after', EXAMPLES);
  command.action(async (names: string[], given: MatrixArguments) => {
    const isGiven = (option: string): boolean => command.getOptionValueSource(option) === 'cli';
    const own = new Set(Object.keys(given).filter(isGiven));
    if (given.resume !== undefined) refuseBeside(own, command.args);
    const saved =
      given.resume === undefined
        ? await begin(await plan(names, given, own), given.results)
        : await resume(given.resume);
    const { runAndReport } = await import('./matrix-run.ts');
    process.exitCode = await runAndReport(saved, given, process);
  });
}

async function begin(matrix: Matrix, dir: string): Promise<SavedMatrix> {
  const { makeMatrixDirectory } = await import('../store/matrices.ts');
  const directory = await makeMatrixDirectory(dir, new Date(matrix.started_at));
  return { directory, matrix, results: new Map() };
}

async function resume(path: string): Promise<SavedMatrix> {
  const { isMatrix, readMatrix } = await import('../store/matrices.ts');
  if (await isMatrix(path)) return readMatrix(path);
  throw new UsageError(
    `option '--resume ${path}' takes the folder of a matrix, or the matrix.json in it`,
  );
}

/** A new matrix; all that can be wrong with it is found here. */
async function plan(
  names: readonly string[],
  given: MatrixArguments,
  own: ReadonlySet<string>,
): Promise<Matrix> {
  await expectationsOf(given);
  const [{ planCells, exclusionOf }, { checkDiskSpace, checkResultsDir }] = await Promise.all([
    import('../experiment/matrix-plan.ts'),
    import('./paths.ts'),
  ]);
  const backends = await Promise.all([...new Set(names)].map(backendNamed));
  const configurations = backends.flatMap((backend) => configurationsOf(backend, given));
  const relevant = relevantTo(given.access, own);
  const excluded = configurations.map(({ options, backend }) => exclusionOf(options, backend));
  if (!excluded.includes(null)) {
    throw new UsageError(`no combination of the lists can be run: ${excluded[0]}`);
  }
  for (const [i, { backend, options }] of configurations.entries()) {
    if (excluded[i] !== null) continue;
    validate(options, backend, relevant);
    await checkDiskSpace(options, null);
  }
  await checkResultsDir(given.results);
  return {
    format: MATRIX_FORMAT,
    kind: 'matrix',
    tool: { version: ownPackage().version, node: process.version },
    started_at: new Date().toISOString(),
    repeat: given.repeat,
    history: given.history,
    expectations: given.expect ?? [],
    cells: planCells(
      configurations,
      given.repeat,
      given.controls ? await backendNamed('reference') : null,
    ),
  };
}

function configurationsOf(backend: Backend, given: MatrixArguments): Configuration[] {
  const policies = given.refresh ?? [backend.refresh.default];
  return given.access.flatMap((access) =>
    policies.flatMap((policy) =>
      given.writers.flatMap((writers) =>
        given.readers.map((readers) => {
          const single = { ...given, access, readers, writers, refresh: policy };
          const nobodyAdds = writers === 0 ? ({ increment: 'none' } as const) : {};
          return { backend, options: runOptionsOf({ ...single, ...nobodyAdds }, backend) };
        }),
      ),
    ),
  );
}

/** Options of one access are in place as soon as that access is among the listed. */
function relevantTo(accesses: readonly AccessName[], own: ReadonlySet<string>): Set<string> {
  const used = accesses.flatMap(argumentsOf);
  return new Set([...own].filter((name) => !used.includes(name)));
}

function refuseBeside(own: ReadonlySet<string>, names: readonly string[]): void {
  const other = names[0] ?? [...own].find((name) => !WITH_RESUME.includes(name));
  if (other === undefined) return;
  throw new UsageError(
    `option '--resume' goes on with the options of the saved matrix: leave out ${other}`,
  );
}

async function backendNamed(name: string): Promise<Backend> {
  const backend = await loadBackend(name);
  if (backend === undefined) throw new UsageError(`there is no backend ${name}`);
  return backend;
}
