/** Seeds a DuckDB file: appenders, each with one reused data chunk filled from typed arrays, in one transaction. */
import { createRequire } from 'node:module';
import * as duck from '@duckdb/node-api';
import { allFiles, chunksFrom, parameters, report, secondsSince, shapeOf } from './tables.mjs';

const { path, rows, dims, threads = 1 } = parameters;
const load = createRequire(createRequire(import.meta.url).resolve('@duckdb/node-api'));
const native = load('@duckdb/node-bindings');
const { ARRAY, BIGINT, DOUBLE, FLOAT, INTEGER, VARCHAR } = duck;
const shape = shapeOf(parameters);
const FLUSH_BYTES = 16 * 2 ** 20;

const began = performance.now();
const instance = await duck.DuckDBInstance.create(path, { threads: String(threads) });
const connection = await instance.connect();
await connection.run(`
  CREATE TABLE files(id BIGINT, path VARCHAR, size BIGINT, modified_time DOUBLE, content_hash VARCHAR,
    indexed_time DOUBLE, language VARCHAR, encoding VARCHAR, line_count INTEGER, PRIMARY KEY (id));
  CREATE TABLE chunks(id BIGINT, file_id BIGINT, content VARCHAR, start_line INTEGER, end_line INTEGER,
    chunk_type VARCHAR, language VARCHAR, name VARCHAR, embedding FLOAT[${dims}], provider VARCHAR,
    model VARCHAR, created_time DOUBLE, batch BIGINT, checksum BIGINT);
  CREATE TABLE counters(id BIGINT, value BIGINT);
  INSERT INTO counters VALUES (1, 0)`);
await connection.run('BEGIN');
await loadFiles(allFiles(shape));
await loadChunks();
await connection.run('COMMIT');
connection.closeSync();
instance.closeSync();
report({ seconds: secondsSince(began) });

async function loadFiles(files) {
  const appender = await connection.createAppender('files');
  const types = [BIGINT, VARCHAR, BIGINT, DOUBLE, VARCHAR, DOUBLE, VARCHAR, VARCHAR, INTEGER];
  const chunk = duck.DuckDBDataChunk.create(types);
  const step = native.vector_size();
  for (let from = 0; from < files.count; from += step) {
    const to = Math.min(from + step, files.count);
    const put = begin(chunk, to - from);
    put.integers(0, files.ids.subarray(from, to));
    put.strings(1, files.paths, from);
    put.integers(2, files.sizes.subarray(from, to));
    put.raw(3, files.modifiedTimes.subarray(from, to));
    put.strings(4, files.contentHashes, from);
    put.raw(5, files.indexedTimes.subarray(from, to));
    put.constant(6, 'typescript');
    put.constant(7, 'utf-8');
    put.raw(8, files.lineCounts.subarray(from, to));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

async function loadChunks() {
  const appender = await connection.createAppender('chunks');
  const types = [BIGINT, BIGINT, VARCHAR, INTEGER, INTEGER, VARCHAR, VARCHAR, VARCHAR];
  types.push(ARRAY(FLOAT, dims), VARCHAR, VARCHAR, DOUBLE, BIGINT, BIGINT);
  const chunk = duck.DuckDBDataChunk.create(types);
  const step = Math.min(native.vector_size(), Math.max(1, Math.floor(2 ** 20 / dims)));
  let unflushed = 0;
  for (let first = 1; first <= rows; first += step) {
    const columns = chunksFrom(shape, first, Math.min(step, rows - first + 1));
    const put = begin(chunk, columns.count);
    put.integers(0, columns.ids);
    put.integers(1, columns.fileIds);
    put.strings(2, columns.contents, 0);
    put.raw(3, columns.startLines);
    put.raw(4, columns.endLines);
    put.constant(5, 'function');
    put.constant(6, 'typescript');
    put.strings(7, columns.names, 0);
    put.vectors(8, columns.embeddings);
    put.constant(9, 'probe');
    put.constant(10, 'synthetic');
    put.raw(11, columns.createdTimes);
    put.integers(12, new Float64Array(columns.count));
    put.integers(13, columns.checksums);
    appender.appendDataChunk(chunk);
    unflushed += columns.embeddings.byteLength;
    if (unflushed < FLUSH_BYTES) continue;
    appender.flushSync();
    unflushed = 0;
  }
  appender.closeSync();
}

/** The ways to fill the columns of a data chunk that is used again. */
function begin(chunk, count) {
  chunk.reset();
  chunk.rowCount = count;
  const vector = (column) => native.data_chunk_get_vector(chunk.chunk, column);
  const copy = (to, { buffer, byteOffset, byteLength }) =>
    native.copy_data_to_vector(to, 0, buffer, byteOffset, byteLength);
  return {
    raw: (column, values) => copy(vector(column), values),
    vectors: (column, values) => copy(native.array_vector_get_child(vector(column)), values),
    integers: (column, values) => {
      const integers = new BigInt64Array(count);
      for (let i = 0; i < count; i++) integers[i] = BigInt(values[i]);
      copy(vector(column), integers);
    },
    constant: (column, text) =>
      native.vector_reference_value(vector(column), native.create_varchar(text)),
    strings: (column, texts, from) => {
      const to = vector(column);
      for (let i = 0; i < count; i++) native.vector_assign_string_element(to, i, texts[from + i]);
    },
  };
}
