import { Command } from 'commander';
import { loadBackend } from '../../probes/index.ts';
import { addMeasureOptions, runOptionsOf, type MeasureArguments } from '../../src/cli/options.ts';
import type { Backend } from '../../src/core/backend.ts';
import type { RunOptions } from '../../src/core/options.ts';

/** The backends that figures are about. */
export const DRIVERS = ['duckdb', 'lancedb'] as const;
export type DriverName = (typeof DRIVERS)[number];

export async function backendOf(name: string): Promise<Backend> {
  const backend = await loadBackend(name);
  if (backend === undefined) throw new Error(`no backend named ${name}`);
  return backend;
}

/** The options of `probe <backend> ...args`: with every default of the command line. */
export async function optionsOf(name: string, args: string): Promise<RunOptions> {
  const command = addMeasureOptions(new Command()).exitOverride();
  command.parse(args.split(' ').filter(Boolean), { from: 'user' });
  return runOptionsOf(command.opts<MeasureArguments>(), await backendOf(name));
}
