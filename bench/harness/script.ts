import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MemorySampler, type Peak } from './memory.ts';

const LIMIT_MS = 600_000;

export interface Ran<T> {
  value: T;
  /** From the spawn to the exit. */
  wallS: number;
  /** Zero unless it was asked for. */
  peak: Peak;
}

/** Runs a script in a fresh process; the last line that it prints is JSON. */
export async function runScript<T>(
  script: URL,
  parameters: unknown,
  { memory = false, limitMs = LIMIT_MS } = {},
): Promise<Ran<T>> {
  const args = [fileURLToPath(script), JSON.stringify(parameters)];
  const { text, ...ran } = await run(args, memory, [0], limitMs);
  return { ...ran, value: JSON.parse(text.trimEnd().split('\n').at(-1)!) as T };
}

/** Runs node with these arguments, which must exit with one of the codes; what it prints on stdout. */
export async function run(
  args: readonly string[],
  memory = false,
  codes: readonly number[] = [0],
  limitMs = LIMIT_MS,
): Promise<Omit<Ran<never>, 'value'> & { text: string }> {
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  const sampler = memory ? new MemorySampler(child.pid!) : undefined;
  let text = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (errors += part));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const wallS = (performance.now() - began) / 1000;
  const peak = sampler?.stop() ?? { treeBytes: 0, ownBytes: 0 };
  if (code === null || !codes.includes(code)) {
    throw new Error(`node ${args.join(' ')} ended with ${code ?? signal}: ${errors.slice(-2000)}`);
  }
  return { text, wallS, peak };
}

/** Scripts lie in the source tree (bare ones) or beside this file once compiled. */
const root = new URL('../../../', import.meta.url);
export const bareScript = (name: string): URL => new URL(`bench/bare/${name}.mjs`, root);
export const ownScript = (name: string): URL => new URL(`dist/bench/ours/${name}.js`, root);
export const probeCommand = fileURLToPath(new URL('bin/probe.js', root));
