import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type {
  Connection,
  IdInterval,
  KeyBatch,
  RowBatch,
  WriteBatch,
  WriteReceipt,
} from '../../src/core/backend.ts';
import type { ChunkColumns } from '../../src/core/dataset.ts';
import type { Role } from '../../src/core/names.ts';
import { storedChunks, storedFiles, type Operation, type ReadOperation } from './record.ts';
import { columnsOf, keysOf, nearest, pagesOf, rowsWithin } from './rows.ts';
import type { Row, Store } from './store.ts';

/** A correct connection. Each read works on the rows as they were when it began; planted bugs override parts of it. */
export class StoreConnection implements Connection {
  protected readonly store: Store;
  protected readonly role: Role;

  constructor(store: Store, role: Role) {
    this.store = store;
    this.role = role;
  }

  async search(vector: Float32Array, k: number): Promise<RowBatch> {
    return columnsOf(nearest(await this.rows(), vector, k));
  }

  async *poll(intervals: readonly IdInterval[]): AsyncGenerator<RowBatch> {
    yield* pagesOf(rowsWithin(await this.rows(), intervals));
  }

  async point(ids: Float64Array): Promise<RowBatch> {
    const asked = new Set(ids);
    return columnsOf((await this.rows()).filter(({ id }) => asked.has(id)));
  }

  async files(ids: Float64Array): Promise<Float64Array> {
    const existing = this.store.files((fresh) => this.allowed(fresh));
    return ids.filter((id) => existing.has(id));
  }

  async insert(batch: WriteBatch): Promise<WriteReceipt> {
    return this.commit({ kind: 'insert', ...columnsToStore(batch) });
  }

  async upsert(batch: WriteBatch): Promise<WriteReceipt> {
    return this.commit({ kind: 'upsert', ...columnsToStore(batch) });
  }

  async reembed(chunks: ChunkColumns): Promise<WriteReceipt> {
    return this.commit({ kind: 'reembed', chunks: storedChunks(chunks) });
  }

  /** `rmw` reads without the lock, as applications do: with two writers it loses updates, on this store too. */
  async increment(mode: 'sql' | 'rmw'): Promise<WriteReceipt> {
    if (mode === 'sql') return this.commit({ kind: 'add', value: 1 });
    const value = await this.counter();
    return this.commit({ kind: 'set', value: value + 1 });
  }

  async *scanKeys(): AsyncGenerator<KeyBatch> {
    yield keysOf(await this.rows());
  }

  async *scanChunks(): AsyncGenerator<RowBatch> {
    yield* pagesOf(await this.rows());
  }

  async *scanFiles(): AsyncGenerator<Float64Array> {
    yield Float64Array.from(this.store.files());
  }

  async counter(): Promise<number> {
    return this.store.counter();
  }

  /** The database owns what is open. */
  async close(): Promise<void> {}

  /** The rows that one read works on. Nothing else in a read waits, and other connections of this thread want a turn. */
  protected async rows(): Promise<Row[]> {
    await yieldToOthers();
    return this.store.chunks((fresh) => this.allowed(fresh));
  }

  /** How many of the operations that are new to the store a read sees. */
  protected allowed({ length }: readonly ReadOperation[]): number {
    return length;
  }

  /** Makes one operation durable, whole. */
  protected async commit(operation: Operation): Promise<WriteReceipt> {
    await this.store.transact((append) => append(operation));
    return {};
  }
}

function columnsToStore({ chunks, files }: WriteBatch) {
  return { chunks: storedChunks(chunks), files: storedFiles(files) };
}
