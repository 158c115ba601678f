/** Seeds a LanceDB directory: record batches made from typed arrays, a few adds in flight. */
import { loadLance } from './lance.mjs';
import { allFiles, chunksFrom, parameters, report, secondsSince, shapeOf } from './tables.mjs';

const { path, rows, dims, threads } = parameters;
const { lance, arrow } = await loadLance(threads);
const { Float64, Int64, Utf8, Float32, Field, FixedSizeList, Schema, Struct } = arrow;
const { RecordBatch, Table, makeData } = arrow;
const shape = shapeOf(parameters);
const ROWS_PER_ADD = Math.min(8192, Math.ceil((16 * 2 ** 20) / (4 * dims)));
const IN_FLIGHT = 2;

const began = performance.now();
const db = await lance.connect(path);
const files = allFiles(shape);
await db.createTable('files', tableOf(fileData(files), files.count));
let table;
const adding = [];
for (let first = 1; first <= rows; first += ROWS_PER_ADD) {
  const columns = chunksFrom(shape, first, Math.min(ROWS_PER_ADD, rows - first + 1));
  const part = tableOf(chunkData(columns), columns.count);
  if (table === undefined) {
    table = await db.createTable('chunks', part);
    continue;
  }
  if (adding.length === IN_FLIGHT) await adding.shift();
  adding.push(table.add(part));
}
await Promise.all(adding);
await db.createTable('counters', tableOf({ id: int64([1]), value: int64([0]) }, 1));
const stored = await table.countRows();
db.close();
const took = secondsSince(began);
if (stored !== rows) throw new Error(`${stored} of ${rows} rows were stored`);
report({ seconds: took });

function chunkData(columns) {
  const { count } = columns;
  return {
    id: int64(columns.ids),
    file_id: int64(columns.fileIds),
    content: utf8(columns.contents),
    start_line: int64(columns.startLines),
    end_line: int64(columns.endLines),
    chunk_type: constant('function', count),
    language: constant('typescript', count),
    name: utf8(columns.names),
    embedding: vectors(columns.embeddings, count),
    provider: constant('probe', count),
    model: constant('synthetic', count),
    created_time: float64(columns.createdTimes),
    batch: int64(new Float64Array(count)),
    checksum: int64(columns.checksums),
  };
}

function fileData({ count, ...columns }) {
  return {
    id: int64(columns.ids),
    path: utf8(columns.paths),
    size: int64(columns.sizes),
    modified_time: float64(columns.modifiedTimes),
    content_hash: utf8(columns.contentHashes),
    indexed_time: float64(columns.indexedTimes),
    language: constant('typescript', count),
    encoding: constant('utf-8', count),
    line_count: int64(columns.lineCounts),
  };
}

function tableOf(columns, length) {
  const fields = Object.entries(columns).map(
    ([name, { type }]) => new Field(name, type, name !== 'id'),
  );
  const schema = new Schema(fields);
  const children = Object.values(columns);
  const data = makeData({ type: new Struct(fields), length, nullCount: 0, children });
  return new Table(schema, [new RecordBatch(schema, data)]);
}

function int64(values) {
  const { length } = values;
  const data = new BigInt64Array(length);
  // All are below 2^53: the two halves are cheaper than a BigInt each.
  const halves = new Int32Array(data.buffer);
  for (let i = 0; i < length; i++) {
    halves[2 * i] = values[i];
    halves[2 * i + 1] = values[i] / 4294967296;
  }
  return makeData({ type: new Int64(), length, nullCount: 0, data });
}

function float64(data) {
  return makeData({ type: new Float64(), length: data.length, nullCount: 0, data });
}

function vectors(values, length) {
  const item = new Float32();
  const child = makeData({ type: item, length: values.length, nullCount: 0, data: values });
  const type = new FixedSizeList(dims, new Field('item', item, true));
  return makeData({ type, length, nullCount: 0, child });
}

function utf8(texts) {
  const valueOffsets = new Int32Array(texts.length + 1);
  // All are ASCII: a character is a byte.
  for (let i = 0; i < texts.length; i++) valueOffsets[i + 1] = valueOffsets[i] + texts[i].length;
  const data = Buffer.from(texts.join(''), 'latin1');
  return makeData({ type: new Utf8(), length: texts.length, nullCount: 0, valueOffsets, data });
}

function constant(text, length) {
  const valueOffsets = Int32Array.from({ length: length + 1 }, (_, i) => i * text.length);
  const data = Buffer.from(text.repeat(length), 'latin1');
  return makeData({ type: new Utf8(), length, nullCount: 0, valueOffsets, data });
}
