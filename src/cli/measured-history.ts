import {
  readerName,
  writerName,
  type Event,
  type HeaderEvent,
  type History,
} from '../core/history.ts';
import { Metrics } from '../core/metrics.ts';
import type { ProcessState } from '../core/names.ts';
import type { ProcessResult } from '../core/result.ts';

/** A history that is measured while its events are read for the first time, so that none is parsed only for that. */
export class MeasuredHistory implements History {
  private readonly source: History;
  private readonly states = new Map<string, ProcessState>();
  private measured: { header: HeaderEvent; metrics: Metrics } | undefined;

  constructor(source: History) {
    this.source = source;
  }

  async *events(): AsyncGenerator<Event[]> {
    const isFirst = this.measured === undefined;
    for await (const events of this.source.events()) {
      if (isFirst) for (const event of events) this.measure(event);
      yield events;
    }
  }

  writes(): AsyncIterable<Event[]> {
    return this.source.writes?.() ?? this.source.events();
  }

  get header(): HeaderEvent {
    return this.facts.header;
  }

  get metrics(): Metrics {
    return this.facts.metrics;
  }

  /** What the events tell of each process; how it exited is not among it. */
  processes(): ProcessResult[] {
    const { writers, readers } = this.header.options;
    const processes: ProcessResult[] = [];
    for (let i = 0; i < writers; i++) processes.push(this.process('writer', i, writerName(i)));
    for (let i = 0; i < readers; i++) processes.push(this.process('reader', i, readerName(i)));
    if (this.states.has('owner')) processes.push(this.process('owner', 0, 'owner'));
    return processes;
  }

  private process(role: ProcessResult['role'], index: number, name: string): ProcessResult {
    const { metrics } = this;
    const counts = metrics.counts(name);
    // Without a last word of it: as a run calls those that have not died.
    const opened = counts.open_ok > 0 || counts.open_err === 0;
    const state = this.states.get(name) ?? (opened ? 'finished' : 'refused');
    return {
      ...{ role, index, state },
      ...{ pid: null, exit: null, signal: null, peak_rss_bytes: null, stderr_tail: '' },
      counts,
      worked_us: metrics.workedUs(name),
      latency_us: metrics.latencies(name),
      freshness_us: role === 'reader' ? metrics.readerFreshness(name) : null,
      driver_retries: metrics.driverRetries(name),
    };
  }

  private measure(event: Event): void {
    if (event.type === 'header') this.measured ??= { header: event, metrics: new Metrics(event) };
    if (event.type === 'process') this.states.set(event.process, event.state);
    this.measured?.metrics.add(event);
  }

  private get facts(): { header: HeaderEvent; metrics: Metrics } {
    if (this.measured === undefined) throw new Error('nothing of the history has been read');
    return this.measured;
  }
}
