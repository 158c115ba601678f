import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { reference } from '../../probes/reference.ts';
import type { Connection, RowBatch, WriteBatch } from '../../src/core/backend.ts';
import {
  batchNumber,
  chunkColumns,
  fileColumns,
  fileIdsOf,
  idsOf,
  writerBase,
  type DatasetShape,
  type IdRange,
} from '../../src/core/dataset.ts';
import type { Role } from '../../src/core/names.ts';
import { seedData } from '../../src/worker/seed-data.ts';

/** As in test/fixtures/reference/data.mjs. */
export const SHAPE: DatasetShape = {
  seed: 7,
  rows: 40,
  dims: 8,
  writers: 2,
  batch: 8,
  keys: 'own',
};

/** The path of a freshly seeded store, gone after the test. */
export async function seededStore(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'probe-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'store');
  const dataset = seedData(SHAPE, () => undefined, false);
  await reference.prepare(path, dataset, openOptions('seeder'));
  return path;
}

/** A connection of its own database instance, closed after the test. */
export async function connectTo(path: string, role: Role, bug?: string): Promise<Connection> {
  const database = await reference.open(path, openOptions(role, bug));
  const connection = await database.connect(role);
  onTestFinished(async () => {
    await connection.close();
    await database.close();
  });
  return connection;
}

export function openOptions(role: Role, bug?: string) {
  const { dims } = SHAPE;
  const planted = bug === undefined ? {} : { bug };
  return { role, dims, refresh: 'default', engineThreads: 1, ...planted } as const;
}

/** The rows of one writer's `op`-th insert, with their file rows. */
export function rowsOf(writer: number, op: number, count = 4): WriteBatch {
  const first = writerBase(SHAPE, writer) + op * count;
  const ids = idsOf([first, first + count - 1, 1]);
  return {
    chunks: chunkColumns(SHAPE, ids, batchNumber(SHAPE, writer, op)),
    files: fileColumns(SHAPE, fileIdsOf(SHAPE, ids)),
  };
}

export function reembedded(ids: IdRange, batch: number) {
  return chunkColumns(SHAPE, idsOf(ids), batch);
}

/** What readers poll: everything of writer 0. The drain poll has no upper end. */
const POLL = [{ after: SHAPE.rows, before: writerBase(SHAPE, 1) }];
export const DRAIN = [{ after: SHAPE.rows, before: Infinity }];

/** Everything a stream of pages holds. */
export async function collect(pages: AsyncIterable<RowBatch>): Promise<RowBatch> {
  const all: RowBatch[] = [];
  for await (const page of pages) all.push(page);
  const numbers = (pick: (page: RowBatch) => Float64Array) =>
    Float64Array.from(all.flatMap((page) => [...pick(page)]));
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    ids: numbers(({ ids }) => ids),
    batches: numbers(({ batches }) => batches),
    checksums: numbers(({ checksums }) => checksums),
    embeddings: Float32Array.from(all.flatMap(({ embeddings }) => [...embeddings])),
  };
}

/** The polled ids of writer 0, counted from its first. */
export async function polled(connection: Connection, intervals = POLL): Promise<number[]> {
  const { ids } = await collect(connection.poll(intervals));
  return [...ids].map((id) => id - writerBase(SHAPE, 0));
}

/** Starts a script of test/fixtures/reference; it does not outlive the test. */
export function start(script: string, ...args: string[]): ChildProcess {
  const file = new URL(`../fixtures/reference/${script}.mjs`, import.meta.url);
  const child = fork(file, args, { execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** The code or signal with which it ends. */
export async function endOf(child: ChildProcess): Promise<number | string> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return code ?? signal!;
}
