import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backendNames, loadBackend } from '../../probes/index.ts';
import type { Backend, Connection, Database, RowBatch } from '../../src/core/backend.ts';
import {
  chunkColumns,
  idsOf,
  tornRows,
  writerBase,
  type DatasetShape,
} from '../../src/core/dataset.ts';
import { ERROR_CLASSES, type Role } from '../../src/core/names.ts';
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

/** What every backend must do, in the same words for each: `-t <name>` runs those of one. */
describe.each(backendNames)('%s', (name) => {
  let backend: Backend;
  const fresh = freshPath(`contract.${name}`);

  const prepare = async (path: string, shape: DatasetShape): Promise<void> =>
    backend.prepare(path, datasetOf(shape), openOptions('seeder', shape, backend.refresh.default));
  const open = async (path: string, role: Role, shape: DatasetShape): Promise<Database> =>
    backend.open(path, openOptions(role, shape, backend.refresh.default));

  beforeAll(async () => {
    const loaded = await loadBackend(name);
    if (loaded === undefined) throw new Error(`no backend ${name}`);
    backend = loaded;
  });
  afterAll(() => fresh.remove());

  test('describes itself, its refresh values and what it lacks', async () => {
    const { version, engine } = await backend.describe();
    expect(backend.name).toBe(name);
    expect(version).toMatch(/\d/);
    expect(engine).not.toBe('');
    expect(backend.claims).not.toBe('');
    for (const reason of Object.values(backend.lacks)) expect(reason).not.toBe('');
    const { default: refresh, kinds } = backend.refresh;
    expect(kinds).toContain(typeof refresh === 'number' ? 'seconds' : refresh);
  });

  test.each([
    [1, 3],
    [200, 16],
    [5000, 4],
  ])('seeds exactly %d rows of %d dims, whole', async (rows, dims) => {
    const shape = shapeOf(rows, dims);
    const path = `${fresh.path}-${rows}`;
    await prepare(path, shape);
    const database = await open(path, 'auditor', shape);
    const connection = await database.connect('auditor');

    const scanned = await collect(connection.scanChunks());
    expect(sorted(scanned.ids)).toEqual(span(1, rows));
    expectWhole(scanned, shape, 0);
    expect(await keysOf(connection)).toEqual(span(1, rows).map((id) => [id, 0]));
    expect(await filesOf(connection)).toEqual(span(1, rows).filter((id) => id % 8 === 1));
    expect(await connection.counter()).toBe(0);

    await connection.close();
    await database.close();
  });

  describe('with one database', () => {
    const shape = shapeOf(200, 16);
    const base = writerBase(shape, 0);
    const other = writerBase(shape, 1);
    let database: Database;
    let writer: Connection;

    beforeAll(async () => {
      await prepare(fresh.path, shape);
      database = await open(fresh.path, 'writer', shape);
      writer = await database.connect('writer');
    });
    afterAll(async () => {
      await writer.close();
      await database.close();
    });

    /** What a reader that opens now sees. */
    const read = async <T>(work: (reader: Connection) => Promise<T>): Promise<T> => {
      const reader = await database.connect('reader');
      try {
        return await work(reader);
      } finally {
        await reader.close();
      }
    };

    test('finds a row by its own embedding first', async () => {
      const { embeddings } = chunkColumns(shape, Float64Array.of(123), 0);
      const found = await read((reader) => reader.search(embeddings, 5));
      expect(found.count).toBe(5);
      expect(found.ids[0]).toBe(123);
      expect(new Set(found.ids).size).toBe(5);
      expectWhole(found, shape, 0);
    });

    test('polls what lies strictly inside intervals', async () => {
      await read(async (reader) => {
        const two = [
          { after: 10, before: 14 },
          { after: 197, before: Infinity },
        ];
        const found = await collect(reader.poll(two));
        expect(sorted(found.ids)).toEqual([11, 12, 13, 198, 199, 200]);
        expectWhole(found, shape, 0);
        expect((await collect(reader.poll([{ after: 200, before: Infinity }]))).count).toBe(0);
        expect((await collect(reader.poll([{ after: 7, before: 8 }]))).count).toBe(0);
        const all = await collect(reader.poll([{ after: 0, before: 201 }]));
        expect(sorted(all.ids)).toEqual(span(1, 200));
      });
    });

    test('reads rows and files by id, and leaves out what does not exist', async () => {
      await read(async (reader) => {
        const found = await reader.point(Float64Array.of(200, 3, 999_999));
        expect(sorted(found.ids)).toEqual([3, 200]);
        expectWhole(found, shape, 0);
        expect((await reader.point(Float64Array.of(999_999))).count).toBe(0);
        expect(sorted(await reader.files(Float64Array.of(1, 9, 2, 999_993)))).toEqual([1, 9]);
        expect(await reader.files(Float64Array.of(2))).toHaveLength(0);
      });
    });

    test('stops reading early without harm', async () => {
      await read(async (reader) => {
        for await (const batch of reader.scanChunks()) {
          expect(batch.count).toBeGreaterThan(0);
          break;
        }
        expect((await collect(reader.scanChunks())).count).toBeGreaterThanOrEqual(200);
      });
    });

    test('shows an insert to another connection', async () => {
      await writer.insert(writeBatchOf(shape, base, base + 11, 1));
      await read(async (reader) => {
        const found = await collect(reader.poll([{ after: 200, before: Infinity }]));
        expect(sorted(found.ids)).toEqual(span(base, base + 11));
        expectWhole(found, shape, 1);
        expect(sorted(await reader.files(Float64Array.of(base, base + 8)))).toEqual([
          base,
          base + 8,
        ]);
        const { embeddings } = chunkColumns(shape, Float64Array.of(base + 3), 1);
        expect((await reader.search(embeddings, 1)).ids[0]).toBe(base + 3);
      });
    });

    test('keeps ids beyond 32 bits', async () => {
      await writer.insert(writeBatchOf(shape, other, other + 7, 2));
      const found = await read((reader) =>
        collect(reader.poll([{ after: other, before: Infinity }])),
      );
      expect(sorted(found.ids)).toEqual(span(other + 1, other + 7));
      expectWhole(found, shape, 2);
    });

    test('upserts twice into one row each, of the later batch', async () => {
      const first = base + 100;
      await writer.upsert(writeBatchOf(shape, first, first + 9, 3));
      await writer.upsert(writeBatchOf(shape, first + 5, first + 14, 5));
      await read(async (reader) => {
        const found = await collect(reader.poll([{ after: first - 1, before: other }]));
        expect(sorted(found.ids)).toEqual(span(first, first + 14));
        expect(tornRows(found, shape.dims)).toEqual([]);
        const batches = new Map(Array.from(found.ids, (id, i) => [id, found.batches[i]]));
        for (const [id, batch] of batches) expect(batch).toBe(id < first + 5 ? 3 : 5);
        const files = await filesOf(reader);
        expect(new Set(files).size).toBe(files.length);
      });
    });

    test('re-embeds rows in place', async () => {
      const ids = idsOf([2, 40, 2]);
      const before = await read(keysOf);
      await writer.reembed(chunkColumns(shape, ids, 7));
      await read(async (reader) => {
        const found = await reader.point(ids);
        expect(sorted(found.ids)).toEqual([...ids]);
        expectWhole(found, shape, 7);
        const changed = new Set(ids);
        expect(await keysOf(reader)).toEqual(
          before.map(([id, batch]) => [id, changed.has(id) ? 7 : batch]),
        );
        const { embeddings } = chunkColumns(shape, Float64Array.of(20), 7);
        const [nearest] = (await reader.search(embeddings, 3)).ids;
        expect(nearest).toBe(20);
      });
    });

    test('writes more rows at once than one vector of an engine holds', async () => {
      const first = base + 10_000 - (10_000 % 8);
      await writer.insert(writeBatchOf(shape, first, first + 2999, 9));
      const ids = idsOf([first, first + 2999, 1]);
      await writer.reembed(chunkColumns(shape, ids, 11));
      const found = await read((reader) => reader.point(ids));
      expect(sorted(found.ids)).toEqual([...ids]);
      expectWhole(found, shape, 11);
    });

    test('increments in one statement, and by a read and a write', async () => {
      await writer.increment('sql');
      await writer.increment('rmw');
      await writer.increment('sql');
      expect(await read((reader) => reader.counter())).toBe(3);
      expect(await writer.counter()).toBe(3);
    });

    test('shows everything after it was closed and opened again', async () => {
      const before = await collect(writer.scanChunks());
      const files = await filesOf(writer);
      await writer.close();
      await database.close();
      database = await open(fresh.path, 'writer', shape);
      writer = await database.connect('writer');
      const after = await collect(writer.scanChunks());
      expect(sorted(after.ids)).toEqual(sorted(before.ids));
      expect(sorted(after.batches)).toEqual(sorted(before.batches));
      expect(tornRows(after, shape.dims)).toEqual([]);
      expect(await filesOf(writer)).toEqual(files);
      expect(await writer.counter()).toBe(3);
    });
  });

  test.each(['reader', 'auditor'] as const)(
    'rejects a missing path for a %s with an error that it can classify',
    async (role) => {
      const shape = shapeOf(200, 16);
      const path = `${fresh.path}-missing`;
      const error = await open(path, role, shape)
        .then(async (database) => {
          // Some drivers find out when the table is first needed.
          const connection = await database.connect(role);
          return collect(connection.scanChunks());
        })
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      const { class: name, outcome } = backend.classify(error);
      expect(name).toBe('not_found');
      expect(ERROR_CLASSES).toContain(name);
      expect(outcome).toBe('fail');
      expect(existsSync(path)).toBe(false);
    },
  );

  test('calls an error that it has never seen unclassified, of unknown outcome', () => {
    expect(backend.classify(new Error('the moon is full'))).toEqual({
      class: 'unclassified',
      outcome: 'info',
    });
  });

  test('names side files beside the path, never the path', () => {
    for (const side of backend.sideFiles(fresh.path)) {
      expect(side.startsWith(fresh.path)).toBe(true);
      expect(side).not.toBe(fresh.path);
    }
  });
});

function expectWhole(rows: RowBatch, shape: DatasetShape, batch: number): void {
  expect(rows.ids).toHaveLength(rows.count);
  expect(rows.embeddings).toHaveLength(rows.count * shape.dims);
  expect([...new Set(rows.batches)]).toEqual([batch]);
  expect(tornRows(rows, shape.dims)).toEqual([]);
}

/** [id, batch] of all chunks, ascending. */
async function keysOf(connection: Connection): Promise<[number, number][]> {
  const keys: [number, number][] = [];
  for await (const { count, ids, batches } of connection.scanKeys()) {
    for (let i = 0; i < count; i++) keys.push([ids[i]!, batches[i]!]);
  }
  return keys.sort(([a], [b]) => a - b);
}

async function filesOf(connection: Connection): Promise<number[]> {
  const files: number[] = [];
  for await (const ids of connection.scanFiles()) files.push(...ids);
  return sorted(files);
}
