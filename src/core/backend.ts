/**
 * The backend interface: what one file in `probes/` must provide. Everything that can be read without the driver is a
 * property; everything that needs it is a function that imports it.
 */
import type { CrashMode } from './crash.ts';
import type { Classified } from './errors.ts';
import type { AccessName, CheckName, Refresh, RefreshKind, Role } from './names.ts';
import type { ChunkColumns, Dataset, FileColumns } from './dataset.ts';

export interface Backend {
  readonly name: string;
  /** npm package of the driver; undefined where there is none (reference). */
  readonly package: string | undefined;
  /** What the vendor claims about several processes, one sentence. */
  readonly claims: string;
  readonly refresh: { readonly default: Refresh; readonly kinds: readonly RefreshKind[] };
  /** Accesses that cannot exist here, with the reason. */
  readonly lacks: Partial<Record<AccessName, string>>;
  /** Each table has versions of its own: a reader may meet a chunk before the file row that was written with it. */
  readonly versionsTablesApart?: boolean;
  /** Planted bugs (the reference backend only). */
  readonly bugs?: readonly PlantedBug[];

  /**
   * Loads the driver. Throws what the driver throws if it is missing or broken. `engineThreads` as in {@link OpenOptions}:
   * some engines take it only when they are loaded.
   */
  describe(engineThreads?: number): Promise<{ version: string; engine: string }>;
  /** Creates the tables at a fresh path and bulk-loads the seed rows. */
  prepare(path: string, dataset: Dataset, options: OpenOptions): Promise<void>;
  open(path: string, options: OpenOptions): Promise<Database>;
  classify(error: unknown): Classified;
  /** Every other path the driver may leave beside `path`. */
  sideFiles(path: string): string[];
}

export interface PlantedBug {
  readonly name: string;
  readonly text: string;
  /** Every check that must fire on it, and no other. Empty for bugs that only `crash` can see. */
  readonly fires: readonly CheckName[];
  /** What must happen before it shows, for bugs that no run can see. */
  readonly crash?: CrashMode;
  /** Options without which the bug has no chance to show, e.g. `{ writers: 2 }`. */
  readonly needs?: Readonly<Record<string, string | number>>;
}

export interface OpenOptions {
  role: Role;
  dims: number;
  refresh: Refresh;
  /** Threads of the engine in this process. */
  engineThreads: number;
  bug?: string;
}

/** One database instance inside one process (or thread). */
export interface Database {
  connect(role: Role): Promise<Connection>;
  close(): Promise<void>;
}

/**
 * Rows as read, in the order the database returned them, as columns. `embeddings` is flat: `count * dims`. The arrays stay
 * what they are: they may be looked at after the next ones have come.
 */
export interface RowBatch {
  count: number;
  ids: Float64Array;
  batches: Float64Array;
  checksums: Float64Array;
  embeddings: Float32Array;
}

/** Keys only, for scans that do not verify. */
export interface KeyBatch {
  count: number;
  ids: Float64Array;
  batches: Float64Array;
}

/** Ids strictly between `after` and `before` (`before` may be Infinity). */
export interface IdInterval {
  after: number;
  before: number;
}

export interface WriteBatch {
  chunks: ChunkColumns;
  /** File rows to be written with or before the chunks; `upsert` must not duplicate them. */
  files: FileColumns;
}

/** What the driver told about a write: how often it tried internally, where it says so. */
export interface WriteReceipt {
  attempts?: number;
}

/**
 * One connection. Every write is one atomic operation for its chunks; when the promise resolves it is acknowledged.
 * A connection is used by one role, one call at a time.
 */
export interface Connection {
  /** The k chunks nearest to `vector` (cosine), filtered by provider and model, nearest first. */
  search(vector: Float32Array, k: number): Promise<RowBatch>;
  /** All chunks whose id lies in one of the intervals, streamed. */
  poll(intervals: readonly IdInterval[]): AsyncIterable<RowBatch>;
  /** The chunks with these ids, in any order. */
  point(ids: Float64Array): Promise<RowBatch>;
  /** Which of these file ids exist. */
  files(ids: Float64Array): Promise<Float64Array>;
  insert(batch: WriteBatch): Promise<WriteReceipt>;
  /** Insert-or-replace by id, for `--keys shared`. */
  upsert(batch: WriteBatch): Promise<WriteReceipt>;
  /** Replaces embedding, batch and checksum of existing chunks, by id. */
  reembed(chunks: ChunkColumns): Promise<WriteReceipt>;
  /** Adds 1 to the counter: `sql` in one statement of the database's own, `rmw` by a read and a write in two calls. */
  increment(mode: 'sql' | 'rmw'): Promise<WriteReceipt>;
  scanKeys(): AsyncIterable<KeyBatch>;
  scanChunks(): AsyncIterable<RowBatch>;
  scanFiles(): AsyncIterable<Float64Array>;
  /** The value of the one counter row (0 after seeding). */
  counter(): Promise<number>;
  close(): Promise<void>;
}
