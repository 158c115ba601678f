import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { formatBytes, plural } from '../core/count-text.ts';
import { unguardedOf } from '../report/output.ts';
import type { Leftover } from '../experiment/leftovers.ts';

/** `probe clean`: what killed runs left in the temporary directory, and its removal once that is wanted. */
export function addCleanCommand(program: Command, process: NodeJS.Process): void {
  program
    .command('clean')
    .description('list what killed runs left behind, and remove it')
    .option('--yes', 'remove it without asking')
    .action(async ({ yes }: { yes?: true }) => clean(yes === true, process));
}

async function clean(yes: boolean, { stdin, stdout, stderr }: NodeJS.Process): Promise<void> {
  const { findLeftovers, removeLeftovers } = await import('../experiment/leftovers.ts');
  const { leftovers, strays } = await findLeftovers();
  for (const { path, why } of strays) stdout.write(`${path} ${why}; it is left alone.\n`);
  if (leftovers.length === 0) {
    stdout.write('No killed run has left anything.\n');
    return;
  }
  for (const { directory, bytes, mounts, processes } of leftovers) {
    stdout.write(`${directory}  ${formatBytes(bytes)}\n`);
    for (const point of mounts) stdout.write(`  mounted: ${point}\n`);
    for (const pid of processes) stdout.write(`  still alive: process ${pid}\n`);
  }
  const isAsked = !yes && stdin.isTTY && stderr.isTTY;
  if (!yes && !(isAsked && (await confirms(stdin, stderr)))) {
    stdout.write(
      'Nothing was removed. This ends the processes, unmounts and removes: probe clean --yes\n',
    );
    return;
  }
  await removeLeftovers(leftovers);
  stdout.write(`Removed ${sumOf(leftovers)}.\n`);
}

async function confirms(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<boolean> {
  const prompt = createInterface({ input, output: unguardedOf(output) });
  try {
    return /^y(es)?$/i.test(
      (await prompt.question('End these processes, unmount and remove all of this? [y/N] ')).trim(),
    );
  } finally {
    prompt.close();
  }
}

/** Says in one line what killed runs have left; nothing if they have not. */
export async function tellLeftovers(stderr: NodeJS.WritableStream): Promise<void> {
  const { findLeftovers } = await import('../experiment/leftovers.ts');
  const { leftovers } = await findLeftovers();
  if (leftovers.length === 0) return;
  stderr.write(`left by a killed run: ${sumOf(leftovers)}; remove them with: probe clean\n`);
}

function sumOf(leftovers: Leftover[]): string {
  const bytes = leftovers.reduce((total, leftover) => total + leftover.bytes, 0);
  return `${plural(leftovers.length, 'directory')}, ${formatBytes(bytes)}`;
}
