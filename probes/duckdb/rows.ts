import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { KeyBatch, RowBatch } from '../../src/core/backend.ts';
import type { Native, RawVector } from './driver.ts';

/** Columns of a result chunk. They are copies: the chunk's own memory ends with it. */

export function rowsOf(native: Native, chunk: DuckDBDataChunk, dims: number): RowBatch {
  const { count, ids, batches } = keysOf(native, chunk);
  const checksums = int64s(native, chunk, 2, count);
  const embeddings = new Float32Array(count * dims);
  const vector = native.data_chunk_get_vector(chunk.chunk, 3);
  copyOut(native, native.array_vector_get_child(vector), embeddings);
  return { count, ids, batches, checksums, embeddings };
}

export function keysOf(native: Native, chunk: DuckDBDataChunk): KeyBatch {
  const count = chunk.rowCount;
  return {
    count,
    ids: int64s(native, chunk, 0, count),
    batches: int64s(native, chunk, 1, count),
  };
}

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
  const raw = new BigInt64Array(count);
  copyOut(native, native.data_chunk_get_vector(chunk.chunk, column), raw);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = Number(raw[i]);
  return values;
}

function copyOut(native: Native, vector: RawVector, to: BigInt64Array | Float32Array): void {
  new Uint8Array(to.buffer).set(native.vector_get_data(vector, to.byteLength));
}
