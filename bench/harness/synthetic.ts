import {
  batchNumber,
  CHUNKS_PER_FILE,
  countOf,
  idsOf,
  operationOf,
  reembedIds,
  WRITER_RANGE,
  writerBase,
  type DatasetShape,
  type IdRange,
} from '../../src/core/dataset.ts';
import {
  readerName,
  RunEncoder,
  writerName,
  type AuditEnd,
  type Event,
  type ReadEvent,
  type Run,
  type WriteName,
} from '../../src/core/history.ts';
import { OPERATIONS_PER_ITERATION, shapeOf, type RunOptions } from '../../src/core/options.ts';
import { Random } from '../../src/core/random.ts';

/** In each round every reader reads; in every so many the writers write: a database reads more often than it commits. */
const WRITE_EVERY = 4;
const ROUND_US = 1000;
const TARGETED_EVERY = 8;
const FILES_EVERY = 8;
const POINT_EVERY = 16;
const AUDIT_PAGE_ROWS = 2048;

interface Insert {
  first: number;
  last: number;
  batch: number;
}

/** About so many events of an execution in which nothing is wrong, as a correct database would have it. */
export function* syntheticHistory(options: RunOptions, events: number): Generator<Event[]> {
  const execution = new Execution(options);
  let made = 0;
  for (const part of execution.begin()) yield part;
  for (let round = 0; made < events; round++) {
    const part = execution.round(round);
    made += part.length;
    yield part;
  }
  yield* execution.end();
}

/** Its events are made field by field: those made by spreading have a hidden class each, which those of a saved history have not. */
class Execution {
  readonly #options: RunOptions;
  readonly #shape: DatasetShape;
  readonly #random = new Random(1);
  /** The batch of each seed row. */
  readonly #batches: Float64Array;
  readonly #inserts: Insert[][];
  /** Per reader and writer: how many inserts it has seen. */
  readonly #seen: number[][];
  readonly #ops: number[];
  #counter = 0;
  #nowUs = 1_000_000;

  constructor(options: RunOptions) {
    const { rows, writers, readers } = options;
    this.#options = options;
    this.#shape = shapeOf(options);
    this.#batches = new Float64Array(rows + 1);
    this.#inserts = Array.from({ length: writers }, () => []);
    this.#seen = Array.from({ length: readers }, () => new Array<number>(writers).fill(0));
    this.#ops = new Array<number>(writers).fill(0);
  }

  *begin(): Generator<Event[]> {
    const copies = [this.#processes()];
    yield [{ type: 'header', format: 1, options: this.#options, copies }];
    yield this.#processes().map((process) => ({
      type: 'ok',
      process,
      f: 'open',
      start: 1000,
      time: 20_000,
    }));
    yield [{ type: 'mark', name: 'start', time: this.#nowUs }];
  }

  round(round: number): Event[] {
    this.#nowUs += ROUND_US;
    const events: Event[] = [];
    if (round % WRITE_EVERY === 0) {
      for (const writer of this.#inserts.keys()) this.#write(writer, events);
    }
    for (const reader of this.#seen.keys()) this.#iterate(reader, round, events);
    return events;
  }

  *end(): Generator<Event[]> {
    this.#nowUs += ROUND_US;
    yield [{ type: 'mark', name: 'end', time: this.#nowUs }];
    const { rows } = this.#options;
    const time = (this.#nowUs += 2 * this.#options.stalenessBoundMs * 1000);
    const everything = this.#inserts.flat().map(runOf);
    for (const reader of this.#seen.keys()) {
      const event = this.#read(reader, 'drain', -1, everything);
      yield [{ ...event, start: time - 100, time, intervals: [[rows, null]] }];
    }
    yield this.#processes().map((process) => ({
      type: 'process',
      process,
      state: 'finished',
      time,
    }));
    yield* this.#audit();
  }

  #processes(): string[] {
    return [...this.#inserts.keys()].map(writerName).concat([...this.#seen.keys()].map(readerName));
  }

  /** Takes effect before any reader of its round answers, and overlaps their searches. */
  #write(writer: number, events: Event[]): void {
    const op = this.#ops[writer]!++;
    const process = writerName(writer);
    const batch = batchNumber(this.#shape, writer, op);
    const part = op % OPERATIONS_PER_ITERATION;
    const write = (f: WriteName, ids: IdRange | undefined): void => {
      const time = this.#nowUs;
      events.push(
        ids === undefined
          ? { type: 'invoke', process, f, op, batch, time }
          : { type: 'invoke', process, f, op, batch, ids, time },
        { type: 'ok', process, f, op, start: time + 5, time: time + 100 },
      );
    };
    if (part === 0) {
      const ids = reembedIds(this.#shape, writer, Math.floor(op / OPERATIONS_PER_ITERATION))!;
      for (const id of idsOf(ids)) this.#batches[id] = batch;
      write('reembed', ids);
    } else if (part === 1) {
      const inserts = this.#inserts[writer]!;
      const first = (inserts.at(-1)?.last ?? writerBase(this.#shape, writer) - 1) + 1;
      const last = first + this.#options.batch / 2 - 1;
      inserts.push({ first, last, batch });
      write('insert', [first, last, 1]);
    } else {
      this.#counter++;
      write('increment', undefined);
    }
  }

  #iterate(reader: number, iteration: number, events: Event[]): void {
    const seen = this.#seen[reader]!;
    const newest = this.#inserts
      .flatMap((inserts, writer) => inserts[seen[writer]! - 1] ?? [])
      .reduce<Insert | undefined>(
        (a, b) => (a === undefined || b.batch > a.batch ? b : a),
        undefined,
      );
    events.push(this.#search(reader, iteration, newest));
    const fresh = this.#inserts.some((inserts, writer) => inserts.length > seen[writer]!);
    events.push(this.#poll(reader, iteration));
    if (fresh && iteration % FILES_EVERY === 0) {
      const asked = this.#options.batch / 2 / CHUNKS_PER_FILE;
      const event = this.#read(reader, 'files', iteration);
      event.asked = asked;
      event.missing = [];
      events.push(event);
    }
    if (newest !== undefined && iteration % POINT_EVERY === 0) {
      const { writer, op } = operationOf(this.#shape, newest.batch);
      const ids = reembedIds(this.#shape, writer, Math.floor(op / OPERATIONS_PER_ITERATION))!;
      const rows = encoded(idsOf(ids), (id) => this.#batches[id]!);
      const event = this.#read(reader, 'point', iteration, rows);
      event.ids = ids;
      events.push(event);
    }
  }

  #search(reader: number, iteration: number, newest: Insert | undefined): ReadEvent {
    const target: [number, number] | undefined =
      newest !== undefined && iteration % TARGETED_EVERY === 0
        ? [newest.last, newest.batch]
        : undefined;
    const rows: Run[] = target === undefined ? [] : [[target[0], target[0], target[1]]];
    const used = new Set<number>();
    while (rows.length < this.#options.topK) {
      const id = 1 + this.#random.below(this.#options.rows);
      if (used.has(id)) continue;
      used.add(id);
      rows.push([id, id, this.#batches[id]!]);
    }
    const event = this.#read(reader, 'search', iteration, rows);
    if (target !== undefined) event.target = target;
    return event;
  }

  /** The last seen batch of each writer again, and all that is new. */
  #poll(reader: number, iteration: number): ReadEvent {
    const seen = this.#seen[reader]!;
    const rows: Run[] = [];
    const intervals: [number, number][] = [];
    for (const [writer, inserts] of this.#inserts.entries()) {
      const from = Math.max(0, seen[writer]! - 1);
      const base = writerBase(this.#shape, writer);
      const after = (seen[writer] === 0 ? base : inserts[from]!.first) - 1;
      intervals.push([after, base + WRITER_RANGE]);
      for (let i = from; i < inserts.length; i++) rows.push(runOf(inserts[i]!));
      seen[writer] = inserts.length;
    }
    const event = this.#read(reader, 'poll', iteration, rows);
    event.intervals = intervals;
    return event;
  }

  #read(reader: number, f: ReadEvent['f'], iteration: number, rows?: Run[]): ReadEvent {
    const offsetUs = { search: 20, poll: 220, files: 420, point: 520, drain: 0 }[f];
    const start = this.#nowUs + offsetUs + reader;
    const event: ReadEvent = {
      type: 'ok',
      process: readerName(reader),
      f,
      iteration,
      start,
      time: start + 150,
    };
    if (rows === undefined) return event;
    event.rows = rows;
    event.fresh = rows.some(([, , batch]) => batch > 0);
    return event;
  }

  *#audit(): Generator<Event[]> {
    const { rows: seeded } = this.#options;
    const start = this.#nowUs + 1000;
    const page = { type: 'ok', process: 'audit', f: 'scan', copy: 0 } as const;
    for (let first = 1; first <= seeded; first += AUDIT_PAGE_ROWS) {
      const last = Math.min(first + AUDIT_PAGE_ROWS - 1, seeded);
      yield [{ ...page, rows: encoded(idsOf([first, last, 1]), (id) => this.#batches[id]!) }];
    }
    const inserts = this.#inserts.flat();
    const perPage = AUDIT_PAGE_ROWS / (this.#options.batch / 2);
    for (let i = 0; i < inserts.length; i += perPage) {
      yield [{ ...page, rows: inserts.slice(i, i + perPage).map(runOf) }];
    }
    const inserted = inserts.reduce((sum, { first, last }) => sum + countOf([first, last, 1]), 0);
    const files = Math.ceil(seeded / CHUNKS_PER_FILE) + inserted / CHUNKS_PER_FILE;
    const end: AuditEnd = {
      type: 'ok',
      process: 'audit',
      f: 'audit',
      copy: 0,
      start,
      time: start + 1_000_000,
      rows: seeded + inserted,
      files,
      missingFiles: [],
      duplicateFiles: [],
      counter: this.#counter,
    };
    yield [end];
  }
}

function runOf({ first, last, batch }: Insert): Run {
  return [first, last, batch];
}

function encoded(ids: Float64Array, batchOf: (id: number) => number): Run[] {
  const encoder = new RunEncoder();
  for (const id of ids) encoder.add(id, batchOf(id));
  return encoder.take();
}
