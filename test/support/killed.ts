import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { isAlive } from '../../src/system/proc.ts';
import { descendants, running } from './processes.ts';

const BIN = fileURLToPath(new URL('../../bin/probe.js', import.meta.url));

export interface Running {
  coordinator: ChildProcess;
  /** Its processes: the guard, and at least one worker. */
  children: number[];
}

/** Starts `probe crash reference ...` whose temporary files go to `tmp`, and waits until its workers are at work. */
export async function startCrash(tmp: string, ...args: string[]): Promise<Running> {
  const small = ['--rows', '200', '--dims', '64', '--rounds', '1000', '--quiet', '--no-save'];
  const coordinator = spawn(process.execPath, [BIN, 'crash', 'reference', ...small, ...args], {
    env: { ...process.env, TMPDIR: tmp },
    stdio: 'ignore',
  });
  onTestFinished(() => void coordinator.kill('SIGKILL'));
  const atWork = (): boolean => {
    const [run] = runsIn(tmp).filter((name) => existsSync(join(tmp, name, 'snapshot-before')));
    return run !== undefined && running(descendants(coordinator.pid!), 'worker/entry').length > 1;
  };
  await expect.poll(atWork, { timeout: 30_000 }).toBe(true);
  return { coordinator, children: descendants(coordinator.pid!) };
}

/** SIGKILL of the coordinator; of its guard, too, if nobody shall be left to clean up. */
export async function kill({ coordinator, children }: Running, guardToo: boolean): Promise<void> {
  const ended = new Promise((resolve) => coordinator.on('exit', resolve));
  if (guardToo) {
    for (const guard of running(children, 'guard-process')) process.kill(guard, 'SIGKILL');
  }
  coordinator.kill('SIGKILL');
  await ended;
}

export const runsIn = (tmp: string): string[] =>
  readdirSync(tmp).filter((name) => name.startsWith('probe-run-'));

/** Files below this directory that loop devices hold. */
export function loopFilesBelow(directory: string): string[] {
  return readdirSync('/sys/block')
    .filter((name) => name.startsWith('loop'))
    .flatMap((name) => {
      const file = join('/sys/block', name, 'loop/backing_file');
      return existsSync(file) ? [readFileSync(file, 'utf8')] : [];
    })
    .filter((file) => file.startsWith(directory));
}

export const alive = (pids: number[]): number[] => pids.filter((pid) => isAlive(pid));
