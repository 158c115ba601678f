import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reference } from '../../probes/reference.ts';
import { tornRows, writerBase } from '../../src/core/dataset.ts';
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

describe('reference: one store, several users', () => {
  it('shows a commit to every other database instance at its next read', async () => {
    const path = await seededStore();
    const reader = await connectTo(path, 'reader');
    const writer = await connectTo(path, 'writer');
    expect(await polled(reader)).toEqual([]);
    await writer.insert(rowsOf(0, 0));
    expect(await polled(reader)).toEqual([0, 1, 2, 3]);
    expect(await polled(writer)).toEqual([0, 1, 2, 3]);
  });

  it('reads one snapshot while a poll streams', async () => {
    const path = await seededStore();
    const writer = await connectTo(path, 'writer');
    const reader = await connectTo(path, 'reader');
    for (let op = 0; op < 300; op++) await writer.insert(rowsOf(0, op));
    const pages = reader.poll(DRAIN)[Symbol.asyncIterator]();
    const first = (await pages.next()).value as { count: number };
    await writer.insert(rowsOf(0, 300));
    const second = (await pages.next()).value as { count: number };
    expect(first.count + second.count).toBe(1200);
    expect((await pages.next()).done).toBe(true);
    expect(await polled(reader)).toHaveLength(1204);
  });

  it('finds a row by its own embedding, before and after it is embedded anew', async () => {
    const path = await seededStore();
    const connection = await connectTo(path, 'writer');
    const before = reembedded([9, 9, 1], 0);
    const after = reembedded([9, 9, 1], 5);
    expect((await connection.search(before.embeddings, 3)).ids[0]).toBe(9);
    await connection.reembed(after);
    const found = await connection.search(after.embeddings, 3);
    expect([found.count, found.ids[0], found.batches[0]]).toEqual([3, 9, 5]);
    expect(tornRows(found, SHAPE.dims)).toEqual([]);
  });

  it('replaces existing keys by upsert and refuses to insert them', async () => {
    const path = await seededStore();
    const connection = await connectTo(path, 'writer');
    await connection.upsert(rowsOf(0, 0));
    await connection.upsert(rowsOf(0, 0));
    const error = await connection.insert(rowsOf(0, 0)).catch((thrown: unknown) => thrown);
    expect(reference.classify(error)).toEqual({ class: 'txn.conflict', outcome: 'fail' });
    expect(await polled(connection)).toEqual([0, 1, 2, 3]);
  });

  it('re-embeds only what exists', async () => {
    const path = await seededStore();
    const connection = await connectTo(path, 'writer');
    const { chunks } = rowsOf(0, 0);
    await connection.reembed(chunks);
    expect(await polled(connection)).toEqual([]);
  });

  it('adds one per increment, and loses one when two read before they write', async () => {
    const path = await seededStore();
    const one = await connectTo(path, 'writer');
    const other = await connectTo(path, 'writer');
    await Promise.all([one.increment('sql'), other.increment('sql')]);
    expect(await one.counter()).toBe(2);
    await Promise.all([one.increment('rmw'), other.increment('rmw')]);
    expect(await one.counter()).toBe(3);
  });

  it('loses nothing when processes and connections write at once', async () => {
    const path = await seededStore();
    const children = ['0', '1'].map((writer) => endOf(start('inserter', path, writer, '40')));
    const database = await reference.open(path, openOptions('writer'));
    const connections = await Promise.all(
      [2, 3].map(async (writer) => ({ writer, connection: await database.connect('writer') })),
    );
    const here = connections.map(async ({ writer, connection }) => {
      for (let op = 0; op < 40; op++) {
        await connection.insert(rowsOf(writer, op, 1));
        await connection.increment('sql');
      }
    });
    await Promise.all(here);
    expect(await Promise.all(children)).toEqual([0, 0]);
    await database.close();

    const auditor = await connectTo(path, 'auditor');
    const rows = await collect(auditor.scanChunks());
    expect(rows.count).toBe(SHAPE.rows + 4 * 40);
    expect(new Set(rows.ids).size).toBe(rows.count);
    expect(tornRows(rows, SHAPE.dims)).toEqual([]);
    expect(await auditor.counter()).toBe(4 * 40);
    expect(readdirSync(path)).toEqual(['log']);
  });
});

describe('reference: what others left behind', () => {
  it('takes over the lock of a killed writer', async () => {
    const path = await seededStore();
    const holder = start('lock-holder', path);
    await once(holder, 'message');
    const held = readdirSync(path);
    holder.kill('SIGKILL');
    await endOf(holder);
    const [one, other] = [await connectTo(path, 'writer'), await connectTo(path, 'writer')];
    await Promise.all([one.insert(rowsOf(0, 0)), other.insert(rowsOf(1, 0))]);
    expect(held).toEqual(['lock', 'log']);
    expect(readdirSync(path)).toEqual(['log']);
  });

  it('ignores a torn record at the end, and the next writer removes it', async () => {
    const path = await seededStore();
    const log = join(path, 'log');
    const before = statSync(log).size;
    const writer = await connectTo(path, 'writer');
    await writer.insert(rowsOf(0, 0));
    const record = readFileSync(log).subarray(before);
    appendFileSync(log, record.subarray(0, -10));
    const torn = statSync(log).size;

    const late = await connectTo(path, 'writer');
    expect(await polled(late)).toEqual([0, 1, 2, 3]);
    await late.insert(rowsOf(0, 4, 1));
    expect(statSync(log).size).toBeLessThan(torn);
    expect(await polled(writer)).toHaveLength(5);
  });

  it('says that a store with a damaged record in the middle is corrupt', async () => {
    const path = await seededStore();
    const log = join(path, 'log');
    const middle = statSync(log).size - 100;
    const writer = await connectTo(path, 'writer');
    await writer.insert(rowsOf(0, 0));
    const file = openSync(log, 'r+');
    writeSync(file, Buffer.from('damaged'), 0, 7, middle);
    closeSync(file);
    const error = await reference
      .open(path, openOptions('reader'))
      .catch((thrown: unknown) => thrown);
    expect(reference.classify(error)).toEqual({ class: 'corrupt', outcome: 'fail' });
  });

  it('says that a missing store is not found', async () => {
    const error = await reference
      .open('/nonexistent/store', openOptions('reader'))
      .catch((thrown: unknown) => thrown);
    expect(reference.classify(error).class).toBe('not_found');
  });

  it('keeps what a writer was told is committed when that writer is killed', async () => {
    const path = await seededStore();
    expect(await endOf(start('dies-after-acknowledgement', path))).toBe('SIGKILL');
    const auditor = await connectTo(path, 'auditor');
    expect(await polled(auditor)).toHaveLength(8);
    expect((await collect(auditor.poll(DRAIN))).ids[0]).toBe(writerBase(SHAPE, 0));
  });
});
