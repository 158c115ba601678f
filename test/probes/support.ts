import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenOptions, RowBatch, WriteBatch } from '../../src/core/backend.ts';
import {
  chunkColumns,
  CHUNKS_PER_FILE,
  fileColumns,
  fileIdsOf,
  idsOf,
  type ChunkColumns,
  type Dataset,
  type DatasetShape,
  type FileColumns,
} from '../../src/core/dataset.ts';

export function shapeOf(rows: number, dims: number): DatasetShape {
  return { seed: 42, rows, dims, writers: 2, batch: 16, keys: 'own' };
}

/** The seed rows, generated here. */
export function datasetOf(shape: DatasetShape): Dataset {
  return {
    rows: shape.rows,
    dims: shape.dims,
    async *chunks(rowsPerBatch) {
      for (const ids of parts(idsOf([1, shape.rows, 1]), rowsPerBatch)) {
        yield chunkColumns(shape, ids, 0);
      }
    },
    async *files(rowsPerBatch) {
      const count = Math.ceil(shape.rows / CHUNKS_PER_FILE);
      const ids = idsOf([1, 1 + (count - 1) * CHUNKS_PER_FILE, CHUNKS_PER_FILE]);
      for (const part of parts(ids, rowsPerBatch)) yield fileColumns(shape, part);
    },
  };
}

/** The chunks from `first` to `last`, with all their file rows. */
export function writeBatchOf(
  shape: DatasetShape,
  first: number,
  last: number,
  batch: number,
): WriteBatch & { chunks: ChunkColumns; files: FileColumns } {
  const chunks = chunkColumns(shape, idsOf([first, last, 1]), batch);
  return { chunks, files: fileColumns(shape, fileIdsOf(shape, chunks.ids)) };
}

export function openOptions(
  role: OpenOptions['role'],
  shape: DatasetShape,
  refresh: OpenOptions['refresh'],
): OpenOptions {
  return { role, dims: shape.dims, refresh, engineThreads: 1 };
}

/** A path in a directory of its own, and how to remove that. */
export function freshPath(name: string): { path: string; remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'probe-test-'));
  return {
    path: join(directory, name),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** All batches of a stream, as one. */
export async function collect(stream: AsyncIterable<RowBatch>): Promise<RowBatch> {
  const batches: RowBatch[] = [];
  for await (const batch of stream) batches.push(batch);
  const join = (column: (batch: RowBatch) => Float64Array | Float32Array): number[] =>
    batches.flatMap((batch) => Array.from(column(batch)));
  return {
    count: batches.reduce((sum, { count }) => sum + count, 0),
    ids: Float64Array.from(join(({ ids }) => ids)),
    batches: Float64Array.from(join(({ batches: numbers }) => numbers)),
    checksums: Float64Array.from(join(({ checksums }) => checksums)),
    embeddings: Float32Array.from(join(({ embeddings }) => embeddings)),
  };
}

export function sorted(numbers: Iterable<number>): number[] {
  return [...numbers].sort((a, b) => a - b);
}

/** first, first + 1, ... last. */
export function span(first: number, last: number): number[] {
  return [...idsOf([first, last, 1])];
}

function* parts(ids: Float64Array, size: number): Generator<Float64Array> {
  for (let from = 0; from < ids.length; from += size) yield ids.slice(from, from + size);
}
