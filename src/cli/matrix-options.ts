import { Command, Option } from 'commander';
import { ACCESSES, type AccessName, type Refresh } from '../core/names.ts';
import { addExpectOption, type ExpectArguments } from './expect.ts';
import { listOf, oneOf } from './lists.ts';
import { addMeasureOptions, type MeasureArguments } from './options.ts';
import { nonEmpty, refresh, whole } from './parsers.ts';

/** Options of a run that a matrix takes a list of. */
interface Lists {
  access: AccessName[];
  readers: number[];
  writers: number[];
  refresh?: Refresh[];
}

/** What commander makes of the options of a matrix. */
export interface MatrixArguments
  extends Omit<MeasureArguments, keyof Lists>, Lists, ExpectArguments, OutputArguments {
  repeat: number;
  controls?: true;
  resume?: string;
  results: string;
  history: boolean;
}

/** What goes where. */
export interface OutputArguments {
  json?: true;
  quiet?: true;
}

/** Adds the lists, the options of a run that are none, and where things go. */
export function addMatrixOptions(command: Command): void {
  addListOptions(command);
  addSingleOptions(command);
  addExpectOption(command, 'reads_err==0');
  addOutputOptions(command);
}

function addListOptions(command: Command): void {
  const list = <T>(flags: string, text: string, parse: (text: string) => T): Option =>
    new Option(flags, text).argParser(listOf(parse)).helpGroup('The lists (comma-separated):');
  command
    .addOption(
      new Option('--access <names>', `of ${ACCESSES.join(', ')}; or all`)
        .argParser((text) => (text === 'all' ? [...ACCESSES] : listOf(oneOf(ACCESSES))(text)))
        .helpGroup('The lists (comma-separated):')
        .default([...ACCESSES], 'all'),
    )
    .addOption(list('--readers <ns>', 'reader processes', whole(0, 256)).default([4], '4'))
    .addOption(list('--writers <ns>', 'writer processes', whole(0, 256)).default([1], '1'))
    .addOption(
      list(
        '--refresh <policies>',
        "when readers look for others' commits (default: the backend's)",
        refresh(0, 3600),
      ),
    )
    .optionsGroup('The matrix:')
    .addOption(
      new Option('--repeat <n>', 'runs of each combination, round by round')
        .argParser(whole(1, 1000))
        .default(1),
    )
    .option('--controls', 'also run what must come out one way: nobody writes; a correct backend')
    .addOption(
      new Option('--resume <path>', 'go on with a saved matrix: run what is not done').argParser(
        nonEmpty('the directory of a matrix'),
      ),
    );
}

/** The options of a run, but those that are lists here. */
function addSingleOptions(command: Command): void {
  for (const option of addMeasureOptions(new Command()).options) {
    if (!command.options.some(({ long }) => long === option.long)) command.addOption(option);
  }
}

function addOutputOptions(command: Command): void {
  command
    .optionsGroup('The output:')
    .addOption(
      new Option('--results <dir>', 'folder in which the matrix gets its own')
        .argParser(nonEmpty('a folder'))
        .default('results'),
    )
    .option('--no-history', 'save the results without their histories')
    .option('--json', 'print the matrix with all results as JSON, and nothing else, on stdout')
    .option('--quiet', 'no progress');
}
