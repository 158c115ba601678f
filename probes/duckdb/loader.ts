import type { DuckDBAppender, DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';
import type { Driver, RawVector } from './driver.ts';
import type { Column, ColumnType } from './tables.ts';

/** Of embeddings in one data chunk. */
const CHUNK_BYTES = 4 * 2 ** 20;

/**
 * Appends rows of one table, column by column. It keeps one data chunk for its life: their native memory is freed only
 * by the garbage collector, which does not see its size.
 */
export class Loader<Rows extends { count: number }> {
  /** Most rows of one data chunk. */
  readonly capacity: number;
  readonly #driver: Driver;
  readonly #columns: readonly Column<Rows>[];
  readonly #dims: number;
  readonly #chunk: DuckDBDataChunk;
  readonly #int64: BigInt64Array;

  constructor(driver: Driver, columns: readonly Column<Rows>[], dims: number) {
    this.#driver = driver;
    this.#columns = columns;
    this.#dims = dims;
    this.capacity = rowsPerChunk(driver, dims);
    const types = columns.map(({ type }) => typeOf(driver, type, dims));
    this.#chunk = driver.api.DuckDBDataChunk.create(types);
    this.#int64 = new BigInt64Array(this.capacity);
  }

  append(appender: DuckDBAppender, rows: Rows): void {
    for (let from = 0; from < rows.count; from += this.capacity) {
      const to = Math.min(from + this.capacity, rows.count);
      this.#chunk.reset();
      this.#chunk.rowCount = to - from;
      this.#columns.forEach((column, index) => this.#fill(column, index, rows, from, to));
      appender.appendDataChunk(this.#chunk);
    }
  }

  #fill(column: Column<Rows>, index: number, rows: Rows, from: number, to: number): void {
    const { native } = this.#driver;
    const vector = native.data_chunk_get_vector(this.#chunk.chunk, index);
    const values = column.values(rows);
    if (typeof values === 'string') {
      native.vector_reference_value(vector, native.create_varchar(values));
    } else if (typeof values === 'number') {
      native.vector_reference_value(vector, native.create_int64(BigInt(values)));
    } else if (values instanceof Float64Array && column.type === 'BIGINT') {
      for (let i = from; i < to; i++) this.#int64[i - from] = BigInt(values[i]!);
      this.#copy(vector, this.#int64, 0, to - from);
    } else if (values instanceof Float32Array) {
      const child = native.array_vector_get_child(vector);
      this.#copy(child, values, from * this.#dims, to * this.#dims);
    } else if (values instanceof Float64Array || values instanceof Int32Array) {
      this.#copy(vector, values, from, to);
    } else {
      for (let i = from; i < to; i++) {
        native.vector_assign_string_element(vector, i - from, values[i]!);
      }
    }
  }

  #copy(
    vector: RawVector,
    values: BigInt64Array | Float64Array | Float32Array | Int32Array,
    from: number,
    to: number,
  ): void {
    // The native copy trusts its caller.
    if (to > values.length) throw new RangeError(`${values.length} values where ${to} are needed`);
    const size = values.BYTES_PER_ELEMENT;
    const offset = values.byteOffset + from * size;
    this.#driver.native.copy_data_to_vector(vector, 0, values.buffer, offset, (to - from) * size);
  }
}

/** As many rows as a data chunk takes, less where embeddings are large. */
export function rowsPerChunk({ native }: Driver, dims: number): number {
  const fitting = Math.floor(CHUNK_BYTES / (dims * Float32Array.BYTES_PER_ELEMENT));
  return Math.min(native.vector_size(), Math.max(1, fitting));
}

function typeOf({ api }: Driver, type: ColumnType, dims: number): DuckDBType {
  return type === 'EMBEDDING' ? api.ARRAY(api.FLOAT, dims) : api[type];
}
