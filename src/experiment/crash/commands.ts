import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { CannotRunError, messageOf } from '../../core/errors.ts';
import { afterAwake } from '../../system/awake.ts';
import { killGroup } from '../../system/proc.ts';

const COMMAND_LIMIT_MS = 30_000;

/** Runs a program of the system to its end; its standard output. */
export async function command(program: string, ...args: string[]): Promise<string> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C must not end it halfway, half a mount is nobody's.
    detached: true,
  });
  const fail = (why: string, cause?: unknown): never => {
    const said = why.trim().replaceAll(/\s*\n\s*/g, ' ');
    throw new CannotRunError(`${[program, ...args].join(' ')} failed: ${said}`, { cause });
  };
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const closed = once(child, 'close').catch((error: unknown) => fail(messageOf(error), error));
  const cancel = afterAwake(COMMAND_LIMIT_MS, () => killGroup(child.pid!));
  const [code, signal] = (await closed.finally(cancel)) as [number | null, NodeJS.Signals | null];
  const [stdout, stderr] = await output;
  if (code === 0) return stdout;
  return fail(stderr.trim() || (signal === null ? `exit code ${code}` : `ended by ${signal}`));
}

/** Which of these programs the system lacks. */
export async function missingPrograms(...programs: string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const program of programs) {
    await command('sh', '-c', `command -v ${program}`).catch(() => missing.push(program));
  }
  return missing;
}
