import { Option, type Command } from 'commander';
import { nonEmpty } from './parsers.ts';

/** What commander makes of the options that say where things go. */
export interface PlaceArguments {
  db?: string;
  keep?: true;
  overwrite?: true;
  results: string;
  save: boolean;
  history: boolean;
  json?: true;
  quiet?: true;
}

/** Adds the options that say where the database and the results go, and what is printed. */
export function addPlaceOptions(command: Command): Command {
  return command
    .optionsGroup('The places:')
    .addOption(
      new Option('--db <path>', 'database path (default: a fresh temporary one)').argParser(
        nonEmpty('a path'),
      ),
    )
    .option('--keep', 'do not remove the database at the end')
    .option('--overwrite', 'replace the database of an earlier run at --db')
    .addOption(
      new Option('--results <dir>', 'folder of saved results')
        .argParser(nonEmpty('a folder'))
        .default('results'),
    )
    .option('--no-save', 'save nothing')
    .option('--no-history', 'save the result without its history')
    .optionsGroup('The output:')
    .option('--json', 'print the result as JSON, and nothing else, on stdout')
    .option('--quiet', 'no progress');
}
