/** Arrow record batches -> rows as columns, straight from their buffers. */
import type { Data, FixedSizeList, RecordBatch } from 'apache-arrow';
import type { KeyBatch, RowBatch } from '../../src/core/backend.ts';
import { fromInt64 } from './int64.ts';

export const ROW_COLUMNS = ['id', 'batch', 'checksum', 'embedding'];
export const KEY_COLUMNS = ['id', 'batch'];

export function rowsOf(batch: RecordBatch): RowBatch {
  return {
    ...keysOf(batch),
    checksums: integers(batch, 'checksum'),
    embeddings: vectors(batch, 'embedding'),
  };
}

export function keysOf(batch: RecordBatch): KeyBatch {
  return {
    count: batch.numRows,
    ids: integers(batch, 'id'),
    batches: integers(batch, 'batch'),
  };
}

export function integers(batch: RecordBatch, name: string): Float64Array {
  const { values, length } = columnOf(batch, name);
  return fromInt64((values as BigInt64Array).subarray(0, length));
}

/** One batch of all rows; most reads return a single one, which is passed through. */
export function joinRows(parts: readonly RowBatch[]): RowBatch {
  if (parts.length === 1) return parts[0]!;
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    ids: joinIntegers(parts.map(({ ids }) => ids)),
    batches: joinIntegers(parts.map(({ batches }) => batches)),
    checksums: joinIntegers(parts.map(({ checksums }) => checksums)),
    embeddings: copyAll(
      parts.map(({ embeddings }) => embeddings),
      (length) => new Float32Array(length),
    ),
  };
}

export function joinIntegers(parts: readonly Float64Array[]): Float64Array {
  return copyAll(parts, (length) => new Float64Array(length));
}

function copyAll<T extends Float32Array | Float64Array>(
  parts: readonly T[],
  create: (length: number) => T,
): T {
  const out = create(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

function vectors(batch: RecordBatch, name: string): Float32Array {
  const { children, length, type } = columnOf(batch, name);
  const values = children[0]!.values as Float32Array;
  return values.subarray(0, length * (type as FixedSizeList).listSize);
}

function columnOf(batch: RecordBatch, name: string): Data {
  return batch.getChild(name)!.data[0]!;
}
