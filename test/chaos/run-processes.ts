import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, startTicksOf } from '../../src/system/proc.ts';
import { environmentOf, running } from '../support/processes.ts';
import type { Command, Role } from './commands.ts';
import { LOOK_EVERY_MS } from './limits.ts';

/** All processes of one run, as they are seen from outside: each has the run's TMPDIR in its environment. */
export class RunProcesses {
  readonly #tmp: string;
  readonly #coordinator: number;
  readonly #command: Command;
  /** Children that do a job, in the order in which they were started. */
  readonly #workers: number[] = [];

  constructor(tmp: string, coordinator: number, command: Command) {
    this.#tmp = tmp;
    this.#coordinator = coordinator;
    this.#command = command;
  }

  /** Those that are alive; a stopped one is. */
  living(): number[] {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && pid !== process.pid && this.#isOf(pid) && isAlive(pid));
  }

  /** Those of this role that are alive. */
  of(role: Role): number[] {
    const living = this.living();
    if (role === 'coordinator') return living.filter((pid) => pid === this.#coordinator);
    if (role === 'guard') return running(living, 'guard-process');
    this.#learn(running(living, 'worker/entry'));
    return this.#workers
      .filter((_, place) => this.#roleAt(place) === role)
      .filter((pid) => living.includes(pid));
  }

  /** Waits until there are some of this role; none where `isOver` comes first. */
  async waitFor(role: Role, isOver: () => boolean): Promise<number[]> {
    while (!isOver()) {
      const found = this.of(role);
      if (found.length > 0) return found;
      await sleep(LOOK_EVERY_MS);
    }
    return [];
  }

  /** Waits until none is alive; those that are after the limit. */
  async remaining(limitMs: number): Promise<number[]> {
    const untilMs = performance.now() + limitMs;
    while (this.living().length > 0 && performance.now() < untilMs) await sleep(LOOK_EVERY_MS);
    return this.living();
  }

  /** Sends a signal to a process that is still one of this run's; false if it is not. */
  signal(pid: number, signal: NodeJS.Signals): boolean {
    return this.#isOf(pid) && isAlive(pid) && send(pid, signal);
  }

  /** The same to the whole process group that this process leads. */
  signalGroup(pid: number, signal: NodeJS.Signals): boolean {
    return this.#isOf(pid) && isAlive(pid) && send(-pid, signal);
  }

  /** The seeder comes first, then the crew, an owner before its clients, then auditors; a crash has many of each. */
  #roleAt(place: number): Role {
    const { crew, roles } = this.#command;
    if (place === 0) return 'seeder';
    if (place === 1 && roles.includes('owner')) return 'owner';
    return place > crew && roles.includes('auditor') ? 'auditor' : 'worker';
  }

  #learn(workers: number[]): void {
    const fresh = workers.filter((pid) => !this.#workers.includes(pid));
    const ticks = (pid: number): number => Number(startTicksOf(pid));
    this.#workers.push(...fresh.toSorted((a, b) => ticks(a) - ticks(b) || a - b));
  }

  #isOf(pid: number): boolean {
    return environmentOf(pid).some(
      (entry) => entry === `TMPDIR=${this.#tmp}` || entry.startsWith(`TMPDIR=${this.#tmp}/`),
    );
  }
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    // It has just ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    return false;
  }
}
