import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, truncate, unlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { tableFromJSON } from 'apache-arrow';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Connection, Database } from '../../src/core/backend.ts';
import {
  chunkColumns,
  fileIdsOf,
  idsOf,
  tornRows,
  writerBase,
  type Dataset,
} from '../../src/core/dataset.ts';
import { CannotRunError } from '../../src/core/errors.ts';
import type { Refresh } from '../../src/core/names.ts';
import { lancedb } from '../../probes/lancedb.ts';
import { loadDriver } from '../../probes/lancedb/driver.ts';
import { load } from '../../probes/lancedb/load.ts';
import {
  collect,
  datasetOf,
  freshPath,
  openOptions,
  shapeOf,
  sorted,
  span,
  writeBatchOf,
} from './support.ts';

const SHAPE = shapeOf(100, 8);
const BASE = writerBase(SHAPE, 0);
const NEW_IDS = idsOf([BASE, BASE + SHAPE.batch - 1, 1]);

describe('seeding', () => {
  test('refuses to go on when the driver stored no row and reported no error', async () => {
    const db = await connectDriver(temporaryPath());
    // Imported, Arrow is another instance than the one that the driver requires.
    const stored = load(db, 'counters', [tableFromJSON([{ id: 1 }])]);
    await expect(stored).rejects.toThrow(CannotRunError);
    await expect(stored).rejects.toThrow('stored 0 of 1 rows in "counters"');
  });

  test('stores every row of many small batches', async () => {
    const small: Dataset = { ...datasetOf(SHAPE), chunks: () => datasetOf(SHAPE).chunks(7) };
    const { connection } = await open(await seeded(small));
    expect(sorted(await idsIn(connection))).toEqual(span(1, SHAPE.rows));
  });

  test('a searched row has the bytes that were written', async () => {
    const { connection } = await open(await seeded());
    const { embeddings } = chunkColumns(SHAPE, Float64Array.of(17), 0);
    const nearest = await connection.search(embeddings, 3);
    expect(nearest.ids[0]).toBe(17);
    expect(nearest.count).toBe(3);
    expect(tornRows(nearest, SHAPE.dims)).toEqual([]);
  });
});

describe('a reader that was open before a commit of another database instance', () => {
  test('never sees it with the default policy', async () => {
    expect(await seesCommit('default')).toBe(false);
  });

  test.each(['always', 'reopen'] as const)('sees it with %s', async (refresh) => {
    expect(await seesCommit(refresh)).toBe(true);
  });

  test('sees it after the interval', async () => {
    expect(await seesCommit(0.2, 400)).toBe(true);
  });

  test('finds its file row by the same policy', async () => {
    const path = await seeded();
    const stale = await open(path, 'default');
    const fresh = await open(path, 'always');
    const { connection } = await open(path);
    await connection.insert(newRows(1));
    expect(await stale.connection.files(Float64Array.of(BASE))).toHaveLength(0);
    expect([...(await fresh.connection.files(Float64Array.of(BASE)))]).toEqual([BASE]);
  });
});

describe('writing', () => {
  test('two processes that insert at once lose nothing', async () => {
    const path = await seeded();
    const writers = await Promise.all([0, 1].map((writer) => startWriter(path, writer)));
    expect(await Promise.all(writers.map((write) => write()))).toEqual([
      { inserted: 80 },
      { inserted: 80 },
    ]);
    const { connection } = await open(path);
    const expected = [0, 1].map((writer) => writerBase(SHAPE, writer));
    expect(sorted(await idsIn(connection))).toEqual([
      ...span(1, SHAPE.rows),
      ...expected.flatMap((first) => span(first, first + 79)),
    ]);
  });

  test('two writers that upsert the same keys one after the other leave one row per key', async () => {
    const path = await seeded();
    const first = await open(path, 'default');
    expect(await first.connection.upsert(newRows(1))).toEqual({ attempts: 1 });
    const second = await open(path, 'default');
    expect(await second.connection.upsert(newRows(2))).toEqual({ attempts: 1 });
    const { ids, batches } = await (await open(path)).connection.point(NEW_IDS);
    expect(ids.toSorted()).toEqual(NEW_IDS);
    expect(new Set(batches)).toEqual(new Set([2]));
    const fileIds = fileIdsOf(SHAPE, NEW_IDS);
    expect((await second.connection.files(fileIds)).toSorted()).toEqual(fileIds);
  });

  test('an upsert through a handle older than the rows duplicates them, as the driver does', async () => {
    const path = await seeded();
    const first = await open(path, 'default');
    const second = await open(path, 'default');
    await first.connection.upsert(newRows(1));
    await second.connection.upsert(newRows(2));
    const { ids } = await (await open(path)).connection.point(NEW_IDS);
    expect(ids).toHaveLength(2 * SHAPE.batch);
  });

  test.each(['sql', 'rmw'] as const)('increments of two in turn add up (%s)', async (mode) => {
    const path = await seeded();
    const first = await open(path);
    const second = await open(path);
    for (const { connection } of [first, second, first]) await connection.increment(mode);
    expect(await second.connection.counter()).toBe(3);
  });
});

describe('classify', () => {
  test('a directory without tables, and none at all, is not found', async () => {
    const path = temporaryPath();
    const notFound = { class: 'not_found', outcome: 'fail' };
    expect(await classified(open(path))).toEqual(notFound);
    await mkdir(path);
    expect(await classified(open(path))).toEqual(notFound);
  });

  test('a path below a file is an I/O error', async () => {
    const belowFile = join(fileURLToPath(import.meta.url), 'db');
    expect(await classified(open(belowFile))).toEqual({ class: 'io', outcome: 'info' });
  });

  test('empty manifests, as a power loss leaves them, are corrupt', async () => {
    const path = await seeded();
    await eachFile(join(path, 'chunks.lance', '_versions'), (file) => truncate(file, 0));
    expect(await classified(open(path))).toEqual({ class: 'corrupt', outcome: 'info' });
  });

  test('cut data files are corrupt, deleted ones are not found', async () => {
    const path = await seeded();
    const data = join(path, 'chunks.lance', 'data');
    await eachFile(data, (file) => truncate(file, 100));
    const cut = await open(path);
    expect(await classified(idsIn(cut.connection))).toMatchObject({ class: 'corrupt' });
    await eachFile(data, unlink);
    const gone = await open(path);
    expect(await classified(idsIn(gone.connection))).toMatchObject({ class: 'not_found' });
    expect(await classified(gone.connection.reembed(newRows(1).chunks))).toEqual({
      class: 'not_found',
      outcome: 'info',
    });
  });

  test('a closed handle is an invalid instance, and nothing was written', async () => {
    const { connection, database } = await open(await seeded());
    await connection.close();
    expect(await classified(connection.increment('sql'))).toEqual({
      class: 'instance.invalid',
      outcome: 'fail',
    });
    await database.close();
    expect(await classified(database.connect('reader'))).toMatchObject({
      class: 'instance.invalid',
    });
  });

  test('a file that cannot grow is a full disk', async () => {
    const write = await startWriter(await seeded(), 0, 1);
    expect(await write()).toEqual({
      inserted: 0,
      failed: { class: 'disk_full', outcome: 'info' },
    });
  });

  // A compaction is the commit that the driver does not try again; one of a few of them meets an update.
  test('a commit that lost its race is a conflict and had no effect', async () => {
    const path = await seeded();
    const { connection } = await open(path);
    for (let tries = 0; tries < 20; tries++) {
      for (let n = 0; n < 8; n++) await connection.insert(newRows(1));
      const chunks = await (await connectDriver(path)).openTable('chunks');
      const [compaction] = await Promise.allSettled([
        chunks.optimize(),
        connection.reembed(chunkColumns(SHAPE, idsOf([1, 50, 1]), 1)),
      ]);
      if (compaction.status === 'fulfilled') continue;
      expect(lancedb.classify(compaction.reason)).toEqual({
        class: 'txn.conflict',
        outcome: 'fail',
      });
      return;
    }
    expect.fail('no compaction lost its race');
  });

  test('anything else is unclassified', () => {
    expect(lancedb.classify(new Error('something new'))).toEqual({
      class: 'unclassified',
      outcome: 'info',
    });
  });
});

test('describes the package and the core that are installed', async () => {
  const require = createRequire(import.meta.url);
  const lockfile = require('../../package.json') as { dependencies: Record<string, string> };
  const { version, engine } = await lancedb.describe(1);
  expect(version).toBe(lockfile.dependencies['@lancedb/lancedb']);
  expect(engine).toMatch(/^Lance \d+\.\d+\.\d+$/);
});

function temporaryPath(): string {
  const { path, remove } = freshPath('lancedb');
  onTestFinished(remove);
  return path;
}

async function connectDriver(path: string) {
  const { lance } = await loadDriver(1);
  return lance.connect(path);
}

async function seeded(dataset: Dataset = datasetOf(SHAPE)): Promise<string> {
  const path = temporaryPath();
  await lancedb.prepare(path, dataset, openOptions('seeder', SHAPE, 'reopen'));
  return path;
}

async function open(
  path: string,
  refresh: Refresh = 'reopen',
): Promise<{ database: Database; connection: Connection }> {
  const database = await lancedb.open(path, openOptions('reader', SHAPE, refresh));
  return { database, connection: await database.connect('reader') };
}

async function seesCommit(refresh: Refresh, afterMs = 0): Promise<boolean> {
  const path = await seeded();
  const reader = await open(path, refresh);
  const writer = await open(path, 'default');
  await reader.connection.point(Float64Array.of(1));
  await writer.connection.insert(newRows(1));
  await sleep(afterMs);
  const polled = reader.connection.poll([{ after: SHAPE.rows, before: Infinity }]);
  return (await collect(polled)).count > 0;
}

const newRows = (batch: number) => writeBatchOf(SHAPE, BASE, BASE + SHAPE.batch - 1, batch);

/** Starts a process that has opened the database; what it returns makes it insert. Its files may grow to so many blocks. */
async function startWriter(
  path: string,
  writer: number,
  fileBlocks: number | 'unlimited' = 'unlimited',
) {
  const script = fileURLToPath(new URL('../fixtures/probes/lancedb-writer.mjs', import.meta.url));
  const child = spawn(
    'sh',
    [
      ...['-c', `ulimit -f ${fileBlocks} && exec "$0" "$@"`, process.execPath],
      ...[script, path, JSON.stringify(SHAPE), `${writer}`],
    ],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  return async (): Promise<unknown> => {
    child.send('go');
    const [report] = await once(child, 'message');
    return report;
  };
}

async function idsIn(connection: Connection): Promise<number[]> {
  const ids: number[] = [];
  for await (const batch of connection.scanKeys()) ids.push(...batch.ids);
  return ids;
}

async function classified(failing: Promise<unknown>) {
  const error = await failing.then(
    () => expect.fail('it did not fail'),
    (reason: unknown) => reason,
  );
  return lancedb.classify(error);
}

async function eachFile(directory: string, act: (file: string) => Promise<void>): Promise<void> {
  for (const name of await readdir(directory)) await act(join(directory, name));
}
