import { setImmediate as turn } from 'node:timers/promises';
import {
  closeOrTell,
  type Access,
  type Closable,
  type Host,
  type WorkConnection,
} from '../access/access.ts';
import type { Actor as ActorPlan, ToWorker } from '../core/protocol.ts';
import { randomOf } from '../core/random.ts';
import { delay } from '../system/delay.ts';
import type { Channel } from './channel.ts';
import type { Clock } from './clock.ts';
import { Pause } from './pause.ts';
import { Reader } from './reader.ts';
import type { Recorder } from './recorder.ts';
import { rehearse } from './rehearsal.ts';
import { Writer, type Operation } from './writer.ts';

type Window = ToWorker & { type: 'start' };

/** So late a timer fires on an idle machine. */
const TIMER_US = 2000;
/** The random stream of the phases of readers. */
const PHASE = 1;

/** Operations one after the other: as fast as they go (rate 0), or each at its instant, the first one at `fromUs`. */
interface Load {
  next: () => Operation;
  ratePerS: number;
  fromUs: number;
}

/**
 * One writer or reader through the phases of a run: open (or be refused), start with all others, work until the
 * deadline by its own clock, drain, close.
 */
export class Actor {
  readonly plan: ActorPlan;
  readonly recorder: Recorder;
  readonly #host: Host;
  readonly #access: Access;
  readonly #channel: Channel;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #connection: WorkConnection | undefined;
  #server: Closable | undefined;
  #reader: Reader | undefined;
  #writer: Writer | undefined;

  constructor(
    plan: ActorPlan,
    host: Host,
    access: Access,
    channel: Channel,
    clock: Clock,
    recorder: Recorder,
  ) {
    this.plan = plan;
    this.recorder = recorder;
    this.#host = host;
    this.#access = access;
    this.#channel = channel;
    this.#clock = clock;
  }

  async open(): Promise<void> {
    const actor = this.plan.name;
    const error = await this.#tryOpen();
    await this.recorder.flush();
    // What can be made ready beforehand does not spread the first operations of the processes.
    this.#prepare();
    if (this.plan.role !== 'owner') await rehearse(this.#host, this.plan);
    if (error === undefined) await this.#channel.send({ type: 'opened', actor });
    else await this.#channel.send({ type: 'refused', actor, message: error });
  }

  /** The window: from the common instant to the deadline, or until `end`. */
  async work({ atUs, untilUs, tellsBegun }: Window): Promise<void> {
    this.recorder.tellsBegun = tellsBegun;
    const left = (): number => (this.#ended.signal.aborted ? 0 : untilUs - this.#clock.nowUs());
    const random = randomOf(this.#host.options.seed, this.plan);
    const pause = new Pause(random, this.#ended.signal);
    await this.#clock.wakeAt(atUs);
    while (!this.#isOpen && left() > 0) {
      await pause.wait(left() / 1000);
      if (left() > 0) await this.#tryOpen();
    }
    pause.reset();
    this.#prepare();
    const load = this.#load(atUs);
    if (load !== undefined) await this.#loop(load, left, pause);
    await this.recorder.flush();
    await this.#channel.send({ type: 'done', actor: this.plan.name });
  }

  /** Ends the window now. */
  end(): void {
    this.#ended.abort();
  }

  /** `reembeds` as in the message that asks for it. */
  async drain(reembeds: readonly number[]): Promise<void> {
    await this.#reader?.drain(reembeds);
    await this.recorder.flush();
    await this.#channel.send({ type: 'drained', actor: this.plan.name });
  }

  async close(): Promise<void> {
    this.end();
    this.recorder.begin('close');
    const open = this.#connection ?? this.#server;
    if (open !== undefined) await closeOrTell(this.#host, open);
    this.recorder.end();
    await this.recorder.flush();
  }

  get #isOpen(): boolean {
    return this.#connection !== undefined || this.#server !== undefined;
  }

  /** Makes the writer or reader, once there is a connection for it. */
  #prepare(): void {
    const connection = this.#connection;
    if (connection === undefined || this.#writer !== undefined || this.#reader !== undefined)
      return;
    const { options } = this.#host;
    const { recorder, plan } = this;
    if (plan.role === 'writer') this.#writer = new Writer(connection, recorder, options, plan);
    else this.#reader = new Reader(connection, recorder, options, plan.index);
  }

  /**
   * A closed loop, or with `--write-rate` or `--read-rate` an open one: each operation has its instant, whether or not
   * the ones before it were done by then, and its latency counts from there. Counted from the call, an operation that
   * stalls hides how long the others waited for it: "coordinated omission" (Gil Tene, How NOT to Measure Latency; wrk2,
   * HdrHistogram). How late the timer of a process that had nothing to do fires is no time of the database's.
   */
  async #loop({ next, ratePerS, fromUs }: Load, left: () => number, pause: Pause): Promise<void> {
    for (let n = 0; left() > 0; n++) {
      const operation = next();
      const dueUs = ratePerS === 0 ? undefined : Math.round(fromUs + (n * 1_000_000) / ratePerS);
      const earlyUs = (): number => (dueUs === undefined ? 0 : dueUs - this.#clock.nowUs());
      const waits = earlyUs() > 0;
      // A timer may fire a little before its time: what is due later has not begun by then.
      while (earlyUs() > 0 && left() > 0) {
        await delay(Math.min(earlyUs(), left()) / 1000, this.#ended.signal);
      }
      if (left() <= 0) break;
      const isTimers = waits && earlyUs() > -TIMER_US;
      if (await operation(isTimers ? undefined : dueUs)) pause.reset();
      else await pause.wait(left() / 1000);
      // A synchronous driver never lets the event loop turn by itself: no beat, no `stop` would get through.
      await turn();
    }
  }

  /** What this process does in the window; undefined for an owner, which waits for others. */
  #load(atUs: number): Load | undefined {
    const { writeRate, readRate, readers, seed } = this.#host.options;
    const [writer, reader] = [this.#writer, this.#reader];
    if (writer !== undefined) {
      return { next: () => writer.next(), ratePerS: writeRate, fromUs: atUs };
    }
    if (reader === undefined) return undefined;
    const next = (): Operation => async (dueUs) => reader.iterate(dueUs);
    // Readers that are asked now and then are not all asked at one instant: each begins in its own share of the period.
    const { index } = this.plan;
    const phase = (index + randomOf(seed, this.plan, PHASE).fraction()) / readers;
    const fromUs = readRate === 0 ? atUs : atUs + (phase * 1_000_000) / readRate;
    return { next, ratePerS: readRate, fromUs };
  }

  /** The message if it was refused. Every try is an event. */
  async #tryOpen(): Promise<string | undefined> {
    const { process } = this.recorder;
    const start = this.recorder.begin('open');
    try {
      if (this.plan.role === 'owner') this.#server = await this.#access.serve!(this.#host);
      else this.#connection = await this.#access.connect(this.#host, this.plan);
      const time = this.recorder.end();
      if (this.#access.opensPerOperation !== true) {
        this.recorder.add({ type: 'ok', process, f: 'open', start, time });
      }
      return undefined;
    } catch (thrown) {
      const time = this.recorder.end();
      const error = this.recorder.error(thrown);
      this.recorder.add({ type: 'fail', process, f: 'open', start, time, error });
      await this.recorder.flushIfDue();
      return error.message;
    }
  }
}
