import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const COMMAND_LIMIT_MS = 30_000;

/** Runs a program of the system to its end; its standard output. */
export async function command(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { timeout: COMMAND_LIMIT_MS });
  return stdout;
}

/** Which of these programs the system lacks. */
export async function missingPrograms(...programs: string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const program of programs) {
    await command('sh', '-c', `command -v ${program}`).catch(() => missing.push(program));
  }
  return missing;
}
