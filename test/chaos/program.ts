import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { within } from '../../src/system/within.ts';

/** The built program: `#worker` is the one name of a built file that this source and its compiled form share. */
export const PROBE = join(
  fileURLToPath(import.meta.resolve('#worker')),
  '../../../../bin/probe.js',
);

/** The phases that are told in the plain lines on stderr, also where they are short, in their order. */
export const TOLD_PHASES = ['prepare', 'spawn', 'work', 'drain', 'judge'] as const;
export type ToldPhase = (typeof TOLD_PHASES)[number];
const TOLD = new RegExp(String.raw`^\[ *\d+s\] (${TOLD_PHASES.join('|')})\b`, 'gm');

/** From its exit to the end of its output, which nobody else may hold open. */
const OUTPUT_LIMIT_MS = 5000;

export interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A program that was started as a shell starts a job: in a process group of its own. */
export class Program {
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';
  /** Resolves when the program has ended, with how. */
  readonly ended: Promise<End>;
  end: End | null = null;
  readonly #closed: Promise<unknown>;

  constructor(file: string, args: readonly string[], tmp: string) {
    this.process = spawn(process.execPath, [file, ...args], {
      env: { ...process.env, TMPDIR: tmp },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const name of ['stdout', 'stderr'] as const) {
      this.process[name]!.setEncoding('utf8').on('data', (text: string) => (this[name] += text));
    }
    this.ended = new Promise((resolve, reject) => {
      this.process.on('error', reject);
      this.process.on('exit', (code, signal) => resolve((this.end = { code, signal })));
    });
    this.#closed = new Promise((resolve) => this.process.on('close', resolve));
  }

  get pid(): number {
    return this.process.pid!;
  }

  /** The phase that it last said it is in; null before the first. */
  get phase(): ToldPhase | null {
    const last = [...this.stderr.matchAll(TOLD)].at(-1)?.[1];
    return TOLD_PHASES.find((phase) => phase === last) ?? null;
  }

  /** Whether it has said that it is in this phase, or in a later one. */
  hasReached(phase: ToldPhase): boolean {
    return this.phase !== null && TOLD_PHASES.indexOf(this.phase) >= TOLD_PHASES.indexOf(phase);
  }

  /** Waits for its end; null if that takes longer. */
  async endsWithin(limitMs: number): Promise<End | null> {
    return (await within(limitMs, this.ended)) ?? null;
  }

  /** Once it has ended: waits for the end of all that it printed; false if somebody else holds its output open. */
  async outputEnds(): Promise<boolean> {
    const closed = this.#closed.then(() => true);
    return (await within(OUTPUT_LIMIT_MS, closed)) ?? false;
  }
}
