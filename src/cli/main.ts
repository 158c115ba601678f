import { CannotRunError } from '../core/errors.ts';
import { guardOutput } from '../report/output.ts';
import { reportError } from './exit.ts';
import { buildProgram } from './program.ts';
import { refuseUnknownCommand } from './unknown-command.ts';

/** Runs the command line of this process; its exit code says how it went. */
export async function main(process: NodeJS.Process): Promise<void> {
  const fail = (error: unknown): void => {
    process.exitCode = reportError(error, process.stderr);
  };
  process.on('uncaughtException', (error) => {
    fail(error);
    process.exit();
  });
  // Whoever reads us may have had enough (`probe list | head -1`).
  for (const stream of [process.stdout, process.stderr]) {
    guardOutput(stream);
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return;
      fail(new CannotRunError(`the output cannot be written: ${error.message}`));
      process.exit();
    });
  }
  try {
    const program = buildProgram(process);
    await refuseUnknownCommand(program, process.argv.slice(2));
    await program.parseAsync(process.argv);
  } catch (error) {
    fail(error);
  }
}
