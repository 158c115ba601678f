import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Dataset } from '../../src/core/dataset.ts';
import { classifyCode, StoreError } from './failure.ts';
import { withLock } from './lock.ts';
import { Log } from './log.ts';
import { storedChunks, storedFiles, type Operation, type ReadOperation } from './record.ts';

const LOG = 'log';
const NEW_LOG = 'log.new';
const LOCK = 'lock';
const LOCK_WAIT_LIMIT_MS = 10_000;
const ROWS_PER_RECORD = 1000;

/** The chunks of one operation, as they stay in memory while one of them is current. */
export interface Slab {
  /** Position of the operation in the log. */
  sequence: number;
  kind: Operation['kind'];
  batch: number;
  provider: string;
  model: string;
  dims: number;
  ids: number[];
  checksums: number[];
  embeddings: Float32Array;
}

/** One chunk: its place in the operation that wrote it last. */
export interface Row {
  id: number;
  slab: Slab;
  at: number;
}

/** How many of the operations that are new to a store it takes in. */
type Allow = (fresh: readonly ReadOperation[]) => number;

const allOf: Allow = ({ length }) => length;

/** Writes operations, under the lock, from within {@link Store.transact}. */
export type Append = (operation: Operation, options?: { sync: boolean }) => Promise<void>;

/**
 * The whole store, in one process: what the log says so far, and the way to add to it. Nobody sees anything but what
 * is in the log, the process that wrote it included.
 */
export class Store {
  readonly path: string;
  readonly #log: Log;
  readonly #chunks = new Map<number, Row>();
  readonly #files = new Set<number>();
  /** Read from the log, and not taken in. */
  readonly #fresh: ReadOperation[] = [];
  #counter = 0;
  #taken = 0;

  private constructor(path: string, log: Log) {
    this.path = path;
    this.#log = log;
  }

  static async open(path: string, allow = allOf): Promise<Store> {
    const store = new Store(path, await Log.open(join(path, LOG)));
    try {
      store.#catchUp(allow);
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  /** All chunks, as of the newest commit of anybody; a planted bug may allow less. */
  chunks(allow = allOf): Row[] {
    this.#catchUp(allow);
    return [...this.#chunks.values()];
  }

  /** How many operations are taken in: the next one has this number. */
  get taken(): number {
    return this.#taken;
  }

  files(allow = allOf): ReadonlySet<number> {
    this.#catchUp(allow);
    return this.#files;
  }

  counter(): number {
    this.#catchUp();
    return this.#counter;
  }

  /** Runs `work` while nobody else writes. */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    return withLock(join(this.path, LOCK), LOCK_WAIT_LIMIT_MS, work);
  }

  /** Runs `work`, which may append operations, while nobody else writes. */
  async transact(work: (append: Append) => Promise<void>): Promise<void> {
    let began = false;
    try {
      await this.locked(async () => {
        await work(async (operation, options = { sync: true }) => {
          this.#catchUp();
          this.#refuseExisting(operation);
          began = true;
          await this.#log.append(operation, options);
        });
      });
    } catch (error) {
      if (began || error instanceof StoreError) throw error;
      throw new StoreError(`nothing was written: ${String(error)}`, classifyCode(error, 'fail'), {
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  #catchUp(allow = allOf): void {
    for (let found = this.#log.next(); found !== undefined; found = this.#log.next()) {
      this.#fresh.push(found);
    }
    const allowed = this.#fresh.splice(0, allow(this.#fresh));
    for (const operation of allowed) this.#apply(operation);
  }

  #apply(operation: ReadOperation): void {
    const sequence = this.#taken++;
    const { kind, value = 0, files } = operation;
    if (kind === 'add') this.#counter += value;
    if (kind === 'set') this.#counter = value;
    for (const id of files?.ids ?? []) this.#files.add(id);
    for (const row of rowsOf(operation, sequence)) {
      if (kind !== 'reembed' || this.#chunks.has(row.id)) this.#chunks.set(row.id, row);
    }
  }

  #refuseExisting(operation: Operation): void {
    if (operation.kind !== 'insert') return;
    const existing = operation.chunks.ids.find((id) => this.#chunks.has(id));
    if (existing === undefined) return;
    throw new StoreError(`nothing was written: chunk ${existing} exists already`, {
      class: 'txn.conflict',
      outcome: 'fail',
    });
  }
}

/** The chunks that an operation writes, if it writes any. */
export function rowsOf(operation: ReadOperation, sequence: number): Row[] {
  const { kind, chunks, embeddings } = operation;
  if (chunks === undefined) return [];
  const { batch, provider, model, ids, checksums } = chunks;
  const dims = embeddings.length / chunks.count;
  const slab = { sequence, kind, batch, provider, model, dims, ids, checksums, embeddings };
  return ids.map((id, at) => ({ id, slab, at }));
}

/** Makes a store at a fresh path with these rows, durably; until it is complete, there is none. */
export async function createStore(path: string, dataset: Dataset): Promise<void> {
  await mkdir(path);
  const log = await Log.create(join(path, NEW_LOG));
  for await (const files of dataset.files(ROWS_PER_RECORD)) {
    await log.append({ kind: 'files', files: storedFiles(files) }, { sync: false });
    log.next();
  }
  for await (const chunks of dataset.chunks(ROWS_PER_RECORD)) {
    await log.append({ kind: 'insert', chunks: storedChunks(chunks) }, { sync: false });
    log.next();
  }
  await log.sync();
  await log.close();
  await rename(join(path, NEW_LOG), join(path, LOG));
  await syncDirectory(path);
  await syncDirectory(dirname(path));
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
