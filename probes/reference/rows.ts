import type { IdInterval, KeyBatch, RowBatch } from '../../src/core/backend.ts';
import { MODEL, PROVIDER } from '../../src/core/dataset.ts';
import type { Row } from './store.ts';

const ROWS_PER_PAGE = 1024;

/** Rows in pages, as columns of their own. */
export function* pagesOf(rows: readonly Row[]): Generator<RowBatch> {
  for (let from = 0; from < rows.length; from += ROWS_PER_PAGE) {
    yield columnsOf(rows.slice(from, from + ROWS_PER_PAGE));
  }
}

export function columnsOf(rows: readonly Row[]): RowBatch {
  const dims = rows[0]?.slab.dims ?? 0;
  const checksums = new Float64Array(rows.length);
  const embeddings = new Float32Array(rows.length * dims);
  rows.forEach(({ slab, at }, i) => {
    checksums[i] = slab.checksums[at]!;
    embeddings.set(embeddingOf(slab, at), i * dims);
  });
  return { ...keysOf(rows), checksums, embeddings };
}

export function keysOf(rows: readonly Row[]): KeyBatch {
  return {
    count: rows.length,
    ids: Float64Array.from(rows, ({ id }) => id),
    batches: Float64Array.from(rows, ({ slab }) => slab.batch),
  };
}

/** Ascending by id. */
export function rowsWithin(rows: readonly Row[], intervals: readonly IdInterval[]): Row[] {
  return rows
    .filter(({ id }) => intervals.some(({ after, before }) => id > after && id < before))
    .toSorted((a, b) => a.id - b.id);
}

/** The k rows nearest to the vector, nearest first. All embeddings have length 1, so the cosine is the dot product. */
export function nearest(rows: readonly Row[], vector: Float32Array, k: number): Row[] {
  return rows
    .filter(({ slab }) => slab.provider === PROVIDER && slab.model === MODEL)
    .map((row) => ({ row, similarity: dot(embeddingOf(row.slab, row.at), vector) }))
    .toSorted((a, b) => b.similarity - a.similarity)
    .slice(0, k)
    .map(({ row }) => row);
}

export function embeddingOf(slab: Row['slab'], at: number): Float32Array {
  return slab.embeddings.subarray(at * slab.dims, (at + 1) * slab.dims);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
