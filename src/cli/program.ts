import { Command } from 'commander';
import { backendNames } from '../../probes/index.ts';
import { addCleanCommand, tellLeftovers } from './clean.ts';
import { addCompareCommand } from './compare.ts';
import { addCrashCommand } from './crash.ts';
import { addListCommand } from './list.ts';
import { addMatrixCommand } from './matrix.ts';
import { ownPackage } from '../system/own-package.ts';
import { addRecheckCommand } from './recheck.ts';
import { addRunCommand } from './run.ts';

const EXAMPLES = `
Examples:
  probe lancedb                             1 writer and 4 readers for 10 s
  probe lancedb --refresh default           and nobody looks for new commits
  probe duckdb --open-order readers         who is first decides who is refused
  probe duckdb --writers 0                  readers only
  probe lancedb --writers 2 --keys shared   two indexers of one folder
  probe reference --bug lost                a planted bug: its check fires
  probe matrix --readers 1,4 --repeat 3     both databases, every access
  probe compare a.json b.json               two saved results side by side
  probe list --bugs                         all planted bugs
  probe lancedb --help                      all options of a run

Exit codes: 0 it ran; 1 data was wrong; 2 bad usage; 3 it could not run or
proved nothing; 130, 143 interrupted.`;

/** The whole command line: a command for each backend, and those for what runs leave behind. */
export function buildProgram(process: NodeJS.Process): Command {
  const program = new Command('probe')
    .description(
      'Can more than one process use this embedded database at once, and what goes wrong when they do?',
    )
    .version(ownPackage().version)
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => process.stdout.write(text),
      writeErr: (text) => process.stderr.write(text),
      // Told by exit.ts, like all errors.
      outputError: () => {},
    });
  program.commandsGroup('Run the experiment on a backend:');
  for (const name of backendNames) addRunCommand(program, name, process);
  addMatrixCommand(program, process);
  addCrashCommand(program, process);
  program.commandsGroup('Other commands:');
  addListCommand(program, process);
  addCompareCommand(program, process);
  addRecheckCommand(program, process);
  addCleanCommand(program, process);
  const measuring = new Set([...backendNames, 'matrix', 'crash']);
  program.hook('preAction', async (_, command) => {
    if (measuring.has(command.name()) && command.getOptionValue('quiet') !== true) {
      await tellLeftovers(process.stderr);
    }
  });
  return program;
}
