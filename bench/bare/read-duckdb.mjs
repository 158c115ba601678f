/** One reader without writers: search, then poll, for so many seconds. */
import { createRequire } from 'node:module';
import { DuckDBInstance, ARRAY, FLOAT, arrayValue } from '@duckdb/node-api';
import { queryVector, WRITER_RANGE } from '../../dist/src/core/dataset.js';
import { parameters, report, secondsSince, shapeOf } from './tables.mjs';

const { path, rows, dims, seconds, readOnly = true, threads = 1 } = parameters;
const load = createRequire(createRequire(import.meta.url).resolve('@duckdb/node-api'));
const native = load('@duckdb/node-bindings');
const shape = shapeOf(parameters);
const instance = await DuckDBInstance.create(path, {
  threads: String(threads),
  access_mode: readOnly ? 'READ_ONLY' : 'READ_WRITE',
});
const connection = await instance.connect();
const COLUMNS = 'SELECT id, batch, checksum, embedding FROM chunks';
const search = await connection.prepare(
  `${COLUMNS} WHERE provider = $1 AND model = $2
   ORDER BY array_cosine_distance(embedding, $3::FLOAT[${dims}]) LIMIT 5`,
);
const poll = await connection.prepare(`${COLUMNS} WHERE id > $1 AND id < $2`);
const type = ARRAY(FLOAT, dims);

let iterations = 0;
let rowsRead = 0;
const began = performance.now();
while (secondsSince(began) < seconds) {
  search.bindVarchar(1, 'probe');
  search.bindVarchar(2, 'synthetic');
  search.bindArray(3, arrayValue(Array.from(queryVector(shape, 0, iterations))), type);
  const found = await (await search.run()).fetchAllChunks();
  for (const chunk of found) rowsRead += rowsOf(chunk).count;
  poll.bindBigInt(1, BigInt(rows));
  poll.bindBigInt(2, BigInt(rows + 1 + WRITER_RANGE));
  const result = await poll.stream();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    rowsRead += rowsOf(chunk).count;
  }
  iterations++;
}
const took = secondsSince(began);
if (rowsRead !== iterations * 5) throw new Error(`${rowsRead} rows in ${iterations} iterations`);
report({ perSecond: iterations / took });
connection.closeSync();
instance.closeSync();

function rowsOf(chunk) {
  const count = chunk.rowCount;
  const column = (index) => native.data_chunk_get_vector(chunk.chunk, index);
  const embeddings = new Float32Array(count * dims);
  copy(native.array_vector_get_child(column(3)), embeddings);
  return { count, ids: int64(0), batches: int64(1), checksums: int64(2), embeddings };

  function int64(index) {
    const values = new BigInt64Array(count);
    copy(column(index), values);
    return Float64Array.from(values, Number);
  }
}

function copy(vector, to) {
  new Uint8Array(to.buffer).set(native.vector_get_data(vector, to.byteLength));
}
