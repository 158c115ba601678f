import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as afterInput } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ToGuard } from './guard-protocol.ts';
import { GUARD_LISTEN_MS, GUARD_SILENCES, KILL_LIMIT_MS } from './limits.ts';
import { delay } from '../system/delay.ts';
import { startTicksOf } from '../system/proc.ts';
import { within } from '../system/within.ts';

/** The coordinator's side of the guard process: everything that must not outlive the run is named here first. */
export class Guard {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor() {
    const entry = fileURLToPath(import.meta.resolve('#guard'));
    this.#process = spawn(process.execPath, [entry], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // A session of its own: what kills the coordinator's process group leaves the guard alive.
      detached: true,
    });
    // The guard may be killed by somebody, or not start at all; the run goes on without it, and {@link lost} tells.
    this.#exited = once(this.#process, 'exit').catch(() => undefined);
    this.#process.stdin?.on('error', () => undefined);
  }

  child(pid: number): void {
    this.#tell({ type: 'child', pid, startTicks: startTicksOf(pid) });
  }

  exited(pid: number): void {
    this.#tell({ type: 'exited', pid });
  }

  /** To be called before the path is made. */
  path(path: string): void {
    this.#tell({ type: 'path', path });
  }

  removed(path: string): void {
    this.#tell({ type: 'removed', path });
  }

  undo(key: string, command: string[]): void {
    this.#tell({ type: 'undo', key, command });
  }

  undone(key: string): void {
    this.#tell({ type: 'undone', key });
  }

  /** Whether somebody has killed it: nobody would clean up after this run if it were killed, too. */
  get lost(): boolean {
    if (this.#process.pid === undefined) return true;
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Ends the guard, which undoes whatever is still named. However long that takes, it is left to it while it goes on. */
  async close(): Promise<void> {
    this.#process.stdin?.end();
    const ended = new AbortController();
    const exited = this.#exited.then(() => ended.abort());
    await Promise.race([exited, this.#silence(ended.signal)]);
    if (ended.signal.aborted) return;
    this.#process.kill('SIGKILL');
    await within(KILL_LIMIT_MS, exited, () => this.#process.unref());
  }

  /**
   * Resolves once it has said nothing in so many pieces of time, one after the other. While this process is stopped,
   * as by Ctrl-Z, no more than one of them passes.
   */
  async #silence(ended: AbortSignal): Promise<void> {
    let silences = 0;
    this.#process.stdout?.on('data', () => (silences = 0));
    while (silences < GUARD_SILENCES && !ended.aborted) {
      await delay(GUARD_LISTEN_MS, ended);
      silences++;
      // What it said while the timer ran may not have been read yet.
      await afterInput();
    }
  }

  #tell(message: ToGuard): void {
    this.#process.stdin?.write(`${JSON.stringify(message)}\n`);
  }
}
