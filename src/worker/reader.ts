import type { WorkConnection } from '../access/access.ts';
import type { IdInterval, RowBatch } from '../core/backend.ts';
import {
  fileIdsOf,
  idsOf,
  operationOf,
  queryVector,
  rangeOf,
  reembedIds,
  WRITER_RANGE,
  writerBase,
} from '../core/dataset.ts';
import { drainPoints } from '../core/drain.ts';
import type { ReadEvent, ReadName } from '../core/history.ts';
import { OPERATIONS_PER_ITERATION, shapeOf, type RunOptions } from '../core/options.ts';
import { Returned, type Recorder } from './recorder.ts';

const TARGETED_EVERY = 8;
const FILES_EVERY = 8;
const POINT_EVERY = 4;

/** What a reader remembers of one writer's range: where its last seen batch begins and ends. */
interface Seen {
  batch: number;
  firstId: number;
  lastId: number;
}

type Key = readonly [id: number, batch: number];

/** The newest polled row: what the next targeted search looks for. */
interface Newest {
  id: number;
  batch: number;
  vector: Float32Array;
}

/**
 * One reader: search, then poll for new rows; now and then a search for a row it has just seen, the file rows of its
 * chunks, and all rows of one re-embedding.
 */
export class Reader {
  readonly #connection: WorkConnection;
  readonly #recorder: Recorder;
  readonly #options: RunOptions;
  readonly #shape;
  readonly #index: number;
  readonly #seen: (Seen | undefined)[];
  /** What the first search looks for: made before the window begins. */
  readonly #first: Float32Array;
  #iteration = 0;
  #newest: Newest | undefined;
  #nextTargeted = 0;
  #nextFiles = 0;
  #nextPoint = 0;

  constructor(connection: WorkConnection, recorder: Recorder, options: RunOptions, index: number) {
    this.#connection = connection;
    this.#recorder = recorder;
    this.#options = options;
    this.#shape = shapeOf(options);
    this.#index = index;
    this.#first = queryVector(this.#shape, index, 0);
    const ranges = options.keys === 'shared' ? 1 : Math.max(options.writers, 1);
    this.#seen = new Array<Seen | undefined>(ranges).fill(undefined);
  }

  /** One iteration. False if any part of it failed. An open loop says since when it was due. */
  async iterate(dueUs?: number): Promise<boolean> {
    const iteration = this.#iteration++;
    if (!(await this.#search(iteration, dueUs))) return false;
    const polled = await this.#poll(iteration);
    if (polled === undefined) return false;
    if (polled.length > 0 && iteration >= this.#nextFiles) {
      this.#nextFiles = iteration + FILES_EVERY;
      if (!(await this.#files(iteration, polled))) return false;
    }
    if (this.#newest !== undefined && iteration >= this.#nextPoint) {
      this.#nextPoint = iteration + POINT_EVERY;
      if (!(await this.#point(iteration, this.#newest.batch))) return false;
    }
    return true;
  }

  /**
   * After the run: everything above the seed, once; then, of the seed rows, what each writer re-embedded last (`reembeds`
   * are their batches) and a sample of all that was re-embedded. False if any part of it failed.
   */
  async drain(reembeds: readonly number[]): Promise<boolean> {
    const intervals = [{ after: this.#options.rows, before: Infinity }];
    const polled = await this.#read('drain', -1, intervalFields(intervals), async (returned) => {
      for await (const rows of this.#connection.poll(intervals)) returned.add(rows);
    });
    if (!polled) return false;
    const { last, sample } = drainPoints(this.#shape, reembeds, this.#index);
    for (const ids of last) if (!(await this.#pointAt(-1, { ids }, idsOf(ids)))) return false;
    for (const keys of sample) {
      if (!(await this.#pointAt(-1, { keys }, Float64Array.from(keys)))) return false;
    }
    return true;
  }

  async #search(iteration: number, dueUs: number | undefined): Promise<boolean> {
    const newest = iteration >= this.#nextTargeted ? this.#newest : undefined;
    if (newest !== undefined) this.#nextTargeted = iteration + TARGETED_EVERY;
    const vector = newest?.vector ?? this.#random(iteration);
    const target =
      newest === undefined ? {} : { target: [newest.id, newest.batch] as [number, number] };
    const due = dueUs === undefined ? {} : { scheduled: dueUs };
    return this.#read('search', iteration, { ...due, ...target }, async () =>
      this.#connection.search(vector, this.#options.topK),
    );
  }

  #random(iteration: number): Float32Array {
    return iteration === 0 ? this.#first : queryVector(this.#shape, this.#index, iteration);
  }

  /** The ids of the rows that came; undefined if it failed. */
  async #poll(iteration: number): Promise<number[] | undefined> {
    const intervals = this.#seen.map((seen, range): IdInterval => {
      const base = writerBase(this.#shape, range);
      return { after: (seen?.firstId ?? base) - 1, before: base + WRITER_RANGE };
    });
    const keys: Key[] = [];
    let newest = this.#newest;
    const ok = await this.#read('poll', iteration, intervalFields(intervals), async (returned) => {
      for await (const rows of this.#connection.poll(intervals)) {
        returned.add(rows);
        newest = this.#newestOf(rows, newest);
        for (let i = 0; i < rows.count; i++) keys.push([rows.ids[i]!, rows.batches[i]!]);
      }
    });
    if (!ok) return undefined;
    this.#newest = newest;
    for (const [id, batch] of keys) this.#remember(id, batch);
    return keys.map(([id]) => id);
  }

  async #files(iteration: number, chunkIds: number[]): Promise<boolean> {
    const asked = fileIdsOf(this.#shape, chunkIds);
    const missing: number[] = [];
    return this.#read('files', iteration, { asked: asked.length, missing }, async () => {
      const found = new Set(await this.#connection.files(asked));
      for (const id of asked) if (!found.has(id)) missing.push(id);
    });
  }

  /** All rows of the re-embedding that its writer made just before the insert with this batch number. */
  async #point(iteration: number, batch: number): Promise<boolean> {
    const { writer, op } = operationOf(this.#shape, batch);
    const ids = reembedIds(this.#shape, writer, Math.floor(op / OPERATIONS_PER_ITERATION));
    if (ids === undefined) return true;
    return this.#pointAt(iteration, { ids }, idsOf(ids));
  }

  async #pointAt(
    iteration: number,
    fields: Pick<ReadEvent, 'ids' | 'keys'>,
    ids: Float64Array,
  ): Promise<boolean> {
    return this.#read('point', iteration, fields, async () => this.#connection.point(ids));
  }

  /** Times, verifies and records one read. What `call` gives back, or passes to `returned`, is what was read. */
  async #read(
    f: ReadName,
    iteration: number,
    fields: Partial<ReadEvent>,
    call: (returned: Returned) => Promise<RowBatch | void>,
  ): Promise<boolean> {
    const { process } = this.#recorder;
    const returned = new Returned(this.#options.dims, this.#options.check);
    const start = this.#recorder.begin(f);
    try {
      const rows = await call(returned);
      const time = this.#recorder.end();
      if (rows !== undefined) returned.add(rows);
      const result = f === 'files' ? {} : returned.fields();
      this.#recorder.add({ type: 'ok', process, f, iteration, start, time, ...fields, ...result });
    } catch (thrown) {
      const time = this.#recorder.end();
      const error = this.#recorder.error(thrown);
      const { scheduled } = fields;
      const due = scheduled === undefined ? {} : { scheduled };
      this.#recorder.add({ type: 'fail', process, f, iteration, ...due, start, time, error });
      await this.#recorder.flushIfDue();
      return false;
    }
    await this.#recorder.flushIfDue();
    return true;
  }

  /** Moves on what is known of the range that this polled row lies in. */
  #remember(id: number, batch: number): void {
    const range = rangeOf(this.#shape, id);
    const seen = this.#seen[range];
    if (seen === undefined || id > seen.lastId) {
      const firstId = seen?.batch === batch ? seen.firstId : id;
      this.#seen[range] = { batch, firstId, lastId: id };
    } else if (batch === seen.batch && id < seen.firstId) {
      seen.firstId = id;
    }
  }

  /** The row of the highest batch and id among these and the newest so far, with its embedding. */
  #newestOf(rows: RowBatch, newest: Newest | undefined): Newest | undefined {
    let found = -1;
    for (let i = 0; i < rows.count; i++) {
      const batch = rows.batches[i]!;
      const best = found < 0 ? (newest?.batch ?? 0) : rows.batches[found]!;
      if (batch > best || (batch === best && found >= 0 && rows.ids[i]! > rows.ids[found]!)) {
        found = i;
      }
    }
    if (found < 0) return newest;
    const { dims } = this.#options;
    const vector = rows.embeddings.slice(found * dims, (found + 1) * dims);
    return { id: rows.ids[found]!, batch: rows.batches[found]!, vector };
  }
}

function intervalFields(intervals: IdInterval[]): Pick<ReadEvent, 'intervals'> {
  return {
    intervals: intervals.map(({ after, before }) => [after, before === Infinity ? null : before]),
  };
}
