/** Reads what an audit reads: four columns of every chunk, the id of every file. */
import { loadLance } from './lance.mjs';
import { parameters, report, secondsSince } from './tables.mjs';

const { path, rows, dims, threads } = parameters;
const { lance } = await loadLance(threads);

const began = performance.now();
const db = await lance.connect(path);
let read = 0;
let sum = 0;
const chunks = await db.openTable('chunks');
for await (const batch of chunks.query().select(['id', 'batch', 'checksum', 'embedding'])) {
  const vectors = batch.getChild('embedding').data[0].children[0].values;
  const embeddings = vectors.subarray(0, batch.numRows * dims);
  for (const name of ['id', 'batch', 'checksum']) sum += int64(batch, name)[0];
  sum += embeddings[0];
  read += batch.numRows;
}
const files = await db.openTable('files');
for await (const batch of files.query().select(['id'])) sum += int64(batch, 'id')[0];
db.close();
const took = secondsSince(began);
if (read !== rows || !Number.isFinite(sum)) throw new Error(`${read} of ${rows} rows were read`);
report({ seconds: took });

function int64(batch, name) {
  const { values } = batch.getChild(name).data[0];
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * batch.numRows);
  const out = new Float64Array(batch.numRows);
  for (let i = 0; i < out.length; i++) {
    out[i] = halves[2 * i + 1] * 2 ** 32 + (halves[2 * i] >>> 0);
  }
  return out;
}
