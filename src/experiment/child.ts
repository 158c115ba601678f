import { fork, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { FromWorker, ToWorker } from '../core/protocol.ts';
import { afterAwake, awakeMs } from '../system/awake.ts';
import { monotonicUs } from '../system/clock.ts';
import { killGroup, peakRssBytes } from '../system/proc.ts';
import { within } from '../system/within.ts';
import type { EventRules } from '../store/event-rules.ts';
import type { Guard } from './guard.ts';
import { DRAIN_LIMIT_MS, KILL_LIMIT_MS } from './limits.ts';
import { problemOfMessage } from './message-guard.ts';
import { Tail } from './tail.ts';

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
  /** What each event that it tells of must be. */
  rules?: EventRules;
}

/** Which script a worker is; tests put one with a fault in its place. */
export const WORKER_ENTRY = fileURLToPath(import.meta.resolve('#worker'));

/**
 * One forked child, the leader of a process group: its messages, the tail of what it printed, and its exit, which is
 * always observed. With it goes its whole group: a helper that a driver has started outlives no worker.
 */
export class Child {
  readonly pid: number | null;
  /** After its exit, once all its messages and output have been read; or when it was given up. */
  readonly exited: Promise<Exit>;
  exit: Exit | null = null;
  /** When the system said that it had ended, before its last messages and output were read (CLOCK_MONOTONIC). */
  exitedUs: number | null = null;
  /** Of a killed child as last seen before the kill; else as it said itself. */
  peakRssBytes: number | null = null;
  /** Why it was given up: it did not end although it was killed, or what it sent was no message. */
  problem: string | null = null;
  readonly #process: ChildProcess;
  readonly #guard: Guard;
  readonly #onMessage: (message: FromWorker) => void;
  readonly #tail = new Tail();
  #heardMs = awakeMs();
  /** As the system told it, while its last messages and output are still on their way. */
  #left: Exit | undefined;
  #cancelDrain: () => void = () => undefined;
  #settle: (exit: Exit) => void = () => undefined;

  constructor(
    entry: string,
    guard: Guard,
    onMessage: (message: FromWorker) => void,
    { wrapper = [], tmpdir, rules }: Surroundings = {},
  ) {
    this.#guard = guard;
    this.#onMessage = onMessage;
    const [execPath, ...execArgv] = [...wrapper, process.execPath];
    this.#process = fork(entry, [], {
      execPath: execPath!,
      execArgv,
      env: tmpdir === undefined ? process.env : { ...process.env, TMPDIR: tmpdir },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'json',
      // A session and a group of its own: no signal of the terminal reaches it, and what it starts goes with it.
      detached: true,
    });
    const { pid } = this.#process;
    this.pid = pid ?? null;
    if (pid !== undefined) guard.child(pid);
    this.exited = new Promise((resolve) => (this.#settle = resolve));
    // What native libraries print on stdout is noise of the same kind as stderr.
    for (const stream of this.#outputs) this.#tail.keep(stream);
    this.#process.on('message', (message) => this.#hear(message, rules));
    this.#process.once('exit', (code, signal) => this.#end({ code, signal }));
    this.#process.on('error', (error) => {
      // The process could not be started at all; of a failed send the exit will tell more.
      if (pid !== undefined) return;
      this.#tail.push([error.message]);
      this.#finish({ code: null, signal: null });
    });
  }

  /** For how long it has said nothing, of the time for which this process was awake. */
  get silentMs(): number {
    return awakeMs() - this.#heardMs;
  }

  send(message: ToWorker): void {
    if (!this.#process.connected) return;
    // A child that has just died fails the send; its exit says so better.
    this.#process.send(message, () => undefined);
  }

  /** Sends a signal; false if it has already exited. */
  signal(signal: NodeJS.Signals): boolean {
    if (this.exit !== null || this.exitedUs !== null) return false;
    return this.#process.kill(signal);
  }

  /** SIGKILL to it and its group, and the exit observed; after a named limit it is given up. */
  async kill(): Promise<void> {
    if (this.exit !== null) return;
    if (this.exitedUs === null && this.pid !== null) {
      this.peakRssBytes = peakRssBytes(this.pid) ?? this.peakRssBytes;
      killGroup(this.pid);
    }
    await within(KILL_LIMIT_MS, this.exited, () => {
      this.problem = `process ${this.pid} has not ended ${KILL_LIMIT_MS} ms after SIGKILL`;
      this.#finish({ code: null, signal: 'SIGKILL' });
    });
  }

  /** Waits for an exit that is due; kills what does not go. */
  async leave(limitMs: number): Promise<void> {
    if ((await within(limitMs, this.exited)) === undefined) await this.kill();
  }

  /** The last lines it printed. */
  get tail(): string {
    return this.#tail.text;
  }

  /** None where the process could not be started for want of open files. */
  get #outputs(): Readable[] {
    const { stdout, stderr } = this.#process;
    return [stdout, stderr].flatMap((stream) => stream ?? []);
  }

  #hear(message: unknown, rules: EventRules | undefined): void {
    if (this.exit !== null || this.problem !== null) return;
    this.#heardMs = awakeMs();
    if (this.#left !== undefined) this.#drain(this.#left);
    const problem = problemOfMessage(message, rules);
    if (problem !== undefined) {
      // Whatever it says from here on would be judged beside what is missing now.
      this.problem = `it sent what is no message: ${problem}`;
      void this.kill();
      return;
    }
    const known = message as FromWorker;
    if (known.type === 'closed') this.peakRssBytes = known.peakRssBytes;
    this.#onMessage(known);
  }

  /** The process has ended; its last messages and output are still on their way. */
  #end(exit: Exit): void {
    this.exitedUs = monotonicUs();
    this.#left = exit;
    // Its helpers hold its pipes; they would keep them open for as long as they live.
    killGroup(this.pid!);
    this.#process.once('close', () => this.#finish(exit));
    this.#drain(exit);
  }

  /** Until nothing has come for a named time: somebody who left the group may hold a pipe for ever. */
  #drain(exit: Exit): void {
    this.#cancelDrain();
    this.#cancelDrain = afterAwake(DRAIN_LIMIT_MS, () => this.#finish(exit));
  }

  #finish(exit: Exit): void {
    if (this.exit !== null) return;
    this.#cancelDrain();
    this.exit = exit;
    const child = this.#process;
    for (const stream of this.#outputs) stream.destroy();
    if (child.connected) child.disconnect();
    child.unref();
    if (this.exitedUs !== null && this.pid !== null) this.#guard.exited(this.pid);
    this.#settle(exit);
  }
}
