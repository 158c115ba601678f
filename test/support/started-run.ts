import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/probe.js', import.meta.url));

/** A run of the built program that goes on until it is told to stop. */
export interface StartedRun {
  process: ChildProcess;
  said: { stdout: string; stderr: string };
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts a small run whose temporary files go to `tmp`, and waits until it says that it is in this phase. */
export async function startRun(
  tmp: string,
  backend: string,
  phase = 'work',
  ...more: string[]
): Promise<StartedRun> {
  const args = [backend, '--rows', '500', '--dims', '32', '--duration', '60', '--no-save', ...more];
  const env = { ...process.env, TMPDIR: tmp };
  const child = spawn(process.execPath, [BIN, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a shell gives one to each job.
    detached: true,
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  }
  const ended: StartedRun['ended'] = new Promise((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  await expect.poll(() => said.stderr, { timeout: 30_000 }).toContain(phase);
  return { process: child, said, ended };
}
