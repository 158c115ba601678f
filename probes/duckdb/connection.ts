import type {
  Connection,
  IdInterval,
  KeyBatch,
  RowBatch,
  WriteBatch,
  WriteReceipt,
} from '../../src/core/backend.ts';
import { MODEL, PROVIDER, type ChunkColumns } from '../../src/core/dataset.ts';
import type { Driver } from './driver.ts';
import { Loader } from './loader.ts';
import { concat, idsOf, keysOf, rowsOf } from './rows.ts';
import type { Bind, Session } from './session.ts';
import { CHUNK_COLUMNS, definitionOf, FILE_COLUMNS, REEMBED_COLUMNS } from './tables.ts';

const ROWS = 'SELECT id, batch, checksum, embedding FROM chunks';
const IN_LIST = 'IN (SELECT unnest($1))';
const LARGEST_INT64 = 2n ** 63n - 1n;

/** What a role does with its session. */
export class DuckdbConnection implements Connection {
  readonly #driver: Driver;
  readonly #session: Session;
  readonly #dims: number;
  #loaders: Loaders | undefined;

  constructor(driver: Driver, session: Session, dims: number) {
    this.#driver = driver;
    this.#session = session;
    this.#dims = dims;
  }

  async search(vector: Float32Array, k: number): Promise<RowBatch> {
    const { api } = this.#driver;
    const distance = `array_cosine_distance(embedding, $3::FLOAT[${this.#dims}])`;
    const sql = `${ROWS} WHERE provider = $1 AND model = $2 ORDER BY ${distance} LIMIT $4`;
    return this.#rows(sql, (statement) => {
      statement.bindVarchar(1, PROVIDER);
      statement.bindVarchar(2, MODEL);
      const query = api.arrayValue(Array.from(vector));
      statement.bindArray(3, query, api.ARRAY(api.FLOAT, this.#dims));
      statement.bindInteger(4, k);
    });
  }

  poll(intervals: readonly IdInterval[]): AsyncIterable<RowBatch> {
    const within = intervals.map((_, i) => `id > $${2 * i + 1} AND id < $${2 * i + 2}`);
    const sql = `${ROWS} WHERE ${within.join(' OR ') || 'false'}`;
    return this.#session.stream(sql, this.#readRows, (statement) =>
      intervals.forEach(({ after, before }, i) => {
        statement.bindBigInt(2 * i + 1, BigInt(after));
        statement.bindBigInt(2 * i + 2, before === Infinity ? LARGEST_INT64 : BigInt(before));
      }),
    );
  }

  async point(ids: Float64Array): Promise<RowBatch> {
    return this.#rows(`${ROWS} WHERE id ${IN_LIST}`, this.#list(ids));
  }

  async files(ids: Float64Array): Promise<Float64Array> {
    const result = await this.#session.run(
      `SELECT id FROM files WHERE id ${IN_LIST}`,
      this.#list(ids),
    );
    const chunks = await result.fetchAllChunks();
    return Float64Array.from(chunks.flatMap((chunk) => [...this.#readIds(chunk)]));
  }

  async insert({ chunks, files }: WriteBatch): Promise<WriteReceipt> {
    return this.#write(async (loaders) => {
      await this.#session.append('files', loaders.files, [files]);
      await this.#session.append('chunks', loaders.chunks, [chunks]);
    });
  }

  async upsert({ chunks, files }: WriteBatch): Promise<WriteReceipt> {
    return this.#write(async (loaders) => {
      // The files first: on their rows one of two concurrent upserts fails (see createTables).
      await this.#session.run(`DELETE FROM files WHERE id ${IN_LIST}`, this.#list(files.ids));
      await this.#session.append('files', loaders.files, [files]);
      await this.#session.run(`DELETE FROM chunks WHERE id ${IN_LIST}`, this.#list(chunks.ids));
      await this.#session.append('chunks', loaders.chunks, [chunks]);
    });
  }

  async reembed(chunks: ChunkColumns): Promise<WriteReceipt> {
    const columns = definitionOf(REEMBED_COLUMNS, this.#dims);
    return this.#write(async (loaders) => {
      // A new table each time: rows deleted from a temporary one keep their memory.
      await this.#session.runOnce(`CREATE OR REPLACE TEMP TABLE staged(${columns})`);
      await this.#session.append('staged', loaders.reembedded, [chunks], { temporary: true });
      await this.#session.runOnce(
        `UPDATE chunks SET batch = s.batch, checksum = s.checksum, embedding = s.embedding
         FROM temp.staged s WHERE chunks.id = s.id`,
      );
    });
  }

  async increment(mode: 'sql' | 'rmw'): Promise<WriteReceipt> {
    if (mode === 'sql') {
      await this.#session.run('UPDATE counters SET value = value + 1 WHERE id = 1');
    } else {
      const next = BigInt((await this.counter()) + 1);
      await this.#session.run('UPDATE counters SET value = $1 WHERE id = 1', (statement) =>
        statement.bindBigInt(1, next),
      );
    }
    return {};
  }

  scanKeys(): AsyncIterable<KeyBatch> {
    const { native } = this.#driver;
    return this.#session.stream('SELECT id, batch FROM chunks', (chunk) => keysOf(native, chunk));
  }

  scanChunks(): AsyncIterable<RowBatch> {
    return this.#session.stream(ROWS, this.#readRows);
  }

  scanFiles(): AsyncIterable<Float64Array> {
    return this.#session.stream('SELECT id FROM files', this.#readIds);
  }

  async counter(): Promise<number> {
    const chunk = await (
      await this.#session.run('SELECT value FROM counters WHERE id = 1')
    ).fetchChunk();
    const [value] = chunk === null ? [] : this.#readIds(chunk);
    if (value === undefined) throw new Error('the row of the counter is missing');
    return value;
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  readonly #readRows = (chunk: Parameters<typeof rowsOf>[1]): RowBatch =>
    rowsOf(this.#driver.native, chunk, this.#dims);

  readonly #readIds = (chunk: Parameters<typeof idsOf>[1]): Float64Array =>
    idsOf(this.#driver.native, chunk);

  async #rows(sql: string, bind: Bind): Promise<RowBatch> {
    const chunks = await (await this.#session.run(sql, bind)).fetchAllChunks();
    return concat(chunks.map(this.#readRows), this.#dims);
  }

  #list(ids: Float64Array): Bind {
    const { api } = this.#driver;
    const list = api.listValue(Array.from(ids, BigInt));
    return (statement) => statement.bindList(1, list, api.LIST(api.BIGINT));
  }

  async #write(work: (loaders: Loaders) => Promise<void>): Promise<WriteReceipt> {
    this.#loaders ??= loadersFor(this.#driver, this.#dims);
    const loaders = this.#loaders;
    await this.#session.transaction(() => work(loaders));
    return {};
  }
}

type Loaders = ReturnType<typeof loadersFor>;

function loadersFor(driver: Driver, dims: number) {
  return {
    files: new Loader(driver, FILE_COLUMNS, dims),
    chunks: new Loader(driver, CHUNK_COLUMNS, dims),
    reembedded: new Loader(driver, REEMBED_COLUMNS, dims),
  };
}
