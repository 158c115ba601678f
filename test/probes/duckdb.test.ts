import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { duckdb } from '../../probes/duckdb.ts';
import { loadDriver } from '../../probes/duckdb/driver.ts';
import type { Database } from '../../src/core/backend.ts';
import { chunkColumns, idsOf, writerBase, type DatasetShape } from '../../src/core/dataset.ts';
import type { Role } from '../../src/core/names.ts';
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

const shape = shapeOf(200, 16);
const base = writerBase(shape, 0);
let fresh: ReturnType<typeof freshPath>;
let children: ChildProcess[];

beforeEach(async () => {
  children = [];
  fresh = freshPath('probe.duckdb');
  await duckdb.prepare(fresh.path, datasetOf(shape), openOptions('seeder', shape, 'default'));
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  fresh.remove();
});

const open = async (role: Role): Promise<Database> =>
  duckdb.open(fresh.path, openOptions(role, shape, 'default'));

/** Another process that holds the file. */
async function holder(accessMode: 'READ_ONLY' | 'READ_WRITE'): Promise<ChildProcess> {
  const child = fork(fixture('duckdb-holder'), [fresh.path, accessMode], { execArgv: [] });
  children.push(child);
  await once(child, 'message');
  return child;
}

/** What another process reads, which must be able to open the file for writing. */
async function query(sql: string): Promise<Record<string, unknown>[]> {
  const run = promisify(execFile)(process.execPath, [fixture('duckdb-query'), fresh.path, sql]);
  return JSON.parse((await run).stdout) as Record<string, unknown>[];
}

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/probes/${name}.mjs`, import.meta.url));

const thrownBy = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.unreachable('should have been refused'),
    (error: unknown) => error,
  );

describe('the lock between processes', () => {
  test('refuses everybody while a writer holds the file, and names the writer', async () => {
    const writer = await holder('READ_WRITE');
    for (const role of ['reader', 'writer', 'auditor', 'seeder'] as const) {
      expect(duckdb.classify(await thrownBy(open(role)))).toEqual({
        class: 'lock.conflict',
        outcome: 'fail',
        holder: expect.stringMatching(
          new RegExp(`^PID ${writer.pid} \\(.+\\), a writer$`),
        ) as string,
      });
    }
  });

  test('refuses a writer while a reader holds the file, and lets other readers in', async () => {
    const reader = await holder('READ_ONLY');
    const { class: name, holder: who } = duckdb.classify(await thrownBy(open('writer')));
    expect(name).toBe('lock.conflict');
    expect(who).toMatch(new RegExp(`^PID ${reader.pid} \\(.+\\), a reader$`));
    const database = await open('reader');
    const connection = await database.connect('reader');
    expect((await collect(connection.scanChunks())).count).toBe(200);
    await database.close();
  });

  test('is free again once the holder is killed', async () => {
    const writer = await holder('READ_WRITE');
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const database = await open('writer');
    const connection = await database.connect('writer');
    expect(await connection.counter()).toBe(0);
    await database.close();
  });

  test('is gone after close, whatever was left open', async () => {
    const database = await open('writer');
    const [first, second] = [await database.connect('writer'), await database.connect('reader')];
    await first.insert(writeBatchOf(shape, base, base + 15, 1));
    for await (const { count } of second.scanChunks()) {
      expect(count).toBeGreaterThan(0);
      break;
    }
    const unfinished = second.scanChunks()[Symbol.asyncIterator]();
    await unfinished.next();
    await database.close();
    expect(await query('SELECT count(*)::INTEGER AS n FROM chunks')).toEqual([{ n: 216 }]);
  });
});

test('readers cannot write', async () => {
  const database = await open('reader');
  const connection = await database.connect('reader');
  const batch = writeBatchOf(shape, base, base + 7, 1);
  const writes = [
    () => connection.insert(batch),
    () => connection.upsert(batch),
    () => connection.reembed(chunkColumns(shape, idsOf([1, 8, 1]), 1)),
    () => connection.increment('sql'),
  ];
  for (const write of writes) {
    expect(duckdb.classify(await thrownBy(write()))).toEqual({
      class: 'lock.readonly',
      outcome: 'fail',
    });
  }
  expect(await connection.counter()).toBe(0);
  await database.close();
});

test('every column holds what the dataset says', async () => {
  const database = await open('writer');
  const connection = await database.connect('writer');
  await connection.insert(writeBatchOf(shape, base, base + 7, 3));
  await database.close();
  const rows = await query(`
    SELECT c.* EXCLUDE (embedding), len(embedding) AS dims, f.* EXCLUDE (id)
    FROM chunks c JOIN files f ON f.id = file_id WHERE c.id IN (10, ${base + 1}) ORDER BY c.id`);
  const { chunks, files } = writeBatchOf(shape, base, base + 7, 3);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    id: '10',
    file_id: '9',
    batch: '0',
    name: 'symbol_10',
    dims: '16',
  });
  expect(rows[1]).toEqual({
    id: String(base + 1),
    file_id: String(base),
    content: chunks.contents[1],
    start_line: chunks.startLines[1],
    end_line: chunks.endLines[1],
    chunk_type: 'function',
    language: 'typescript',
    name: chunks.names[1],
    provider: 'probe',
    model: 'synthetic',
    created_time: chunks.createdTimes[1],
    batch: '3',
    checksum: String(chunks.checksums[1]),
    dims: '16',
    path: files.paths[0],
    size: String(files.sizes[0]),
    modified_time: files.modifiedTimes[0],
    content_hash: files.contentHashes[0],
    indexed_time: files.indexedTimes[0],
    'language:1': 'typescript',
    encoding: 'utf-8',
    line_count: files.lineCounts[0],
  });
});

test('a write that fails halfway leaves nothing behind, and the next one works', async () => {
  const database = await open('writer');
  const connection = await database.connect('writer');
  const good = writeBatchOf(shape, base, base + 7, 1);
  const short = { ...good.chunks, embeddings: good.chunks.embeddings.subarray(1) };
  for (const write of ['insert', 'upsert'] as const) {
    const error = await thrownBy(connection[write]({ ...good, chunks: short }));
    expect(error).toBeInstanceOf(RangeError);
  }
  await thrownBy(connection.reembed({ ...short, ids: idsOf([1, 8, 1]) }));
  expect(await connection.files(good.files.ids)).toHaveLength(0);
  expect((await collect(connection.scanChunks())).count).toBe(200);
  expect(new Set((await collect(connection.scanChunks())).batches)).toEqual(new Set([0]));

  await connection.insert(good);
  // The files are there already: their key refuses the second insert as a whole.
  expect(duckdb.classify(await thrownBy(connection.insert(good)))).toEqual({
    class: 'txn.conflict',
    outcome: 'fail',
  });
  const found = await collect(connection.poll([{ after: 200, before: Infinity }]));
  expect(sorted(found.ids)).toEqual(span(base, base + 7));
  await database.close();
});

test('concurrent writes of the same rows on two connections conflict, and duplicate nothing', async () => {
  const database = await open('writer');
  const writers = [await database.connect('writer'), await database.connect('writer')];
  const conflict = { class: 'txn.conflict', outcome: 'fail' };
  const race = async (work: (writer: (typeof writers)[0], w: number) => Promise<unknown>) => {
    const ends = await Promise.allSettled(writers.map(work));
    const failed = ends.filter((end) => end.status === 'rejected');
    for (const { reason } of failed) expect(duckdb.classify(reason)).toEqual(conflict);
    return ends.length - failed.length;
  };
  let increments = 0;
  for (let round = 0; round < 30; round++) {
    // Three rows at a time: the file of a batch is sometimes new and sometimes there.
    const first = base + 3 * round;
    const batches = [2 * round + 1, 2 * round + 2];
    await race((writer, w) => writer.upsert(writeBatchOf(shape, first, first + 2, batches[w]!)));
    const ids = idsOf([1, 50, 1]);
    await race((writer, w) => writer.reembed(chunkColumns(shape, ids, batches[w]!)));
    increments += await race((writer) => writer.increment('sql'));
  }
  const [reader] = writers;
  const { ids } = await collect(reader!.scanChunks());
  expect(new Set(ids).size).toBe(ids.length);
  const files: number[] = [];
  for await (const part of reader!.scanFiles()) files.push(...part);
  expect(new Set(files).size).toBe(files.length);
  expect(await reader!.counter()).toBe(increments);
  await database.close();
});

test('a scan of a damaged file fails, and never ends early as if it were complete', async () => {
  const large = shapeOf(20_000, 64);
  const path = `${fresh.path}-large`;
  await duckdb.prepare(path, datasetOf(large), openOptions('seeder', large, 'default'));
  const intact = readFileSync(path);
  const ends = [];
  for (let part = 1; part < 12; part++) {
    const at = Math.floor((intact.length * part) / 12);
    const copy = `${path}-${part}`;
    writeFileSync(copy, Buffer.from(intact).fill(0, at, at + 4096));
    ends.push(await scanOf(copy, large));
  }
  for (const { rows, error } of ends) {
    // Damage in a free block hurts nobody.
    const end = error === undefined ? rows : duckdb.classify(error).class;
    expect([large.rows, 'corrupt']).toContain(end);
  }
  expect(ends.some(({ rows, error }) => rows > 0 && error !== undefined)).toBe(true);
});

/** How many rows a scan gives before it ends or fails. */
async function scanOf(path: string, of: DatasetShape): Promise<{ rows: number; error?: unknown }> {
  let rows = 0;
  let database: Database | undefined;
  try {
    database = await duckdb.open(path, openOptions('auditor', of, 'default'));
    const connection = await database.connect('auditor');
    for await (const { count } of connection.scanChunks()) rows += count;
    return { rows };
  } catch (error) {
    return { rows, error };
  } finally {
    await database?.close();
  }
}

test('the driver hands out copies of its columns, not views that end with the chunk', async () => {
  const { api, native } = await loadDriver();
  const chunk = api.DuckDBDataChunk.create([api.BIGINT], 4);
  const data = (): Uint8Array =>
    native.vector_get_data(native.data_chunk_get_vector(chunk.chunk, 0), 32);
  native.copy_data_to_vector(
    native.data_chunk_get_vector(chunk.chunk, 0),
    0,
    BigInt64Array.of(1n, 2n, 3n, 4n).buffer,
    0,
    32,
  );
  const first = data();
  first.fill(255);
  expect([...data().subarray(0, 8)]).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
});
