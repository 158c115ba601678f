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
import { drainPoints } from '../../src/core/drain.ts';
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

/** What writers and readers do in the rounds of a history; in each of them every reader reads. */
interface Load {
  /** Rounds from one operation of each writer to its next. */
  writeEvery: number;
  /** Which operations of a writer iteration are made, by their places in it. */
  parts: readonly number[];
  /** Reader iterations from one point read to the next. */
  pointEvery: number;
}

/**
 * `usual`: as a run has it, where a database reads more often than it commits. `updates`: writers re-embed the same rows
 * over and over, and readers read them by id: each row has many versions.
 */
const LOADS = {
  usual: { writeEvery: 4, parts: [0, 1, 2], pointEvery: 4 },
  updates: { writeEvery: 1, parts: [0], pointEvery: 1 },
} as const satisfies Record<string, Load>;
export type LoadName = keyof typeof LOADS;

const ROUND_US = 1000;
const TARGETED_EVERY = 8;
const FILES_EVERY = 8;
/** From one read of a drain to the next. */
const DRAIN_READ_US = 200;
const AUDIT_PAGE_ROWS = 2048;

interface Insert {
  first: number;
  last: number;
  batch: number;
}

/** About so many events of an execution in which nothing is wrong, as a correct database would have it. */
export function* syntheticHistory(
  options: RunOptions,
  events: number,
  load: LoadName = 'usual',
): Generator<Event[]> {
  const execution = new Execution(options, LOADS[load]);
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
  /** By writer: how many operations it has made. */
  readonly #made: number[];
  readonly #load: Load;
  #counter = 0;
  #nowUs = 1_000_000;

  constructor(options: RunOptions, load: Load) {
    const { rows, writers, readers } = options;
    this.#options = options;
    this.#load = load;
    this.#shape = shapeOf(options);
    this.#batches = new Float64Array(rows + 1);
    this.#inserts = Array.from({ length: writers }, () => []);
    this.#seen = Array.from({ length: readers }, () => new Array<number>(writers).fill(0));
    this.#made = new Array<number>(writers).fill(0);
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
    if (round % this.#load.writeEvery === 0) {
      for (const writer of this.#inserts.keys()) this.#write(writer, events);
    }
    for (const reader of this.#seen.keys()) this.#iterate(reader, round, events);
    return events;
  }

  *end(): Generator<Event[]> {
    this.#nowUs += ROUND_US;
    yield [{ type: 'mark', name: 'end', time: this.#nowUs }];
    const { rows } = this.#options;
    this.#nowUs += 2 * this.#options.stalenessBoundMs * 1000;
    const everything = this.#inserts.flat().map(runOf);
    for (const reader of this.#seen.keys()) {
      const event = this.#read(reader, 'drain', -1, everything);
      event.intervals = [[rows, null]];
      yield [event, ...this.#drainPoints(reader)];
    }
    const time = (this.#nowUs += ROUND_US);
    yield this.#processes().map((process) => ({
      type: 'process',
      process,
      state: 'finished',
      time,
    }));
    yield* this.#audit();
  }

  /** What a reader reads after its drain poll, one after the other. */
  *#drainPoints(reader: number): Generator<Event> {
    const reembeds = this.#made.flatMap((made, writer) =>
      made === 0 ? [] : [batchNumber(this.#shape, writer, this.#lastReembed(writer))],
    );
    const { last, sample } = drainPoints(this.#shape, reembeds, reader);
    for (const asked of [...last.map((ids) => ({ ids })), ...sample.map((keys) => ({ keys }))]) {
      this.#nowUs += DRAIN_READ_US;
      const ids = 'ids' in asked ? idsOf(asked.ids) : asked.keys;
      const rows = encoded(ids, (id) => this.#batches[id]!);
      yield Object.assign(this.#read(reader, 'point', -1, rows), asked);
    }
  }

  #processes(): string[] {
    return [...this.#inserts.keys()].map(writerName).concat([...this.#seen.keys()].map(readerName));
  }

  /** Takes effect before any reader of its round answers, and overlaps their searches. */
  #write(writer: number, events: Event[]): void {
    const op = this.#opAt(this.#made[writer]!++);
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

  /** The number of the operation that a writer makes as its n-th: those that are left out have numbers too. */
  #opAt(n: number): number {
    const { parts } = this.#load;
    return Math.floor(n / parts.length) * OPERATIONS_PER_ITERATION + parts[n % parts.length]!;
  }

  /** The number of the last re-embedding of a writer that has made any operation: all its iterations begin with one. */
  #lastReembed(writer: number): number {
    const op = this.#opAt(this.#made[writer]! - 1);
    return op - (op % OPERATIONS_PER_ITERATION);
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
    const ids =
      iteration % this.#load.pointEvery === 0 ? this.#pointAfter(newest, iteration) : null;
    if (ids === null) return;
    const rows = encoded(idsOf(ids), (id) => this.#batches[id]!);
    const event = this.#read(reader, 'point', iteration, rows);
    event.ids = ids;
    events.push(event);
  }

  /** The re-embedding before the newest insert seen; where nobody inserts, the last of each writer in turn. */
  #pointAfter(newest: Insert | undefined, iteration: number): IdRange | null {
    if (newest === undefined && this.#load.parts.length > 1) return null;
    const { writer, op } =
      newest === undefined
        ? { writer: iteration % this.#made.length, op: null }
        : operationOf(this.#shape, newest.batch);
    const last = op ?? this.#lastReembed(writer);
    return reembedIds(this.#shape, writer, Math.floor(last / OPERATIONS_PER_ITERATION))!;
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

function encoded(ids: Iterable<number>, batchOf: (id: number) => number): Run[] {
  const encoder = new RunEncoder();
  for (const id of ids) encoder.add(id, batchOf(id));
  return encoder.take();
}
