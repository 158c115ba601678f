import { CHUNKS_PER_FILE, countOf, writerBase, type DatasetShape } from '../../core/dataset.ts';
import type { Event, WriteInvoke } from '../../core/history.ts';
import type { AccessPlan } from '../../core/protocol.ts';

const LATENCIES_KEPT = 31;
const FIRST_LATENCY_US = 5000;

/** What the coordinator must know between rounds: where each writer stands, what is in doubt, how long a commit takes. */
export class Tracker {
  readonly #shape: DatasetShape;
  readonly #next = new Map<string, { op: number; nextId: number }>();
  readonly #pending = new Map<string, WriteInvoke>();
  readonly #latenciesUs: number[] = [];
  #acknowledged = { operations: 0, rows: 0 };
  /** Batches in doubt whose rows the audit has shown. */
  #survivors = new Set<number>();
  #cut = false;
  #onInvoke: (() => void) | undefined;

  constructor(shape: DatasetShape) {
    this.#shape = shape;
  }

  beginRound(): void {
    this.#pending.clear();
    this.#survivors.clear();
    this.#acknowledged = { operations: 0, rows: 0 };
    this.#cut = false;
  }

  learn(event: Event): void {
    if (event.type === 'mark' && event.name === 'cut') this.#cut = true;
    if (event.type === 'invoke') this.#invoked(event);
    else if (event.type !== 'mark' && 'op' in event) {
      // An acknowledgement that arrives after the cut was not in hand before it.
      if (this.#cut && event.type === 'ok') return;
      const invoke = this.#pending.get(event.process);
      if (event.type !== 'info') this.#pending.delete(event.process);
      if (event.type !== 'ok' || invoke === undefined) return;
      this.#latenciesUs.push(event.time - event.start);
      if (this.#latenciesUs.length > LATENCIES_KEPT) this.#latenciesUs.shift();
      this.#acknowledged.operations++;
      this.#acknowledged.rows += invoke.ids === undefined ? 0 : countOf(invoke.ids);
    } else if ('f' in event && event.f === 'scan') {
      for (const [, , batch] of event.rows) this.#survivors.add(batch);
    }
  }

  get acknowledged(): { operations: number; rows: number } {
    return this.#acknowledged;
  }

  /** Operations that were invoked and of which nobody knows what became. */
  get inDoubt(): WriteInvoke[] {
    return [...this.#pending.values()];
  }

  /** What the audit says of them: resolved, so that a later round may rely on it. Increments stay in doubt. */
  resolve(timeUs: number): Event[] {
    return this.inDoubt
      .filter(({ f }) => f !== 'increment')
      .map(({ process, f, op, batch }) => {
        const type = this.#survivors.has(batch) ? 'ok' : 'fail';
        return { type, process, f, op, start: timeUs, time: timeUs };
      });
  }

  survived(batch: number): boolean {
    return this.#survivors.has(batch);
  }

  get medianLatencyUs(): number {
    const sorted = this.#latenciesUs.toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? FIRST_LATENCY_US;
  }

  /** Resolves at the next invoke of a writer. */
  async nextInvoke(): Promise<void> {
    return new Promise((resolve) => (this.#onInvoke = resolve));
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
    this.#pending.set(event.process, event);
    const before = this.#next.get(event.process);
    const nextId = this.#nextId(event) ?? before?.nextId;
    const writer = Number(event.process.slice(1));
    this.#next.set(event.process, {
      op: event.op + 1,
      nextId: nextId ?? writerBase(this.#shape, writer),
    });
    this.#onInvoke?.();
  }

  /** After a crash the file rows of the last insert are in doubt: the next begins a file of its own. */
  #nextId({ f, ids, process }: WriteInvoke): number | undefined {
    if (ids === undefined || f === 'reembed') return undefined;
    if (f === 'upsert') return ids[1] + 1;
    const base = writerBase(this.#shape, Number(process.slice(1)));
    return base + Math.ceil((ids[1] + 1 - base) / CHUNKS_PER_FILE) * CHUNKS_PER_FILE;
  }
}
