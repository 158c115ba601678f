/** Columns of the dataset -> Arrow tables, from typed arrays: no object per row. */
import type { Data, DataType, Table } from 'apache-arrow';
import {
  CHUNK_TYPE,
  ENCODING,
  LANGUAGE,
  MODEL,
  PROVIDER,
  type ChunkColumns,
  type FileColumns,
} from '../../src/core/dataset.ts';
import type { Driver } from './driver.ts';
import { toInt64 } from './int64.ts';

type Columns = Record<string, Data>;

/** Builds the tables that the driver stores. */
export class TableBuilder {
  readonly #arrow: Driver['arrow'];

  constructor({ arrow }: Pick<Driver, 'arrow'>) {
    this.#arrow = arrow;
  }

  chunks(chunks: ChunkColumns): Table {
    const { count } = chunks;
    return this.#table(count, {
      id: this.#int64(chunks.ids),
      file_id: this.#int64(chunks.fileIds),
      content: this.#utf8(chunks.contents),
      start_line: this.#int64(chunks.startLines),
      end_line: this.#int64(chunks.endLines),
      chunk_type: this.#constant(CHUNK_TYPE, count),
      language: this.#constant(LANGUAGE, count),
      name: this.#utf8(chunks.names),
      embedding: this.#vectors(chunks.embeddings, count),
      provider: this.#constant(PROVIDER, count),
      model: this.#constant(MODEL, count),
      created_time: this.#float64(chunks.createdTimes),
      batch: this.#int64(new Float64Array(count).fill(chunks.batch)),
      checksum: this.#int64(chunks.checksums),
    });
  }

  files(files: FileColumns): Table {
    const { count } = files;
    return this.#table(count, {
      id: this.#int64(files.ids),
      path: this.#utf8(files.paths),
      size: this.#int64(files.sizes),
      modified_time: this.#float64(files.modifiedTimes),
      content_hash: this.#utf8(files.contentHashes),
      indexed_time: this.#float64(files.indexedTimes),
      language: this.#constant(LANGUAGE, count),
      encoding: this.#constant(ENCODING, count),
      line_count: this.#int64(files.lineCounts),
    });
  }

  /** The one counter row, as seeded. */
  counters(): Table {
    return this.#table(1, { id: this.#int64([1]), value: this.#int64([0]) });
  }

  #table(length: number, columns: Columns): Table {
    const { Field, RecordBatch, Schema, Struct, Table, makeData } = this.#arrow;
    const fields = Object.entries(columns).map(
      ([name, { type }]) => new Field<DataType>(name, type, name !== 'id'),
    );
    const schema = new Schema(fields);
    const data = makeData({
      type: new Struct(fields),
      length,
      nullCount: 0,
      children: Object.values(columns),
    });
    return new Table(schema, [new RecordBatch(schema, data)]);
  }

  #int64(values: ArrayLike<number>): Data {
    const { Int64, makeData } = this.#arrow;
    const { length } = values;
    return makeData({ type: new Int64(), length, nullCount: 0, data: toInt64(values) });
  }

  #float64(values: Float64Array): Data {
    const { Float64, makeData } = this.#arrow;
    return makeData({ type: new Float64(), length: values.length, nullCount: 0, data: values });
  }

  #vectors(values: Float32Array, length: number): Data {
    const { Field, FixedSizeList, Float32, makeData } = this.#arrow;
    const item = new Float32();
    const child = makeData({ type: item, length: values.length, nullCount: 0, data: values });
    const type = new FixedSizeList(values.length / length, new Field('item', item, true));
    return makeData({ type, length, nullCount: 0, child });
  }

  #constant(value: string, length: number): Data {
    const size = Buffer.byteLength(value);
    const offsets = Int32Array.from({ length: length + 1 }, (_, i) => i * size);
    return this.#text(offsets, value.repeat(length));
  }

  #utf8(values: readonly string[]): Data {
    const offsets = new Int32Array(values.length + 1);
    for (let i = 0; i < values.length; i++) {
      offsets[i + 1] = offsets[i]! + Buffer.byteLength(values[i]!);
    }
    return this.#text(offsets, values.join(''));
  }

  #text(valueOffsets: Int32Array, joined: string): Data {
    const { Utf8, makeData } = this.#arrow;
    const length = valueOffsets.length - 1;
    return makeData({
      type: new Utf8(),
      length,
      nullCount: 0,
      valueOffsets,
      data: Buffer.from(joined),
    });
  }
}
