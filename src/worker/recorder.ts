import type { Backend, RowBatch, WriteReceipt } from '../core/backend.ts';
import { tornRows, type IdRange } from '../core/dataset.ts';
import { ClassifiedError, messageOf, type Classified, type ErrorRecord } from '../core/errors.ts';
import {
  RunEncoder,
  type Event,
  type Run,
  type WriteEnd,
  type WriteName,
} from '../core/history.ts';
import type { Host } from '../access/access.ts';
import type { Running } from '../core/protocol.ts';
import { awakeMs } from '../system/awake.ts';
import type { Channel } from './channel.ts';
import type { Clock } from './clock.ts';

const FLUSH_EVENTS = 128;
const FLUSH_AFTER_US = 100_000;

/** Records one actor's events and delivers them in batches; a writer's invoke at once, before it commits. */
export class Recorder {
  readonly process: string;
  readonly #channel: Channel;
  readonly #clock: Clock;
  readonly #backend: Backend;
  #buffer: Event[] = [];
  #flushedUs = 0;
  /** Turned away since it was last told. */
  #strangers = 0;
  /** What runs now, and since when by the waking time of this process. */
  #running: { operation: string; sinceMs: number } | null = null;

  /** Whether the coordinator wants to know of each write that its driver call begins. */
  tellsBegun = false;

  constructor(process: string, channel: Channel, clock: Clock, backend: Backend) {
    this.process = process;
    this.#channel = channel;
    this.#clock = clock;
    this.#backend = backend;
  }

  /** Marks the beginning of an operation; its start. */
  begin(operation: string): number {
    this.#running = { operation, sinceMs: awakeMs() };
    return this.#clock.nowUs();
  }

  /** The instant at which the running operation ended. */
  end(): number {
    const endUs = this.#clock.nowUs();
    this.#running = null;
    return endUs;
  }

  /** What runs now, for the coordinator's watchdog. */
  get running(): Running | null {
    if (this.#running === null) return null;
    const { operation, sinceMs } = this.#running;
    return { operation, forMs: awakeMs() - sinceMs };
  }

  add(event: Event): void {
    this.#buffer.push(event);
  }

  /**
   * One write, from its invoke (delivered before it may commit) to its completion (delivered at once: a kill between two
   * operations leaves nothing in doubt). True if it was acknowledged. An open loop says since when it was due.
   */
  async write(
    intent: { f: WriteName; op: number; batch: number; ids?: IdRange },
    call: () => Promise<WriteReceipt>,
    dueUs?: number,
  ): Promise<boolean> {
    const { f, op } = intent;
    const { process } = this;
    this.add({ type: 'invoke', process, ...intent, time: this.#clock.nowUs() });
    await this.flush();
    if (this.tellsBegun) await this.#channel.send({ type: 'begun', actor: process, op });
    const start = this.begin(f);
    let end: Pick<WriteEnd, 'type' | 'attempts' | 'error'>;
    try {
      const { attempts } = await call();
      end = attempts === undefined ? { type: 'ok' } : { type: 'ok', attempts };
    } catch (error) {
      const classified = this.classify(error);
      end = { type: classified.outcome, error: errorRecord(error, classified) };
    }
    const scheduled = dueUs === undefined ? {} : { scheduled: dueUs };
    this.add({ ...end, process, f, op, ...scheduled, start, time: this.end() });
    await this.flush();
    return end.type === 'ok';
  }

  /** What an access tells of opens and waits inside an operation, which are recorded as any others, and of closes. */
  hooks(): Pick<Host, 'onBusy' | 'onOpen' | 'onClose' | 'onStranger' | 'nowUs'> {
    const { process } = this;
    return {
      nowUs: () => this.#clock.nowUs(),
      onBusy: (retries, waitedUs) => {
        this.add({ type: 'busy', process, retries, waitedUs, time: this.#clock.nowUs() });
      },
      onOpen: (start, thrown) => {
        const time = this.#clock.nowUs();
        if (thrown === undefined) this.add({ type: 'ok', process, f: 'open', start, time });
        else {
          this.add({ type: 'fail', process, f: 'open', start, time, error: this.error(thrown) });
        }
      },
      onStranger: () => this.#strangers++,
      onClose: (start, thrown) => {
        const time = this.#clock.nowUs();
        this.add({ type: 'fail', process, f: 'close', start, time, error: this.error(thrown) });
      },
    };
  }

  classify(error: unknown): Classified {
    return error instanceof ClassifiedError ? error.classified : this.#backend.classify(error);
  }

  /** The error as it is recorded in a failed read or open. */
  error(error: unknown): ErrorRecord {
    return errorRecord(error, this.classify(error));
  }

  /** Delivers what is buffered if it is much or old: for the ends of reads. */
  async flushIfDue(): Promise<void> {
    const old = this.#clock.nowUs() - this.#flushedUs > FLUSH_AFTER_US;
    const any = this.#buffer.length > 0 || this.#strangers > 0;
    if (this.#buffer.length >= FLUSH_EVENTS || (old && any)) await this.flush();
  }

  async flush(): Promise<void> {
    const time = this.#clock.nowUs();
    this.#flushedUs = time;
    if (this.#strangers > 0) {
      this.add({ type: 'strangers', process: this.process, count: this.#strangers, time });
      this.#strangers = 0;
    }
    if (this.#buffer.length === 0) return;
    const events = this.#buffer;
    this.#buffer = [];
    await this.#channel.send({ type: 'events', events });
  }
}

function errorRecord(error: unknown, { class: name, holder }: Classified): ErrorRecord {
  const record: ErrorRecord = { class: name, message: messageOf(error) };
  return holder === undefined ? record : { ...record, holder };
}

/** Of rows that came and are not yet verified. A poll seldom returns so much, a drain poll may return more than fits. */
const HELD_BYTES = 16 * 2 ** 20;

/**
 * Rows as they came from the database, verified and compressed, in the order returned. That is done once the read has
 * ended, for its latency is the database's own; only of a long stream, which would fill the memory, before.
 */
export class Returned {
  readonly #dims: number;
  readonly #check: boolean;
  #held: RowBatch[] = [];
  #heldBytes = 0;
  readonly #runs = new RunEncoder();
  readonly #torn: [number, number][] = [];
  #fresh = false;

  constructor(dims: number, check: boolean) {
    this.#dims = dims;
    this.#check = check;
  }

  add(rows: RowBatch): void {
    this.#held.push(rows);
    this.#heldBytes += rows.embeddings.byteLength;
    if (this.#heldBytes > HELD_BYTES) this.#verifyHeld();
  }

  #verifyHeld(): void {
    for (const rows of this.#held) this.#verify(rows);
    this.#held = [];
    this.#heldBytes = 0;
  }

  #verify(rows: RowBatch): void {
    for (let i = 0; i < rows.count; i++) {
      if (rows.batches[i]! > 0) this.#fresh = true;
      if (this.#check) this.#runs.add(rows.ids[i]!, rows.batches[i]!);
    }
    if (!this.#check) return;
    for (const i of tornRows(rows, this.#dims)) this.#torn.push([rows.ids[i]!, rows.batches[i]!]);
  }

  /** The fields of a read event. */
  fields(): { rows?: Run[]; torn?: [number, number][]; fresh: boolean } {
    this.#verifyHeld();
    if (!this.#check) return { fresh: this.#fresh };
    const torn = this.#torn.length > 0 ? { torn: this.#torn } : {};
    return { rows: this.#runs.take(), ...torn, fresh: this.#fresh };
  }
}
