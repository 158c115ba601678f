/** Reads what an audit reads: four columns of every chunk, the id of every file. */
import { createRequire } from 'node:module';
import { DuckDBInstance } from '@duckdb/node-api';
import { parameters, report, secondsSince } from './tables.mjs';

const { path, rows, dims, threads = 1 } = parameters;
const load = createRequire(createRequire(import.meta.url).resolve('@duckdb/node-api'));
const native = load('@duckdb/node-bindings');

const began = performance.now();
const instance = await DuckDBInstance.create(path, {
  threads: String(threads),
  access_mode: 'READ_ONLY',
});
const connection = await instance.connect();
let read = 0;
let sum = 0;
for await (const chunk of scan('SELECT id, batch, checksum, embedding FROM chunks')) {
  const count = chunk.rowCount;
  const vectors = native.array_vector_get_child(native.data_chunk_get_vector(chunk.chunk, 3));
  const embeddings = new Float32Array(count * dims);
  copy(vectors, embeddings);
  sum += int64(chunk, 0)[0] + int64(chunk, 1)[0] + int64(chunk, 2)[0] + embeddings[0];
  read += count;
}
for await (const chunk of scan('SELECT id FROM files')) sum += int64(chunk, 0)[0];
connection.closeSync();
instance.closeSync();
const took = secondsSince(began);
if (read !== rows || !Number.isFinite(sum)) throw new Error(`${read} of ${rows} rows were read`);
report({ seconds: took });

async function* scan(sql) {
  const result = await connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk;
  }
}

function int64(chunk, column) {
  const values = new BigInt64Array(chunk.rowCount);
  copy(native.data_chunk_get_vector(chunk.chunk, column), values);
  return Float64Array.from(values, Number);
}

function copy(vector, to) {
  new Uint8Array(to.buffer).set(native.vector_get_data(vector, to.byteLength));
}
