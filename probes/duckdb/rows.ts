import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { KeyBatch, RowBatch } from '../../src/core/backend.ts';
import type { Native } from './driver.ts';

/** The columns of {@link RowBatch}, in this order. */
export function rowsOf(native: Native, chunk: DuckDBDataChunk, dims: number): RowBatch {
  const { count, ids, batches } = keysOf(native, chunk);
  const checksums = int64s(native, chunk, 2, count);
  const vector = native.array_vector_get_child(native.data_chunk_get_vector(chunk.chunk, 3));
  const { buffer, byteOffset } = native.vector_get_data(vector, 4 * count * dims);
  const embeddings = new Float32Array(buffer, byteOffset, count * dims);
  return { count, ids, batches, checksums, embeddings };
}

/** Ids and batches, from the first two columns. */
export function keysOf(native: Native, chunk: DuckDBDataChunk): KeyBatch {
  const count = chunk.rowCount;
  return {
    count,
    ids: int64s(native, chunk, 0, count),
    batches: int64s(native, chunk, 1, count),
  };
}

/** The first column. */
export function idsOf(native: Native, chunk: DuckDBDataChunk): Float64Array {
  return int64s(native, chunk, 0, chunk.rowCount);
}

/** The rows of all batches, as one. */
export function concat(batches: readonly RowBatch[], dims: number): RowBatch {
  if (batches.length === 1) return batches[0]!;
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const all: RowBatch = {
    count,
    ids: new Float64Array(count),
    batches: new Float64Array(count),
    checksums: new Float64Array(count),
    embeddings: new Float32Array(count * dims),
  };
  let at = 0;
  for (const batch of batches) {
    all.ids.set(batch.ids, at);
    all.batches.set(batch.batches, at);
    all.checksums.set(batch.checksums, at);
    all.embeddings.set(batch.embeddings, at * dims);
    at += batch.count;
  }
  return all;
}

function int64s(
  native: Native,
  chunk: DuckDBDataChunk,
  column: number,
  count: number,
): Float64Array {
  const vector = native.data_chunk_get_vector(chunk.chunk, column);
  const { buffer, byteOffset } = native.vector_get_data(vector, 8 * count);
  const raw = new BigInt64Array(buffer, byteOffset, count);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = Number(raw[i]);
  return values;
}
