import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CannotRunError } from '../../core/errors.ts';

const COMMAND_LIMIT_MS = 30_000;

/** Runs a program of the system to its end; its standard output. */
export async function command(program: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: COMMAND_LIMIT_MS });
    return stdout;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    const said = (stderr?.trim() || message).replaceAll(/\s*\n\s*/g, ' ');
    throw new CannotRunError(`${[program, ...args].join(' ')} failed: ${said}`, { cause: error });
  }
}

/** Which of these programs the system lacks. */
export async function missingPrograms(...programs: string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const program of programs) {
    await command('sh', '-c', `command -v ${program}`).catch(() => missing.push(program));
  }
  return missing;
}
