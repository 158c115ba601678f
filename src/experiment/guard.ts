import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ToGuard } from './guard-protocol.ts';
import { GUARD_SILENCE_LIMIT_MS, KILL_LIMIT_MS } from './limits.ts';
import { afterAwake } from '../system/awake.ts';
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
    let cancel: () => void = () => undefined;
    const stuck = new Promise<'stuck'>((resolve) => {
      const listen = (): void => {
        cancel();
        cancel = afterAwake(GUARD_SILENCE_LIMIT_MS, () => resolve('stuck'));
      };
      listen();
      // It says so whenever it has removed something.
      this.#process.stdout?.on('data', listen);
    });
    const outcome = await Promise.race([this.#exited, stuck]);
    this.#process.stdout?.removeAllListeners('data');
    cancel();
    if (outcome !== 'stuck') return;
    this.#process.kill('SIGKILL');
    await within(KILL_LIMIT_MS, this.#exited, () => this.#process.unref());
  }

  #tell(message: ToGuard): void {
    this.#process.stdin?.write(`${JSON.stringify(message)}\n`);
  }
}
