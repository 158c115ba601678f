import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ToGuard } from './guard-protocol.ts';
import { EXIT_LIMIT_MS } from './limits.ts';
import { startTicksOf } from '../system/proc.ts';
import { within } from '../system/within.ts';

/** The coordinator's side of the guard process: everything that must not outlive the run is named here first. */
export class Guard {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor() {
    const entry = fileURLToPath(import.meta.resolve('#guard'));
    this.#process = spawn(process.execPath, [entry], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // A session of its own: what kills the coordinator's process group leaves the guard alive.
      detached: true,
    });
    this.#exited = once(this.#process, 'exit');
    // The guard may be killed by somebody; the run goes on without it, and {@link lost} tells.
    this.#process.stdin!.on('error', () => undefined);
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
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Ends the guard, which undoes whatever is still named. */
  async close(): Promise<void> {
    this.#process.stdin!.end();
    await within(EXIT_LIMIT_MS, this.#exited, () => this.#process.kill('SIGKILL'));
  }

  #tell(message: ToGuard): void {
    this.#process.stdin!.write(`${JSON.stringify(message)}\n`);
  }
}
