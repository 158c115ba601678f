import type { Backend } from '../core/backend.ts';
import type { Event, History } from '../core/history.ts';
import { Metrics } from '../core/metrics.ts';
import type { RunOptions } from '../core/options.ts';
import type { OnProgress, Phase } from '../core/progress.ts';
import type { AccessPlan, FromWorker } from '../core/protocol.ts';
import { accessOf } from '../access/index.ts';
import { RunLimit } from '../store/event-fields.ts';
import { EventRules } from '../store/event-rules.ts';
import { HistorySpool } from '../store/histories.ts';
import { join } from 'node:path';
import { monotonicUs } from '../system/clock.ts';
import { Child, WORKER_ENTRY } from './child.ts';
import { noteChild } from './children-file.ts';
import { Guard } from './guard.ts';
import { Interrupted, type Interrupt } from './interrupt.ts';
import { RunPlace, type DatabaseChoice, type Volume } from './place.ts';

export interface RunSetup {
  backend: Backend;
  options: RunOptions;
  db: DatabaseChoice;
  results: { dir: string; save: boolean; history: boolean };
  toolVersion: string;
  onProgress: OnProgress;
  interrupt: Interrupt;
  /** Which script a worker is; tests put one with a fault in its place. */
  workerEntry?: string;
}

/** What all phases of one run share: its place, its clock, its history so far. */
export class Session {
  readonly setup: RunSetup;
  readonly guard: Guard;
  readonly place: RunPlace;
  readonly plan: AccessPlan;
  readonly spool: HistorySpool;
  readonly metrics: Metrics;
  readonly startedAt = new Date();
  readonly epochUs = monotonicUs();
  readonly phasesUs: Record<string, number> = {};
  phase: Phase = 'prepare';
  interrupted = false;
  /** When the last write was acknowledged. */
  lastAckUs = 0;
  /** By writer: the batch of the last re-embedding that it invoked. */
  readonly reembeds = new Map<string, number>();
  /** From when and until when the phase goes on, where that is known. */
  window: { atUs: number; untilUs: number } | undefined;
  /** Told of each event as it arrives. */
  observe: (event: Event) => void = () => undefined;
  /** Told of each driver call of a writer as it begins; only in a window that asks for it. */
  onBegun: (process: string, op: number) => void = () => undefined;
  /** A program and its arguments that runs each new child (strace). */
  wrapper: string[] = [];
  readonly warnings: string[] = [];
  readonly spoolPath: string;
  /** Share of the seed rows that are loaded. */
  seeded = 0;
  readonly #children: Child[] = [];
  readonly #rules: EventRules;
  #phaseBeganUs = 0;

  private constructor(setup: RunSetup, guard: Guard, place: RunPlace) {
    this.setup = setup;
    this.guard = guard;
    this.place = place;
    const { options } = setup;
    this.plan = accessOf(options.access).plan(options, place);
    const copies = this.plan.copies.map(({ actors }) => actors);
    const header = { type: 'header', format: 1, options, copies } as const;
    this.spoolPath = join(place.directory, 'history.ndjson');
    this.spool = new HistorySpool(this.spoolPath);
    this.metrics = new Metrics(header);
    // How much a run may read has no end; what each of its events may be has.
    this.#rules = new EventRules(header, new RunLimit(Infinity));
    this.spool.append([header]);
    setup.interrupt.second.addEventListener('abort', this.#abandon, { once: true });
  }

  /** `mount` puts the database on a file system of its own (crash). */
  static async begin(
    setup: RunSetup,
    mount?: (directory: string, guard: Guard) => Promise<Volume>,
  ): Promise<Session> {
    const guard = new Guard();
    try {
      const { backend, db } = setup;
      const mountHere = mount && (async (directory: string) => mount(directory, guard));
      return new Session(setup, guard, await RunPlace.make(backend, guard, db, mountHere));
    } catch (error) {
      await guard.close();
      throw error;
    }
  }

  nowUs(): number {
    return monotonicUs() - this.epochUs;
  }

  record(events: Event[]): void {
    for (const event of events) {
      if (event.type === 'ok' && 'op' in event) {
        this.lastAckUs = Math.max(this.lastAckUs, event.time);
      }
      if (event.type === 'invoke' && event.f === 'reembed') {
        this.reembeds.set(event.process, event.batch);
      }
      this.metrics.add(event);
      this.observe(event);
    }
    this.spool.append(events);
  }

  /** A new child process, which does not outlive the session. */
  fork(onMessage: (message: FromWorker) => void): Child {
    const entry = this.setup.workerEntry ?? WORKER_ENTRY;
    const { wrapper, place } = this;
    const rules = this.#rules;
    const tmpdir = place.temporary;
    const child = new Child(entry, this.guard, onMessage, { wrapper, tmpdir, rules });
    this.#children.push(child);
    void child.exited.then(() => {
      this.#children.splice(this.#children.indexOf(child), 1);
      if (child.problem !== null) this.warnings.push(child.problem);
    });
    if (child.pid !== null) noteChild(this.place.directory, child.pid);
    return child;
  }

  /** After a second Ctrl-C: nobody waits for what the processes are doing. */
  readonly #abandon = (): void => void this.#killChildren();

  async #killChildren(): Promise<void> {
    await Promise.all(this.#children.map(async (child) => child.kill()));
  }

  /** Ends the phase before. Throws {@link Interrupted} once the user has said so twice. */
  enter(phase: Phase): void {
    if (this.setup.interrupt.second.aborted)
      throw new Interrupted('interrupted: there is no result.');
    const nowUs = this.nowUs();
    this.phasesUs[this.phase] = (this.phasesUs[this.phase] ?? 0) + nowUs - this.#phaseBeganUs;
    this.#phaseBeganUs = nowUs;
    this.phase = phase;
    this.window = undefined;
  }

  /** The history so far, complete on disk; says so where it is not. */
  async history(): Promise<History> {
    await this.spool.close();
    const { error, dropped } = this.spool;
    if (error !== null) {
      this.warnings.push(
        `the history could not be kept (${error.message}): ${dropped} events were lost, so nothing is judged`,
      );
    }
    return this.spool.history();
  }

  /** Removes everything the run made, and ends the guard. */
  async end(): Promise<void> {
    this.setup.interrupt.second.removeEventListener('abort', this.#abandon);
    try {
      await this.#killChildren();
      await this.spool.close();
      await this.place.remove();
    } finally {
      // What could not be removed here is still named to it: it tries again.
      await this.guard.close();
    }
  }
}
