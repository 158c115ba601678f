import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  batchNumber,
  chunkColumns,
  countOf,
  fileIdOf,
  idsOf,
  operationOf,
  reembedIds,
  tornRows,
  WRITER_RANGE,
  writerBase,
  type DatasetShape,
} from '../../src/core/dataset.ts';

const shape: DatasetShape = { seed: 7, rows: 100, dims: 6, writers: 2, batch: 16, keys: 'own' };
const FAR = writerBase(shape, 1) + 3;

/** Two rows as a database would return them, the second far beyond 32 bits. */
function stored() {
  const { count, ids, embeddings, checksums } = chunkColumns(shape, Float64Array.of(5, FAR), 3);
  return { count, ids, batches: Float64Array.of(3, 3), embeddings, checksums };
}

describe('the data', () => {
  it('has as checksum the CRC-32 of id, batch and embedding', () => {
    const { ids, embeddings, checksums } = stored();
    for (const [i, id] of ids.entries()) {
      const row = new Float64Array([id, 3]);
      const embedding = embeddings.slice(i * shape.dims, (i + 1) * shape.dims);
      const bytes = Buffer.concat([Buffer.from(row.buffer), Buffer.from(embedding.buffer)]);
      expect(checksums[i]).toBe(crc32(bytes));
    }
  });

  it('is a function of seed, id and batch alone', () => {
    const alone = chunkColumns(shape, Float64Array.of(FAR), 3);
    const beside = chunkColumns({ ...shape, rows: 100, batch: 64 }, Float64Array.of(5, FAR), 3);
    expect(alone.embeddings).toEqual(beside.embeddings.slice(shape.dims));
    expect(alone.contents[0]).toBe(beside.contents[1]);
    for (const other of [
      chunkColumns({ ...shape, seed: 8 }, Float64Array.of(FAR), 3),
      chunkColumns(shape, Float64Array.of(FAR + 1), 3),
      chunkColumns(shape, Float64Array.of(FAR), 4),
    ]) {
      expect(other.embeddings).not.toEqual(alone.embeddings);
    }
  });

  it('has embeddings of length 1', () => {
    const { embeddings } = chunkColumns(shape, Float64Array.of(9), 0);
    expect(Math.hypot(...embeddings)).toBeCloseTo(1, 6);
  });
});

describe('torn rows', () => {
  it('are none among rows as they were written', () => {
    expect(tornRows(stored(), shape.dims)).toEqual([]);
  });

  it('are those of which id, batch, checksum or one bit of the embedding differs', () => {
    const bits = new Uint32Array(stored().embeddings.buffer);
    bits[shape.dims + 2]! ^= 1;
    const changes = [
      { ids: Float64Array.of(5, FAR + 1) },
      { ids: Float64Array.of(5, FAR - WRITER_RANGE) },
      { batches: Float64Array.of(3, 2) },
      { checksums: stored().checksums.map((checksum, i) => checksum + i) },
      { embeddings: new Float32Array(bits.buffer) },
    ];
    for (const change of changes) {
      expect(tornRows({ ...stored(), ...change }, shape.dims)).toEqual([1]);
    }
  });

  it('are those whose embedding is too short', () => {
    const rows = stored();
    const embeddings = rows.embeddings.subarray(0, 2 * shape.dims - 1);
    expect(tornRows({ ...rows, embeddings }, shape.dims)).toEqual([1]);
  });
});

describe('the ids', () => {
  it('of a batch tell who wrote it, and with which operation', () => {
    for (const writer of [0, 1]) {
      for (const op of [0, 1, 5]) {
        expect(operationOf(shape, batchNumber(shape, writer, op))).toEqual({ writer, op });
      }
    }
  });

  it('of a writer make a file each eight, beginning with its first', () => {
    const base = writerBase(shape, 1);
    const ids = [base, base + 7, base + 8];
    expect(ids.map((id) => fileIdOf(shape, id))).toEqual([base, base, base + 8]);
    expect([1, 8, 9, 100].map((id) => fileIdOf(shape, id))).toEqual([1, 1, 9, 97]);
  });

  it('that a writer re-embeds are its own seed rows, all of them in turn', () => {
    for (const writer of [0, 1]) {
      const covered: number[] = [];
      for (let iteration = 0; covered.length < shape.rows / 2; iteration++) {
        const ids = reembedIds(shape, writer, iteration)!;
        expect(countOf(ids)).toBeLessThanOrEqual(shape.batch / 2);
        covered.push(...idsOf(ids));
      }
      const own = Array.from({ length: shape.rows }, (_, i) => i + 1).filter(
        (id) => id % shape.writers === writer,
      );
      expect(covered).toEqual(own);
    }
  });

  it('that a writer re-embeds are none if it owns none', () => {
    expect(reembedIds({ ...shape, rows: 1 }, 0, 0)).toBeUndefined();
  });
});
