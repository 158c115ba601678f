import type { Connection as Lance, MergeResult, Query, Table } from '@lancedb/lancedb';
import type { RecordBatch } from 'apache-arrow';
import type {
  Connection,
  IdInterval,
  KeyBatch,
  RowBatch,
  WriteBatch,
  WriteReceipt,
} from '../../src/core/backend.ts';
import { MODEL, PROVIDER, type ChunkColumns } from '../../src/core/dataset.ts';
import { ahead } from './ahead.ts';
import type { TableBuilder } from './columns.ts';
import {
  integers,
  joinIntegers,
  joinRows,
  KEY_COLUMNS,
  keysOf,
  ROW_COLUMNS,
  rowsOf,
} from './rows.ts';

type TableName = 'files' | 'chunks' | 'counters';
/** A query streams 1024 rows at a time. */
type Batches = Pick<Query, typeof Symbol.asyncIterator>;

const SEARCHED = `provider = '${PROVIDER}' AND model = '${MODEL}'`;
/** Omitting it costs a warning on stderr for each search. */
const DISTANCE = '_distance';
const COUNTER = 'id = 1';

/** The long-lived table handles of one role. With `reopen`, reads open their table anew and leave these to the writes. */
export class LanceConnection implements Connection {
  readonly #db: Lance;
  readonly #tables: Record<TableName, Table>;
  readonly #build: TableBuilder;
  readonly #reopen: boolean;

  private constructor(
    db: Lance,
    tables: Record<TableName, Table>,
    build: TableBuilder,
    reopen: boolean,
  ) {
    this.#db = db;
    this.#tables = tables;
    this.#build = build;
    this.#reopen = reopen;
  }

  static async open(db: Lance, build: TableBuilder, reopen: boolean): Promise<LanceConnection> {
    const tables = {
      files: await db.openTable('files'),
      chunks: await db.openTable('chunks'),
      counters: await db.openTable('counters'),
    };
    return new LanceConnection(db, tables, build, reopen);
  }

  async search(vector: Float32Array, k: number): Promise<RowBatch> {
    const found = this.#read('chunks', (table) =>
      table
        .vectorSearch(vector)
        .distanceType('cosine')
        .where(SEARCHED)
        .select([...ROW_COLUMNS, DISTANCE])
        .limit(k),
    );
    return joinRows(await collect(found, rowsOf));
  }

  async *poll(intervals: readonly IdInterval[]): AsyncGenerator<RowBatch> {
    if (intervals.length === 0) return;
    const filter = intervals.map(conditionOf).join(' OR ');
    for await (const batch of this.#rows('chunks', ROW_COLUMNS, filter)) yield rowsOf(batch);
  }

  async point(ids: Float64Array): Promise<RowBatch> {
    if (ids.length === 0) return joinRows([]);
    return joinRows(await collect(this.#rows('chunks', ROW_COLUMNS, among(ids)), rowsOf));
  }

  async files(ids: Float64Array): Promise<Float64Array> {
    if (ids.length === 0) return new Float64Array(0);
    return joinIntegers(await collect(this.#rows('files', ['id'], among(ids)), idsOf));
  }

  async insert({ chunks, files }: WriteBatch): Promise<WriteReceipt> {
    if (files.count > 0) await this.#tables.files.add(this.#build.files(files));
    await this.#tables.chunks.add(this.#build.chunks(chunks));
    return {};
  }

  async upsert({ chunks, files }: WriteBatch): Promise<WriteReceipt> {
    if (files.count > 0) {
      await this.#merge('files').whenNotMatchedInsertAll().execute(this.#build.files(files));
    }
    const merge = this.#merge('chunks').whenNotMatchedInsertAll();
    return receiptOf(await merge.execute(this.#build.chunks(chunks)));
  }

  async reembed(chunks: ChunkColumns): Promise<WriteReceipt> {
    return receiptOf(await this.#merge('chunks').execute(this.#build.chunks(chunks)));
  }

  async increment(mode: 'sql' | 'rmw'): Promise<WriteReceipt> {
    const { counters } = this.#tables;
    if (mode === 'sql') {
      await counters.update({ where: COUNTER, valuesSql: { value: 'value + 1' } });
    } else {
      const value = await this.counter();
      await counters.update({ where: COUNTER, values: { value: value + 1 } });
    }
    return {};
  }

  async *scanKeys(): AsyncGenerator<KeyBatch> {
    for await (const batch of this.#rows('chunks', KEY_COLUMNS)) yield keysOf(batch);
  }

  async *scanChunks(): AsyncGenerator<RowBatch> {
    for await (const batch of ahead(this.#rows('chunks', ROW_COLUMNS))) yield rowsOf(batch);
  }

  async *scanFiles(): AsyncGenerator<Float64Array> {
    for await (const batch of this.#rows('files', ['id'])) yield idsOf(batch);
  }

  async counter(): Promise<number> {
    const values = await collect(this.#rows('counters', ['value'], COUNTER), (batch) =>
      integers(batch, 'value'),
    );
    const value = joinIntegers(values)[0];
    if (value === undefined) throw new Error(`Not found: no counter with ${COUNTER}`);
    return value;
  }

  async close(): Promise<void> {
    for (const table of Object.values(this.#tables)) table.close();
  }

  #merge(name: 'files' | 'chunks') {
    return this.#tables[name].mergeInsert('id').whenMatchedUpdateAll();
  }

  #rows(name: TableName, columns: string[], filter?: string): AsyncGenerator<RecordBatch> {
    return this.#read(name, (table) => {
      const query = table.query().select(columns);
      return filter === undefined ? query : query.where(filter);
    });
  }

  async *#read(name: TableName, query: (table: Table) => Batches): AsyncGenerator<RecordBatch> {
    const table = this.#reopen ? await this.#db.openTable(name) : this.#tables[name];
    try {
      yield* query(table);
    } finally {
      if (this.#reopen) table.close();
    }
  }
}

async function collect<T>(
  batches: AsyncIterable<RecordBatch>,
  convert: (batch: RecordBatch) => T,
): Promise<T[]> {
  const parts: T[] = [];
  for await (const batch of batches) parts.push(convert(batch));
  return parts;
}

const idsOf = (batch: RecordBatch): Float64Array => integers(batch, 'id');

const among = (ids: Float64Array): string => `id IN (${ids.join()})`;

function conditionOf({ after, before }: IdInterval): string {
  return before === Infinity ? `id > ${after}` : `(id > ${after} AND id < ${before})`;
}

/** The driver counts its own tries only for merges. */
function receiptOf({ numAttempts }: MergeResult): WriteReceipt {
  return { attempts: numAttempts };
}
