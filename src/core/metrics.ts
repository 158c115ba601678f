/** Counts, latencies, lag and throughput: pure functions of the history, computed while it grows. */
import type { ErrorRecord } from './errors.ts';
import {
  readerName,
  writerName,
  type Event,
  type HeaderEvent,
  type OpenEvent,
  type ProcessEvent,
  type ReadEvent,
  type WriteEnd,
} from './history.ts';
import { IdSet } from './id-set.ts';
import { ErrorTable } from './metrics/error-table.ts';
import { FreshnessTracker } from './metrics/freshness.ts';
import { RunWindow } from './metrics/run-window.ts';
import { Timeline } from './metrics/timeline.ts';
import { latenciesOf, noCounts, percentilesOf, ProcessMetrics } from './metrics/process-metrics.ts';
import { isEnoughFor } from './percentiles.ts';
import type { ProcessProgress } from './progress.ts';
import { isRefusedAttempt, opensPerOperation } from './refusals.ts';
import type { Counts, ErrorResult, Freshness, Latencies, TimelineSecond } from './result.ts';

/** What the processes of one copy of the database share. */
interface Copy {
  inserted: IdSet;
  /** Undefined where no reader shares the copy with a writer. */
  freshness: FreshnessTracker | undefined;
}

/** Measures a run from its events: fed as they arrive, or again from a saved history. */
export class Metrics {
  readonly #processes = new Map<string, ProcessMetrics>();
  readonly #copies: Copy[];
  readonly #copyOf = new Map<string, Copy>();
  readonly #errors = new ErrorTable();
  readonly #timeline = new Timeline();
  readonly #window: RunWindow;
  readonly #options: HeaderEvent['options'];

  constructor({ options, copies }: HeaderEvent) {
    this.#options = options;
    this.#window = new RunWindow(options);
    const names = (count: number, nameOf: (index: number) => string): string[] =>
      Array.from({ length: count }, (_, index) => nameOf(index));
    const writers = names(options.writers, writerName);
    const readers = names(options.readers, readerName);
    for (const name of [...writers, ...readers]) this.#process(name);
    this.#copies = copies.map((sharing) => {
      const own = readers.filter((name) => sharing.includes(name));
      const comparable = own.length > 0 && writers.some((name) => sharing.includes(name));
      const freshness = comparable ? new FreshnessTracker(own, options) : undefined;
      const copy = { inserted: new IdSet(), freshness };
      for (const name of sharing) this.#copyOf.set(name, copy);
      return copy;
    });
  }

  add(event: Event): void {
    switch (event.type) {
      case 'header':
        return;
      case 'mark':
        this.#window.mark(event);
        return;
      case 'invoke':
        this.#window.began(event.process, event.time);
        this.#process(event.process).pending.set(event.op, event);
        this.#copyOf.get(event.process)?.freshness?.invoked(event);
        return;
      case 'busy':
        this.#process(event.process).counts.busy_retries += event.retries;
        return;
      case 'strangers':
        this.#process(event.process).counts.strangers += event.count;
        return;
      case 'process':
        this.#ended(event);
        return;
      default:
    }
    switch (event.f) {
      case 'scan':
      case 'audit':
        return;
      case 'open':
        this.#opened(event);
        break;
      case 'close':
        // No operation: it has neither a latency nor a place in the working time.
        this.#failed(event.process, event.f, event.error, event.time);
        return;
      case 'insert':
      case 'upsert':
      case 'reembed':
      case 'increment':
        this.#wrote(event);
        break;
      default:
        this.#read(event);
    }
    this.#window.passed(event.time);
    if (event.f !== 'drain') this.#window.ended(event.process, event.time);
    if (event.error !== undefined) this.#failed(event.process, event.f, event.error, event.time);
  }

  /** Of one process, or in total. */
  counts(process?: string): Required<Counts> {
    if (process !== undefined) return { ...this.#process(process).counts };
    const total = noCounts();
    const names = Object.keys(total) as (keyof Counts)[];
    for (const { counts } of this.#processes.values()) {
      for (const name of names) total[name] += counts[name];
    }
    total.new_rows_inserted = this.#copies.reduce((sum, copy) => sum + copy.inserted.size, 0);
    return total;
  }

  /** Of one process, or of all together. */
  latencies(process?: string): Latencies {
    return latenciesOf(
      process === undefined ? [...this.#processes.values()] : [this.#process(process)],
    );
  }

  /** Of one reader. Null for one that never completed a poll, or shares its copy with no writer. */
  readerFreshness(reader: string): Freshness | null {
    return this.#copyOf.get(reader)?.freshness?.result(reader) ?? null;
  }

  /** Of all readers together. Only one copy can have readers and writers. */
  freshness(): Freshness | null {
    return this.#copies.find((copy) => copy.freshness)?.freshness?.result() ?? null;
  }

  /** The driver's own tries of writes beyond the first; null where it never told. */
  driverRetries(process: string): number | null {
    return this.#process(process).driverRetries;
  }

  errors(): ErrorResult[] {
    return this.#errors.results();
  }

  /** From the common start to the end of the window; up to the last event while it is open. */
  windowUs(): number {
    return this.#window.lengthUs();
  }

  /** From the common start to the end of its work, or to its death: what its rates divide by. */
  workedUs(process: string): number {
    return this.#window.workedUs(process);
  }

  /** Between the first operations of the first and the last of the processes that started together. */
  startSkewUs(): number | null {
    return this.#window.startSkewUs();
  }

  /** Whether a user ended the window early. */
  get interrupted(): boolean {
    return this.#window.interrupted;
  }

  /** The window in a bounded number of buckets, and how wide each of them is. */
  timeline(): { timeline: TimelineSecond[]; timeline_bucket_s: number } {
    const { bucketS } = this.#timeline;
    return { timeline: this.#timeline.buckets(), timeline_bucket_s: bucketS };
  }

  /** What the live view shows of one process at this time. */
  progress(
    process: string,
    nowUs: number,
  ): Pick<ProcessProgress, 'operations' | 'perSecond' | 'p50Us' | 'p99Us' | 'errors'> {
    const metrics = this.#process(process);
    const perSecond = this.#timeline.recent(process, this.#window.secondOf(nowUs));
    const operations = metrics.counts.reads_ok + metrics.counts.writes_ok;
    const latency = percentilesOf([metrics], ['search', 'insert', 'upsert', 'reembed']);
    const p50Us = latency?.p50 ?? null;
    const p99Us = latency !== null && isEnoughFor('p99', latency.count) ? latency.p99 : null;
    return { operations, perSecond, p50Us, p99Us, errors: metrics.errors };
  }

  #opened({ type, process, start, time }: OpenEvent): void {
    const metrics = this.#process(process);
    if (type === 'fail') {
      metrics.counts.open_err++;
      this.#window.refused(process);
      return;
    }
    metrics.counts.open_ok++;
    metrics.time('open', time - start);
    this.#window.opened(process);
  }

  #wrote({ type, process, f, op, scheduled, start, time, attempts }: WriteEnd): void {
    const metrics = this.#process(process);
    const { counts, pending } = metrics;
    const invoke = pending.get(op);
    pending.delete(op);
    if (attempts !== undefined) {
      metrics.driverRetries = (metrics.driverRetries ?? 0) + attempts - 1;
    }
    if (type !== 'ok') {
      this.#countFailedWrite(metrics, f);
      return;
    }
    metrics.time(f, time - (scheduled ?? start));
    if (f === 'increment') {
      counts.increments_ok++;
      return;
    }
    counts.writes_ok++;
    this.#operated(process, time);
    if (f === 'reembed' || invoke?.ids === undefined) return;
    const copy = this.#copyOf.get(process);
    const [first, last, step] = invoke.ids;
    counts.new_rows_inserted += metrics.inserted.add(first, last, step);
    copy?.inserted.add(first, last, step);
    copy?.freshness?.acknowledged(invoke.batch, time);
  }

  #countFailedWrite({ counts }: ProcessMetrics, f: WriteEnd['f']): void {
    if (f === 'increment') counts.increments_err++;
    else counts.writes_err++;
  }

  #read(event: ReadEvent): void {
    const { type, process, f, scheduled, start, time } = event;
    const metrics = this.#process(process);
    // Readers of an open loop do not begin together: each has an instant of its own.
    if (f === 'search' && this.#options.readRate === 0) this.#window.began(process, start);
    if (f === 'search' || f === 'poll') {
      if (type === 'ok') metrics.time(f, time - (scheduled ?? start));
      if (metrics.read(event)) this.#operated(process, time);
    }
    if (type === 'ok' && (f === 'poll' || f === 'drain')) {
      this.#copyOf.get(process)?.freshness?.polled(event);
    }
  }

  /** A process that died or hung leaves writes in doubt: nobody acknowledged them. */
  #ended({ process, state, time }: ProcessEvent): void {
    if (state !== 'died' && state !== 'hung') return;
    const metrics = this.#process(process);
    // It was at these until then.
    if (metrics.pending.size > 0) this.#window.ended(process, time);
    this.#window.died(process, time);
    for (const { f } of metrics.pending.values()) {
      this.#countFailedWrite(metrics, f);
      const message = `${process} ${state} before this operation completed`;
      const errorClass = state === 'hung' ? 'deadline' : 'worker.died';
      this.#failed(process, f, { class: errorClass, message }, time);
    }
    metrics.pending.clear();
  }

  #operated(process: string, timeUs: number): void {
    this.#timeline.operated(process, this.#window.secondOf(timeUs));
  }

  #failed(process: string, operation: string, error: ErrorRecord, timeUs: number): void {
    this.#errors.add(operation, error);
    if (!this.#isCounted(process, operation, error)) this.#process(process).errors++;
    this.#timeline.failed(this.#window.secondOf(timeUs));
  }

  /** Of refused opens a process has one error, however often it tries again; an operation that opens has its own. */
  #isCounted(process: string, operation: string, error: ErrorRecord): boolean {
    if (!isRefusedAttempt({ operation, class: error.class })) return false;
    return opensPerOperation(this.#options) || this.#process(process).counts.open_err > 1;
  }

  #process(name: string): ProcessMetrics {
    let metrics = this.#processes.get(name);
    if (metrics === undefined) {
      metrics = new ProcessMetrics(this.#options);
      this.#processes.set(name, metrics);
      this.#timeline.join(name);
    }
    return metrics;
  }
}
