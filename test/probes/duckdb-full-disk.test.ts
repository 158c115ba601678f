/** What DuckDB's own close says nothing about: the checkpoint that it makes on a full disk. */
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { duckdb } from '../../probes/duckdb.ts';
import { writerBase } from '../../src/core/dataset.ts';
import { smallDisk } from '../support/small-disk.ts';
import { datasetOf, openOptions, shapeOf, writeBatchOf } from './support.ts';

const isRoot = process.getuid!() === 0;

test.skipIf(!isRoot)(
  'a close that cannot checkpoint fails, and what was acknowledged is in the log',
  async () => {
    const shape = shapeOf(200, 16);
    const disk = await smallDisk(16 * 2 ** 20);
    const path = join(disk, 'probe.duckdb');
    await duckdb.prepare(path, datasetOf(shape), openOptions('seeder', shape, 'default'));
    const database = await duckdb.open(path, openOptions('writer', shape, 'default'));
    const connection = await database.connect('writer');
    const first = writerBase(shape, 0);
    await connection.insert(writeBatchOf(shape, first, first + 2047, 5));
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize));
    await connection.close();
    const failure = await database.close().catch((error: unknown) => error);
    expect(duckdb.classify(failure).class).toBe('disk_full');
    rmSync(join(disk, 'filler'));
    const again = await duckdb.open(path, openOptions('auditor', shape, 'default'));
    let rows = 0;
    for await (const page of (await again.connect('auditor')).scanKeys()) rows += page.count;
    await again.close();
    expect(rows).toBe(200 + 2048);
  },
);
