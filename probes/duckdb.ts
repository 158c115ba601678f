import type { DuckDBInstance } from '@duckdb/node-api';
import type { Backend, Connection, Database, OpenOptions } from '../src/core/backend.ts';
import type { Dataset } from '../src/core/dataset.ts';
import { classify } from './duckdb/classify.ts';
import { DuckdbConnection } from './duckdb/connection.ts';
import { loadDriver, type Driver } from './duckdb/driver.ts';
import { Loader, rowsPerChunk } from './duckdb/loader.ts';
import { Session } from './duckdb/session.ts';
import { CHUNK_COLUMNS, createTables, FILE_COLUMNS } from './duckdb/tables.ts';

/** Of the buffer manager, before what wide embeddings need; the default would be 80 % of the machine for each process. */
const MEMORY_BYTES = 512 * 2 ** 20;
/** Vectors of embeddings that one query may hold at a time. */
const VECTORS_IN_USE = 6;
/** Of embeddings that an appender collects before they go into the table. */
const FLUSH_BYTES = 8 * 2 ** 20;

/** DuckDB, through its own Node client: one file, one process that writes. */
export const duckdb: Backend = {
  name: 'duckdb',
  package: '@duckdb/node-api',
  claims: 'one process may read and write, or several may read; never both at once',
  refresh: { default: 'default', kinds: ['default'] },
  lacks: {},

  async describe() {
    const { api, version } = await loadDriver();
    return { version, engine: `DuckDB ${api.version()}` };
  },

  async prepare(path, dataset, options) {
    const driver = await loadDriver();
    const instance = await openInstance(driver, path, options);
    try {
      const session = new Session(await instance.connect());
      try {
        await seed(driver, session, dataset);
      } finally {
        await session.close();
      }
    } finally {
      instance.closeSync();
    }
  },

  async open(path, options) {
    const driver = await loadDriver();
    return new DuckdbDatabase(driver, await openInstance(driver, path, options), options);
  },

  classify,

  sideFiles: (path) =>
    ['.wal', '.wal.checkpoint', '.wal.recovery', '.tmp'].map((end) => path + end),
};

class DuckdbDatabase implements Database {
  readonly #driver: Driver;
  readonly #instance: DuckDBInstance;
  readonly #options: OpenOptions;
  readonly #sessions: Session[] = [];

  constructor(driver: Driver, instance: DuckDBInstance, options: OpenOptions) {
    this.#driver = driver;
    this.#instance = instance;
    this.#options = options;
  }

  async connect(): Promise<Connection> {
    const session = new Session(await this.#instance.connect());
    this.#sessions.push(session);
    return new DuckdbConnection(this.#driver, session, this.#options.dims);
  }

  /** The lock is gone when this resolves: it lasts as long as any connection or stream of the instance. */
  async close(): Promise<void> {
    try {
      for (const session of this.#sessions) await session.close();
      if (writes(this.#options)) await this.#checkpoint();
    } finally {
      this.#instance.closeSync();
    }
  }

  /** Closing does the same, but on this thread, and without a word if it fails. */
  async #checkpoint(): Promise<void> {
    const session = new Session(await this.#instance.connect());
    try {
      await session.runOnce('CHECKPOINT');
    } finally {
      await session.close();
    }
  }
}

/** A new instance each time: the driver's cache would share one among the threads' tests of sharing. */
async function openInstance(
  { api, native }: Driver,
  path: string,
  options: OpenOptions,
): Promise<DuckDBInstance> {
  const vectorBytes = native.vector_size() * options.dims * Float32Array.BYTES_PER_ELEMENT;
  return api.DuckDBInstance.create(path, {
    access_mode: writes(options) ? 'READ_WRITE' : 'READ_ONLY',
    threads: String(options.engineThreads),
    memory_limit: `${MEMORY_BYTES + VECTORS_IN_USE * vectorBytes}B`,
    autoinstall_known_extensions: 'false',
  });
}

function writes({ role }: OpenOptions): boolean {
  return role === 'writer' || role === 'seeder';
}

/** In one transaction: into empty tables it writes the row groups once, without going through the log. */
async function seed(driver: Driver, session: Session, dataset: Dataset): Promise<void> {
  const { dims } = dataset;
  await session.runOnce(createTables(dims));
  await session.transaction(async () => {
    const files = new Loader(driver, FILE_COLUMNS, dims);
    await session.append('files', files, dataset.files(driver.native.vector_size()));
    const chunks = new Loader(driver, CHUNK_COLUMNS, dims);
    const flushRows = FLUSH_BYTES / (dims * Float32Array.BYTES_PER_ELEMENT);
    await session.append('chunks', chunks, dataset.chunks(rowsPerChunk(driver, dims)), {
      flushRows,
    });
  });
  await session.runOnce('CHECKPOINT');
}
