import { createRequire } from 'node:module';
import type * as NodeApi from '@duckdb/node-api';

type RawChunk = NodeApi.DuckDBDataChunk['chunk'];
export type RawVector = Parameters<typeof NodeApi.DuckDBArrayVector.fromRawVector>[1];
type RawValue = { readonly __duckdb_type: 'duckdb_value' };

/** The native functions under the driver's public API that move whole columns at once. */
export interface Native {
  vector_size(): number;
  data_chunk_get_vector(chunk: RawChunk, column: number): RawVector;
  array_vector_get_child(vector: RawVector): RawVector;
  /** A copy: the vector's own memory ends with its chunk. */
  vector_get_data(vector: RawVector, byteCount: number): Uint8Array;
  copy_data_to_vector(
    vector: RawVector,
    targetOffset: number,
    source: ArrayBufferLike,
    sourceOffset: number,
    byteCount: number,
  ): void;
  vector_assign_string_element(vector: RawVector, index: number, text: string): void;
  vector_reference_value(vector: RawVector, value: RawValue): void;
  create_varchar(text: string): RawValue;
  create_int64(value: bigint): RawValue;
}

export interface Driver {
  api: typeof NodeApi;
  native: Native;
  /** Of the npm package. */
  version: string;
}

/** Loads the driver, and the native module of that very driver. */
export async function loadDriver(): Promise<Driver> {
  const api = await import('@duckdb/node-api');
  const load = createRequire(import.meta.url);
  const loadForDriver = createRequire(load.resolve('@duckdb/node-api'));
  const { version } = load('@duckdb/node-api/package.json') as { version: string };
  return { api, native: loadForDriver('@duckdb/node-bindings') as Native, version };
}
