import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromWorker, ToWorker } from '../core/protocol.ts';
import type { Guard } from './guard.ts';
import { KILL_LIMIT_MS, STDERR_LINES } from './limits.ts';
import { monotonicUs } from '../system/clock.ts';
import { peakRssBytes } from '../system/proc.ts';
import { within } from '../system/within.ts';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** How a child is started, where it is not as usual. */
interface Surroundings {
  /** A program and its arguments that runs the child (strace). */
  wrapper?: string[];
  /** Where it puts its temporary files: a driver that is killed leaves them. */
  tmpdir?: string;
}

/** Which script a worker is; tests put one with a fault in its place. */
export const WORKER_ENTRY = fileURLToPath(import.meta.resolve('#worker'));

/** One forked child: its messages, the tail of what it printed, and its exit, which is always observed. */
export class Child {
  readonly pid: number | null;
  /** After all its messages and output have been read. */
  readonly exited: Promise<Exit>;
  exit: Exit | null = null;
  /** When the system said that it had ended, before its last messages and output were read (CLOCK_MONOTONIC). */
  exitedUs: number | null = null;
  /** Of a killed child as last seen before the kill; else as it said itself. */
  peakRssBytes: number | null = null;
  /** When it last said anything (performance.now). */
  heardMs = performance.now();
  readonly #process: ChildProcess;
  readonly #tail: string[] = [];

  constructor(
    entry: string,
    guard: Guard,
    onMessage: (message: FromWorker) => void,
    { wrapper = [], tmpdir }: Surroundings = {},
  ) {
    const [execPath, ...execArgv] = [...wrapper, process.execPath];
    this.#process = fork(entry, [], {
      execPath: execPath!,
      execArgv,
      env: tmpdir === undefined ? process.env : { ...process.env, TMPDIR: tmpdir },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'json',
      // A session of its own: a Ctrl-C of the terminal must not end it before it has learned to ignore that.
      detached: true,
    });
    const { pid } = this.#process;
    this.pid = pid ?? null;
    if (pid !== undefined) guard.child(pid);
    this.#process.once('exit', () => (this.exitedUs = monotonicUs()));
    this.#process.on('message', (message: FromWorker) => {
      this.heardMs = performance.now();
      if (message.type === 'closed') this.peakRssBytes = message.peakRssBytes;
      onMessage(message);
    });
    // What native libraries print on stdout is noise of the same kind as stderr.
    for (const stream of [this.#process.stderr!, this.#process.stdout!]) this.#keepTail(stream);
    this.exited = new Promise((resolve) => {
      const ended = (exit: Exit): void => {
        this.exit ??= exit;
        if (pid !== undefined) guard.exited(pid);
        resolve(this.exit);
      };
      this.#process.on('close', (code, signal) => ended({ code, signal }));
      this.#process.on('error', (error) => {
        // The process could not be started at all; of a failed send the exit will tell more.
        if (pid !== undefined) return;
        this.#tail.push(error.message);
        ended({ code: null, signal: null });
      });
    });
  }

  send(message: ToWorker): void {
    if (!this.#process.connected) return;
    // A child that has just died fails the send; its exit says so better.
    this.#process.send(message, () => undefined);
  }

  /** Sends a signal; false if it has already exited. */
  signal(signal: NodeJS.Signals): boolean {
    if (this.exit !== null) return false;
    if (signal === 'SIGKILL' && this.pid !== null) {
      this.peakRssBytes = peakRssBytes(this.pid) ?? this.peakRssBytes;
    }
    return this.#process.kill(signal);
  }

  /** SIGKILL, and the exit observed. */
  async kill(): Promise<Exit> {
    this.signal('SIGKILL');
    const exit = await within(KILL_LIMIT_MS, this.exited, () => this.#process.unref());
    return exit ?? { code: null, signal: 'SIGKILL' };
  }

  /** Waits for an exit that is due; kills what does not go. */
  async leave(limitMs: number): Promise<Exit> {
    const exit = await within(limitMs, this.exited, () => undefined);
    return exit ?? this.kill();
  }

  /** The last lines it printed. */
  get tail(): string {
    return this.#tail.join('\n');
  }

  #keepTail(stream: NodeJS.ReadableStream): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!.slice(-LONGEST_LINE);
      this.#push(lines);
    });
    stream.on('end', () => this.#push(rest === '' ? [] : [rest]));
  }

  #push(lines: string[]): void {
    this.#tail.push(...lines.map((line) => line.slice(0, LONGEST_LINE)));
    this.#tail.splice(0, Math.max(0, this.#tail.length - STDERR_LINES));
  }
}

const LONGEST_LINE = 2000;
