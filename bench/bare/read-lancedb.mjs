/** One reader without writers: search, then poll, each on a table opened anew, for so many seconds. */
import { queryVector, WRITER_RANGE } from '../../dist/src/core/dataset.js';
import { loadLance } from './lance.mjs';
import { parameters, report, secondsSince, shapeOf } from './tables.mjs';

const { path, rows, dims, seconds, threads } = parameters;
const { lance } = await loadLance(threads);
const shape = shapeOf(parameters);
const db = await lance.connect(path);
const COLUMNS = ['id', 'batch', 'checksum', 'embedding'];

let iterations = 0;
let rowsRead = 0;
const began = performance.now();
while (secondsSince(began) < seconds) {
  const vector = queryVector(shape, 0, iterations);
  await read((table) =>
    table
      .vectorSearch(vector)
      .distanceType('cosine')
      .where(`provider = 'probe' AND model = 'synthetic'`)
      .select([...COLUMNS, '_distance'])
      .limit(5),
  );
  const filter = `id > ${rows} AND id < ${rows + 1 + WRITER_RANGE}`;
  await read((table) => table.query().select(COLUMNS).where(filter));
  iterations++;
}
const took = secondsSince(began);
if (rowsRead !== iterations * 5) throw new Error(`${rowsRead} rows in ${iterations} iterations`);
report({ perSecond: iterations / took });
db.close();

async function read(query) {
  const table = await db.openTable('chunks');
  for await (const batch of query(table)) rowsRead += rowsOf(batch).count;
  table.close();
}

function rowsOf(batch) {
  const count = batch.numRows;
  const column = (name) => batch.getChild(name).data[0];
  const int64 = (name) => {
    const { values } = column(name);
    const halves = new Int32Array(values.buffer, values.byteOffset, 2 * count);
    const out = new Float64Array(count);
    for (let i = 0; i < count; i++) out[i] = halves[2 * i + 1] * 2 ** 32 + (halves[2 * i] >>> 0);
    return out;
  };
  const embeddings = column('embedding').children[0].values.subarray(0, count * dims);
  const [ids, batches, checksums] = [int64('id'), int64('batch'), int64('checksum')];
  return { count, ids, batches, checksums, embeddings };
}
