import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reference } from '../../probes/reference.ts';
import type { Connection } from '../../src/core/backend.ts';
import { tornRows, WRITER_RANGE, writerBase } from '../../src/core/dataset.ts';
import { CHECKS } from '../../src/core/names.ts';
import {
  collect,
  connectTo,
  DRAIN,
  endOf,
  openOptions,
  polled,
  reembedded,
  rowsOf,
  seededStore,
  SHAPE,
  start,
} from './reference-store.ts';

/** A reader with the bug, and a writer and an auditor of the same store. */
async function plant(bug: string) {
  const path = await seededStore();
  return {
    path,
    reader: await connectTo(path, 'reader', bug),
    writer: await connectTo(path, 'writer', bug),
    auditor: await connectTo(path, 'auditor', bug),
  };
}

describe('reference: planted bugs', () => {
  it('has one for each check that readers or the audit can fire, which fires nothing else', () => {
    const planted = new Map(reference.bugs!.map(({ name, fires }) => [name, fires]));
    // Who writes and reads through one connection is another role.
    for (const check of CHECKS.filter((name) => name !== 'own-write-missed')) {
      expect(planted.get(check)).toEqual([check]);
    }
    expect(planted.get('stale-update')).toEqual(['frozen']);
  });

  it('refuses to open with a bug that does not exist', async () => {
    const path = await seededStore();
    await expect(reference.open(path, openOptions('reader', 'none'))).rejects.toThrow('none');
  });

  it('lost: the last insert and all that followed it are not in the audit; readers see them', async () => {
    const { reader, writer, auditor } = await plant('lost');
    for (const op of [0, 1]) {
      await writer.reembed(reembedded([1 + op, 1 + op, 1], 101 + op));
      await writer.insert(rowsOf(0, op));
    }
    await writer.reembed(reembedded([3, 3, 1], 103));
    expect(await polled(reader)).toHaveLength(8);
    expect([...(await reader.point(Float64Array.of(3))).batches]).toEqual([103]);
    const { ids, batches } = await collect(auditor.scanChunks());
    expect(Math.max(...ids) - writerBase(SHAPE, 0)).toBe(3);
    expect(ids).toHaveLength(SHAPE.rows + 4);
    expect([...batches].filter((batch) => batch > 100)).toEqual([101, 102]);
  });

  it('duplicate: a poll returns one row twice', async () => {
    const { reader, writer } = await plant('duplicate');
    await writer.insert(rowsOf(0, 0));
    expect(await polled(reader)).toEqual([0, 0, 1, 2, 3]);
  });

  it('torn: a poll returns one row that does not match its checksum', async () => {
    const { reader, writer, auditor } = await plant('torn');
    await writer.insert(rowsOf(0, 0));
    const rows = await collect(reader.poll(DRAIN));
    expect(tornRows(rows, SHAPE.dims)).toEqual([0]);
    expect((await reader.search(rows.embeddings.subarray(0, SHAPE.dims), 1)).ids[0]).toBe(
      rows.ids[0],
    );
    expect(tornRows(await collect(auditor.scanChunks()), SHAPE.dims)).toEqual([]);
  });

  it('fractured: half of the newest insert is visible, to polls and searches alike', async () => {
    const { reader, writer, auditor } = await plant('fractured');
    const { chunks } = rowsOf(0, 0);
    await writer.insert(rowsOf(0, 0));
    expect(await polled(reader)).toEqual([0, 1]);
    const last = await reader.search(chunks.embeddings.subarray(3 * SHAPE.dims), SHAPE.rows);
    expect([...last.ids]).not.toContain(chunks.ids[3]);
    expect(await polled(reader, DRAIN)).toEqual([0, 1, 2, 3]);
    await writer.insert(rowsOf(0, 1));
    expect(await polled(reader)).toEqual([0, 1, 2, 3, 4, 5]);
    expect((await collect(auditor.scanChunks())).count).toBe(SHAPE.rows + 8);
  });

  it('prefix-hole: a poll waits for two inserts, and shows the later one alone', async () => {
    const { reader, writer } = await plant('prefix-hole');
    await writer.insert(rowsOf(0, 0));
    const poll = polled(reader);
    for (const op of [1, 2]) await writer.insert(rowsOf(0, op));
    expect(await poll).toEqual([0, 1, 2, 3, 8, 9, 10, 11]);
    expect(await polled(reader, DRAIN)).toHaveLength(12);
  });

  it('prefix-hole: inserts of two writers are no two', async () => {
    const { reader, writer } = await plant('prefix-hole');
    const poll = collect(reader.poll([{ after: SHAPE.rows, before: 2 ** 40 }]));
    for (const w of [0, 1]) await writer.insert(rowsOf(w, 0, 1));
    await writer.insert(rowsOf(1, 1, 1));
    expect([...(await poll).ids]).toEqual([writerBase(SHAPE, 0), writerBase(SHAPE, 1) + 1]);
  });

  it('long-fork: each of two readers shows another one of two inserts, once', async () => {
    const { path, reader: left, writer } = await plant('long-fork');
    const right = await connectTo(path, 'reader', 'long-fork');
    const other = await connectTo(path, 'writer', 'long-fork');
    const all = [{ after: SHAPE.rows, before: 2 ** 40 }];
    const writersOf = async (reader: Connection): Promise<number[]> => {
      const { ids } = await collect(reader.poll(all));
      return [...ids].map((id) => Math.floor(id / WRITER_RANGE));
    };
    for (const reader of [left, right]) expect(await writersOf(reader)).toEqual([]);
    await Promise.all([writer.insert(rowsOf(0, 0, 1)), other.insert(rowsOf(1, 0, 1))]);
    const sides = [...(await writersOf(left)), ...(await writersOf(right))];
    expect(sides).toHaveLength(2);
    expect(new Set(sides)).toEqual(new Set([0, 1]));
    for (const reader of [left, right]) expect(await writersOf(reader)).toEqual([0, 1]);
  });

  it('long-fork: a search between shows neither, and the drain poll both', async () => {
    const { reader, writer, path } = await plant('long-fork');
    const other = await connectTo(path, 'writer', 'long-fork');
    await Promise.all([writer.insert(rowsOf(0, 0, 1)), other.insert(rowsOf(1, 0, 1))]);
    const { embeddings } = rowsOf(0, 0, 1).chunks;
    expect((await reader.search(embeddings, SHAPE.rows + 2)).count).toBe(SHAPE.rows);
    expect((await collect(reader.poll(DRAIN))).count).toBe(2);
  });

  it('long-fork: a writer alone waits for nobody for ever', async () => {
    const { reader, writer } = await plant('long-fork');
    await writer.insert(rowsOf(0, 0, 1));
    expect(await polled(reader)).toEqual([0]);
  });

  it('non-monotonic: a poll does not show what the one before it showed', async () => {
    const { reader, writer } = await plant('non-monotonic');
    await writer.insert(rowsOf(0, 0, 1));
    const counts: number[] = [];
    for (let poll = 0; poll < 6; poll++) counts.push((await polled(reader)).length);
    expect(counts).toEqual([1, 1, 1, 1, 0, 1]);
  });

  it('aborted-read: an insert certainly failed, and its rows are there', async () => {
    const { reader, writer } = await plant('aborted-read');
    for (const op of [0, 1]) await writer.insert(rowsOf(0, op, 1));
    const error = await writer.insert(rowsOf(0, 2, 1)).catch((thrown: unknown) => thrown);
    expect(reference.classify(error).outcome).toBe('fail');
    expect(await polled(reader)).toEqual([0, 1, 2]);
  });

  it('dirty-read: readers see the rows of an insert in doubt to the end, and the audit does not', async () => {
    const { path, reader, writer, auditor } = await plant('dirty-read');
    for (const op of [0, 1]) await writer.insert(rowsOf(0, op, 8));
    const error = await writer.insert(rowsOf(0, 2, 8)).catch((thrown: unknown) => thrown);
    expect(reference.classify(error)).toEqual({ class: 'io', outcome: 'info' });
    await writer.insert(rowsOf(0, 3, 8));
    const later = await connectTo(path, 'reader', 'dirty-read');
    for (const each of [reader, later]) {
      expect(await polled(each)).toHaveLength(32);
      expect(await polled(each, DRAIN)).toHaveLength(32);
      const rows = await each.point(rowsOf(0, 2, 8).chunks.ids);
      expect([rows.count, tornRows(rows, SHAPE.dims)]).toEqual([8, []]);
      expect(await each.files(rowsOf(0, 2, 8).files.ids)).toHaveLength(1);
    }
    expect((await collect(auditor.scanChunks())).count).toBe(SHAPE.rows + 24);
  });

  it('unexpected: the audit finds a right row that nobody wrote, and its file', async () => {
    const { writer, auditor } = await plant('unexpected');
    await writer.insert(rowsOf(0, 0));
    const rows = await collect(auditor.scanChunks());
    expect(rows.count).toBe(SHAPE.rows + 5);
    expect(tornRows(rows, SHAPE.dims)).toEqual([]);
    const files: number[] = [];
    for await (const ids of auditor.scanFiles()) files.push(...ids);
    expect(files).toContain(rows.ids[rows.count - 1]);
  });

  it('orphan: the first file row asked for is not found', async () => {
    const { reader, writer } = await plant('orphan');
    await writer.insert(rowsOf(0, 0, 16));
    const base = writerBase(SHAPE, 0);
    expect([...(await reader.files(Float64Array.of(base, base + 8)))]).toEqual([base + 8]);
  });

  it('search-gap: a search does not find the row it searches for', async () => {
    const { reader, writer } = await plant('search-gap');
    const { chunks } = rowsOf(0, 0, 1);
    await writer.insert(rowsOf(0, 0, 1));
    const found = await reader.search(chunks.embeddings, SHAPE.rows + 1);
    expect(found.count).toBe(SHAPE.rows);
    expect([...found.ids]).not.toContain(chunks.ids[0]);
  });

  it('lost-update: every third increment is acknowledged and not made', async () => {
    const { writer, auditor } = await plant('lost-update');
    for (let n = 0; n < 9; n++) await writer.increment('sql');
    expect(await auditor.counter()).toBe(6);
  });

  it('frozen: a reader stays where it was, the auditor of later does not', async () => {
    const { path, reader, writer } = await plant('frozen');
    await writer.insert(rowsOf(0, 0));
    expect(await polled(reader, DRAIN)).toEqual([]);
    const auditor = await connectTo(path, 'auditor', 'frozen');
    expect((await collect(auditor.scanChunks())).count).toBe(SHAPE.rows + 4);
  });

  it('stale-update: a re-embedding is visible with the next insert, and the fourth is refused', async () => {
    const { reader, writer, auditor } = await plant('stale-update');
    const batchOf = async (connection: Connection): Promise<number> =>
      (await connection.point(Float64Array.of(1))).batches[0]!;
    await writer.reembed(reembedded([1, 1, 1], 101));
    expect(await batchOf(reader)).toBe(0);
    for (const op of [0, 1, 2]) await writer.insert(rowsOf(0, op));
    expect(await batchOf(reader)).toBe(101);
    await writer.reembed(reembedded([1, 1, 1], 102));
    const error = await writer.insert(rowsOf(0, 3)).catch((thrown: unknown) => thrown);
    expect(reference.classify(error).outcome).toBe('fail');
    await reader.files(Float64Array.of(1));
    expect(await batchOf(reader)).toBe(101);
    expect(await polled(reader, DRAIN)).toHaveLength(12);
    expect(await batchOf(auditor)).toBe(102);
  });
});

describe('reference: planted bugs that only a crash shows', () => {
  const unharmed = ['early-ack', 'no-fsync', 'non-atomic', 'slow-recovery'];
  it.each(unharmed)('%s: without a crash everything is there, whole', async (bug) => {
    const path = await seededStore();
    const database = await reference.open(path, openOptions('writer', bug));
    const writer = await database.connect('writer');
    for (const op of [0, 1, 2]) await writer.insert(rowsOf(0, op));
    await writer.close();
    await database.close();
    const auditor = await connectTo(path, 'auditor');
    expect(await polled(auditor)).toHaveLength(12);
    expect(readdirSync(path)).toEqual(['log']);
  });

  it('early-ack: a kill loses what was acknowledged', async () => {
    const path = await seededStore();
    expect(await endOf(start('dies-after-acknowledgement', path, 'early-ack'))).toBe('SIGKILL');
    expect(await polled(await connectTo(path, 'auditor'))).toEqual([]);
  });

  it('non-atomic: a kill leaves half of an operation, and nobody sees half of it before', async () => {
    const path = await seededStore();
    expect(await endOf(start('dies-inside-a-commit', path, 'non-atomic'))).toBe('SIGKILL');
    expect(await polled(await connectTo(path, 'auditor', 'non-atomic'))).toEqual([0, 1, 2, 3]);

    const { reader, writer } = await plant('non-atomic');
    const seen: number[] = [];
    const insert = writer.insert(rowsOf(0, 0));
    do seen.push((await polled(reader)).length);
    while (seen.at(-1) !== 4);
    await insert;
    expect(seen.every((rows) => rows === 0 || rows === 4)).toBe(true);
  });

  it('slow-recovery: an unclean end is found at the next open, and only then', async () => {
    const path = await seededStore();
    await endOf(start('dies-after-acknowledgement', path, 'slow-recovery'));
    expect(readdirSync(path)).toHaveLength(2);
    const database = await reference.open(path, openOptions('auditor', 'slow-recovery'));
    await database.close();
    expect(readdirSync(path)).toEqual(['log']);
  });
});
