import type { WorkConnection } from '../access/access.ts';
import type { WriteBatch } from '../core/backend.ts';
import {
  batchNumber,
  chunkColumns,
  type ChunkColumns,
  CHUNKS_PER_FILE,
  fileColumns,
  fileIdsOf,
  idsOf,
  reembedIds,
  writerBase,
  type IdRange,
} from '../core/dataset.ts';
import type { WriteName } from '../core/history.ts';
import type { Actor } from '../core/protocol.ts';
import { OPERATIONS_PER_ITERATION, shapeOf, type RunOptions } from '../core/options.ts';
import type { Recorder } from './recorder.ts';

/** Carries out one operation; false if it failed. An open loop says since when it was due. */
export type Operation = (dueUs?: number) => Promise<boolean>;

/** One writer: re-embed half a batch of its seed rows, insert half a batch of new ones, increment. */
export class Writer {
  readonly #connection: WorkConnection;
  readonly #recorder: Recorder;
  readonly #options: RunOptions;
  readonly #shape;
  readonly #index: number;
  /** The rows of the first re-embedding: made before the window begins. */
  readonly #first: ChunkColumns | undefined;
  #nextId: number;
  #op: number;

  constructor(
    connection: WorkConnection,
    recorder: Recorder,
    options: RunOptions,
    { index, resume }: Actor,
  ) {
    this.#connection = connection;
    this.#recorder = recorder;
    this.#options = options;
    this.#shape = shapeOf(options);
    this.#index = index;
    this.#nextId = resume?.nextId ?? writerBase(this.#shape, index);
    this.#op = resume?.op ?? 0;
    const ids = this.#reembedIds(this.#op);
    this.#first = ids && this.#chunks(this.#op, ids);
  }

  /** The next operation, its rows made: nothing of it has begun. */
  next(): Operation {
    for (;;) {
      const operation = this.#operation(this.#op++);
      if (operation !== undefined) return operation;
    }
  }

  /** What operation number `op` is; undefined where this run leaves it out. */
  #operation(op: number): Operation | undefined {
    const part = op % OPERATIONS_PER_ITERATION;
    if (part === 0) {
      const ids = this.#reembedIds(op);
      return ids && this.#reembed(op, ids);
    }
    if (part === 1) return this.#options.keys === 'shared' ? this.#upsert(op) : this.#insert(op);
    const mode = this.#options.increment;
    if (mode === 'none') return undefined;
    return this.#write('increment', op, () => this.#connection.increment(mode));
  }

  #reembedIds(op: number): IdRange | undefined {
    if (op % OPERATIONS_PER_ITERATION !== 0) return undefined;
    return reembedIds(this.#shape, this.#index, op / OPERATIONS_PER_ITERATION);
  }

  #chunks(op: number, ids: IdRange): ChunkColumns {
    return chunkColumns(this.#shape, idsOf(ids), batchNumber(this.#shape, this.#index, op));
  }

  #reembed(op: number, ids: IdRange): Operation {
    const isFirst = this.#first?.batch === batchNumber(this.#shape, this.#index, op);
    const chunks = isFirst ? this.#first! : this.#chunks(op, ids);
    return this.#write('reembed', op, () => this.#connection.reembed(chunks), ids);
  }

  #insert(op: number): Operation {
    const { ids, rows } = this.#nextRows(op);
    const whole = [...rows.files.ids].filter((id) => id >= ids[0]);
    const files = fileColumns(this.#shape, Float64Array.from(whole));
    const write = { chunks: rows.chunks, files };
    const operation = this.#write('insert', op, () => this.#connection.insert(write), ids);
    return async (dueUs) => {
      const ok = await operation(dueUs);
      // Whether its file rows exist is not known after a failure: the next insert begins a file of its own.
      const base = writerBase(this.#shape, this.#index);
      if (!ok) this.#nextId = base + roundUp(this.#nextId - base, CHUNKS_PER_FILE);
      return ok;
    };
  }

  #upsert(op: number): Operation {
    const { ids, rows } = this.#nextRows(op);
    return this.#write('upsert', op, () => this.#connection.upsert(rows), ids);
  }

  /** Half a batch of new rows, with all their file rows. */
  #nextRows(op: number): { ids: IdRange; rows: WriteBatch } {
    const ids: IdRange = [this.#nextId, this.#nextId + this.#options.batch / 2 - 1, 1];
    this.#nextId = ids[1] + 1;
    const chunks = this.#chunks(op, ids);
    const files = fileColumns(this.#shape, fileIdsOf(this.#shape, chunks.ids));
    return { ids, rows: { chunks, files } };
  }

  #write(
    f: WriteName,
    op: number,
    call: () => Promise<{ attempts?: number }>,
    ids?: IdRange,
  ): Operation {
    const batch = batchNumber(this.#shape, this.#index, op);
    const intent = { f, op, batch, ...(ids === undefined ? {} : { ids }) };
    return async (dueUs) => this.#recorder.write(intent, call, dueUs);
  }
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
