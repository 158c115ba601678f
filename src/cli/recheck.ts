import type { Command } from 'commander';

/** `probe recheck`: judges a saved run again, without its database. */
export function addRecheckCommand(program: Command, process: NodeJS.Process): void {
  program
    .command('recheck')
    .description('judge a saved run again, with the checks of today')
    .argument('<file>', 'a result, or the history beside it')
    .option('--json', 'as JSON')
    .action(async (file: string, { json }: { json?: true }) => {
      void [file, json, process];
    });
}
