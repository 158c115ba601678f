import { access } from 'node:fs/promises';
import type { Backend, Database, OpenOptions } from '../src/core/backend.ts';
import type { Dataset } from '../src/core/dataset.ts';
import type { Refresh } from '../src/core/names.ts';
import { TableBuilder } from './lancedb/columns.ts';
import { LanceConnection } from './lancedb/connection.ts';
import { coreVersion, loadDriver } from './lancedb/driver.ts';
import { classify } from './lancedb/errors.ts';
import { load } from './lancedb/load.ts';

const MOST_ROWS_PER_BATCH = 8192;
/** Of the embeddings of one seeded batch. */
const MOST_BYTES_PER_BATCH = 16 * 2 ** 20;

/** LanceDB: a directory with one dataset per table, no locks, optimistic commits. */
export const lancedb: Backend = {
  name: 'lancedb',
  package: '@lancedb/lancedb',
  claims:
    'Any number of processes may read and write one local directory at once; commits are optimistic and retried, and a handle ' +
    "sees others' commits only as its read consistency interval says.",
  refresh: { default: 'reopen', kinds: ['default', 'always', 'reopen', 'seconds'] },
  lacks: {},
  versionsTablesApart: true,

  async describe(engineThreads) {
    const driver = await loadDriver(engineThreads);
    return { version: driver.version, engine: await coreVersion(driver) };
  },
  prepare,
  open,
  classify,
  sideFiles: () => [],
};

async function prepare(path: string, dataset: Dataset, options: OpenOptions): Promise<void> {
  const driver = await loadDriver(options.engineThreads);
  const build = new TableBuilder(driver);
  const rowsPerBatch = Math.ceil(
    Math.min(MOST_ROWS_PER_BATCH, MOST_BYTES_PER_BATCH / (4 * dataset.dims)),
  );
  const db = await driver.lance.connect(path);
  try {
    const files = mapEach(dataset.files(MOST_ROWS_PER_BATCH), (part) => build.files(part));
    await load(db, 'files', files);
    const chunks = mapEach(dataset.chunks(rowsPerBatch), (part) => build.chunks(part));
    await load(db, 'chunks', chunks);
    await load(db, 'counters', [build.counters()]);
  } finally {
    db.close();
  }
}

async function open(path: string, { refresh, engineThreads }: OpenOptions): Promise<Database> {
  const driver = await loadDriver(engineThreads);
  const build = new TableBuilder(driver);
  // The driver would create the directory that is missing.
  await access(path);
  const db = await driver.lance.connect(path, consistencyOf(refresh));
  return {
    connect: () => LanceConnection.open(db, build, refresh === 'reopen'),
    close: async () => db.close(),
  };
}

/** By default a handle never looks for others' commits. */
function consistencyOf(refresh: Refresh): { readConsistencyInterval?: number } {
  if (refresh === 'always') return { readConsistencyInterval: 0 };
  return typeof refresh === 'number' ? { readConsistencyInterval: refresh } : {};
}

async function* mapEach<T, U>(parts: AsyncIterable<T>, convert: (part: T) => U): AsyncGenerator<U> {
  for await (const part of parts) yield convert(part);
}
