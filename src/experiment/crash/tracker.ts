import { CHUNKS_PER_FILE, countOf, writerBase, type DatasetShape } from '../../core/dataset.ts';
import type { Event, WriteEnd, WriteInvoke } from '../../core/history.ts';
import type { AccessPlan } from '../../core/protocol.ts';

const LATENCIES_KEPT = 31;
const FIRST_LATENCY_US = 5000;

/** What is known of the writes of one round once nobody writes any more. */
export interface RoundWrites {
  acknowledged: { operations: number; rows: number };
  /** Operations that were invoked and of which nobody knows what became. */
  inDoubt: WriteInvoke[];
  /** Whether the blow fell between the beginning of a driver call of who was struck, and its acknowledgement. */
  insideCommit: boolean;
}

/** What the coordinator must know between rounds: where each writer stands, what is in doubt, how long a commit takes. */
export class Tracker {
  readonly #shape: DatasetShape;
  readonly #next = new Map<string, { op: number; nextId: number }>();
  /** Invoked, and without an end. */
  readonly #open = new Map<string, WriteInvoke>();
  /** Ended, and in doubt all the same. */
  readonly #info = new Map<string, WriteInvoke>();
  /** Those whose driver call has begun. */
  readonly #begun = new Set<string>();
  /** Those of who was struck that had begun and were open when the blow fell. */
  #struck = new Set<string>();
  readonly #latenciesUs: number[] = [];
  #acknowledged = { operations: 0, rows: 0 };
  /** Batches that the audit has shown. */
  readonly #audited = new Set<number>();
  #cut = false;
  #onBegun: (() => void) | undefined;

  constructor(shape: DatasetShape) {
    this.#shape = shape;
  }

  beginRound(): void {
    this.#open.clear();
    this.#info.clear();
    this.#begun.clear();
    this.#struck.clear();
    this.#audited.clear();
    this.#acknowledged = { operations: 0, rows: 0 };
    this.#cut = false;
  }

  learn(event: Event): void {
    if (event.type === 'mark' && event.name === 'cut') this.#cut = true;
    if (event.type === 'invoke') this.#invoked(event);
    else if (event.type !== 'mark' && 'op' in event) this.#ended(event);
    else if ('f' in event && event.f === 'scan') {
      for (const [, , batch] of event.rows) this.#audited.add(batch);
    }
  }

  /** The writer says so right before it calls its driver. */
  begun(process: string, op: number): void {
    this.#begun.add(keyOf({ process, op }));
    this.#onBegun?.();
  }

  /** To be called when the operations of these writers are about to be interrupted. */
  strike(writers: readonly string[]): void {
    const theirs = [...this.#open].filter(([, { process }]) => writers.includes(process));
    this.#struck = new Set(theirs.map(([key]) => key).filter((key) => this.#begun.has(key)));
  }

  /** To be called when all processes have ended: nothing of it changes any more. */
  writes(): RoundWrites {
    const insideCommit = [...this.#struck].some(
      (key) => this.#open.has(key) || this.#info.has(key),
    );
    const inDoubt = [...this.#open.values(), ...this.#info.values()];
    return { acknowledged: { ...this.#acknowledged }, inDoubt, insideCommit };
  }

  /**
   * What a complete audit says of operations that have no end: it is their end, so that a later round may rely on it.
   * Increments stay in doubt, and so does what ended in doubt.
   */
  resolve(timeUs: number): Event[] {
    const found = [...this.#open.values()].filter(({ f }) => f !== 'increment');
    this.#open.clear();
    return found.map(({ process, f, op, batch }) => {
      const type = this.#audited.has(batch) ? 'ok' : 'fail';
      return { type, process, f, op, start: timeUs, time: timeUs };
    });
  }

  /** Whether the audit has shown rows of this batch. */
  survived(batch: number): boolean {
    return this.#audited.has(batch);
  }

  get medianLatencyUs(): number {
    const sorted = this.#latenciesUs.toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? FIRST_LATENCY_US;
  }

  /** Resolves when the next driver call of a writer begins. */
  async nextBegun(): Promise<void> {
    return new Promise((resolve) => (this.#onBegun = resolve));
  }

  /** The plan with each writer going on where the one before it was. */
  resumed(plan: AccessPlan): AccessPlan {
    const hosts = plan.hosts.map((host) => ({
      ...host,
      actors: host.actors.map((actor) => {
        const resume = this.#next.get(actor.name);
        return resume === undefined ? actor : { ...actor, resume };
      }),
    }));
    return { ...plan, hosts };
  }

  #invoked(event: WriteInvoke): void {
    this.#open.set(keyOf(event), event);
    const before = this.#next.get(event.process);
    const nextId = this.#nextId(event) ?? before?.nextId;
    const writer = Number(event.process.slice(1));
    this.#next.set(event.process, {
      op: event.op + 1,
      nextId: nextId ?? writerBase(this.#shape, writer),
    });
  }

  #ended(event: WriteEnd): void {
    // What arrives after the cut was not in hand before it, and after it nobody answered.
    if (this.#cut) return;
    const key = keyOf(event);
    const invoke = this.#open.get(key);
    if (invoke === undefined) return;
    this.#open.delete(key);
    if (event.type === 'info') this.#info.set(key, invoke);
    if (event.type !== 'ok') return;
    this.#latenciesUs.push(event.time - event.start);
    if (this.#latenciesUs.length > LATENCIES_KEPT) this.#latenciesUs.shift();
    this.#acknowledged.operations++;
    this.#acknowledged.rows += invoke.ids === undefined ? 0 : countOf(invoke.ids);
  }

  /** After a crash the file rows of the last insert are in doubt: the next begins a file of its own. */
  #nextId({ f, ids, process }: WriteInvoke): number | undefined {
    if (ids === undefined || f === 'reembed') return undefined;
    if (f === 'upsert') return ids[1] + 1;
    const base = writerBase(this.#shape, Number(process.slice(1)));
    return base + Math.ceil((ids[1] + 1 - base) / CHUNKS_PER_FILE) * CHUNKS_PER_FILE;
  }
}

const keyOf = ({ process, op }: Pick<WriteInvoke, 'process' | 'op'>): string => `${process} ${op}`;
