import { setImmediate as turn } from 'node:timers/promises';
import type { Access, Closable, Host, WorkConnection } from '../access/access.ts';
import type { Actor as ActorPlan, ToWorker } from '../core/protocol.ts';
import { Random } from '../core/random.ts';
import { delay } from '../system/delay.ts';
import type { Channel } from './channel.ts';
import type { Clock } from './clock.ts';
import { Pause } from './pause.ts';
import { Reader } from './reader.ts';
import type { Recorder } from './recorder.ts';
import { Writer } from './writer.ts';

type Window = ToWorker & { type: 'start' };

/** So late a timer fires on an idle machine. */
const TIMER_US = 2000;

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
    if (error === undefined) await this.#channel.send({ type: 'opened', actor });
    else await this.#channel.send({ type: 'refused', actor, message: error });
  }

  /** The window: from the common instant to the deadline, or until `end`. */
  async work({ atUs, untilUs, tellsBegun }: Window): Promise<void> {
    this.recorder.tellsBegun = tellsBegun;
    const left = (): number => (this.#ended.signal.aborted ? 0 : untilUs - this.#clock.nowUs());
    const random = new Random(this.#host.options.seed, this.plan.index, this.plan.role.length);
    const pause = new Pause(random, this.#ended.signal);
    // What can be made ready beforehand does not spread the first operations of the processes.
    this.#prepare();
    await this.#clock.wakeAt(atUs);
    while (!this.#isOpen && left() > 0) {
      await pause.wait(left() / 1000);
      if (left() > 0) await this.#tryOpen();
    }
    pause.reset();
    this.#prepare();
    if (this.#writer !== undefined) await this.#write(this.#writer, atUs, left, pause);
    if (this.#reader !== undefined) await this.#read(this.#reader, left, pause);
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
    await this.#connection?.close();
    await this.#server?.close();
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
   * A closed loop, or with `--write-rate` an open one: each operation has its instant, whether or not the ones before it
   * were done by then, and its latency counts from there. Counted from the call, an operation that stalls hides how long
   * the others waited for it: "coordinated omission" (Gil Tene, How NOT to Measure Latency; wrk2, HdrHistogram).
   * How late the timer of a writer that had nothing to do fires is no time of the database's.
   */
  async #write(writer: Writer, atUs: number, left: () => number, pause: Pause) {
    const { writeRate } = this.#host.options;
    for (let n = 0; left() > 0; n++) {
      const operation = writer.next();
      const dueUs = writeRate === 0 ? undefined : Math.round(atUs + (n * 1_000_000) / writeRate);
      const early = dueUs === undefined ? 0 : dueUs - this.#clock.nowUs();
      if (early > 0) {
        await delay(Math.min(early, left()) / 1000, this.#ended.signal);
        if (left() <= 0) break;
      }
      const isTimers = early > 0 && this.#clock.nowUs() < dueUs! + TIMER_US;
      if (await operation(isTimers ? undefined : dueUs)) pause.reset();
      else await pause.wait(left() / 1000);
      // A synchronous driver never lets the event loop turn by itself: no beat, no `stop` would get through.
      await turn();
    }
  }

  async #read(reader: Reader, left: () => number, pause: Pause) {
    while (left() > 0) {
      if (await reader.iterate()) pause.reset();
      else await pause.wait(left() / 1000);
      await turn();
    }
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
