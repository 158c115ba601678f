import type { Command } from 'commander';
import { addExpectOption, expectationsOf, type ExpectArguments } from './expect.ts';

interface CompareArguments extends ExpectArguments {
  json?: true;
}

/** `probe compare`: saved results side by side. */
export function addCompareCommand(program: Command, process: NodeJS.Process): void {
  const command = program
    .command('compare')
    .description('saved results side by side: what differs, and by how much')
    .argument('<result...>', 'results, or directories of matrices; the first is the baseline')
    .option('--json', 'as JSON');
  addExpectOption(command, 'reads_per_s>=0.9*baseline').action(
    async (paths: string[], given: CompareArguments) => {
      const expectations = await expectationsOf(given, true);
      const { compareAndReport } = await import('./compare-run.ts');
      process.exitCode = await compareAndReport(paths, expectations, given.json === true, process);
    },
  );
}
