import {
  CHUNK_TYPE,
  ENCODING,
  LANGUAGE,
  MODEL,
  PROVIDER,
  type ChunkColumns,
  type FileColumns,
} from '../../src/core/dataset.ts';

export type ColumnType = 'BIGINT' | 'INTEGER' | 'DOUBLE' | 'VARCHAR' | 'EMBEDDING';

/** One column: where its values come from. One number or string stands for all rows. */
export interface Column<Rows> {
  name: string;
  type: ColumnType;
  values(
    rows: Rows,
  ): Float64Array | Int32Array | Float32Array | readonly string[] | number | string;
}

export const FILE_COLUMNS: readonly Column<FileColumns>[] = [
  { name: 'id', type: 'BIGINT', values: (rows) => rows.ids },
  { name: 'path', type: 'VARCHAR', values: (rows) => rows.paths },
  { name: 'size', type: 'BIGINT', values: (rows) => rows.sizes },
  { name: 'modified_time', type: 'DOUBLE', values: (rows) => rows.modifiedTimes },
  { name: 'content_hash', type: 'VARCHAR', values: (rows) => rows.contentHashes },
  { name: 'indexed_time', type: 'DOUBLE', values: (rows) => rows.indexedTimes },
  { name: 'language', type: 'VARCHAR', values: () => LANGUAGE },
  { name: 'encoding', type: 'VARCHAR', values: () => ENCODING },
  { name: 'line_count', type: 'INTEGER', values: (rows) => rows.lineCounts },
];

export const CHUNK_COLUMNS: readonly Column<ChunkColumns>[] = [
  { name: 'id', type: 'BIGINT', values: (rows) => rows.ids },
  { name: 'file_id', type: 'BIGINT', values: (rows) => rows.fileIds },
  { name: 'content', type: 'VARCHAR', values: (rows) => rows.contents },
  { name: 'start_line', type: 'INTEGER', values: (rows) => rows.startLines },
  { name: 'end_line', type: 'INTEGER', values: (rows) => rows.endLines },
  { name: 'chunk_type', type: 'VARCHAR', values: () => CHUNK_TYPE },
  { name: 'language', type: 'VARCHAR', values: () => LANGUAGE },
  { name: 'name', type: 'VARCHAR', values: (rows) => rows.names },
  { name: 'embedding', type: 'EMBEDDING', values: (rows) => rows.embeddings },
  { name: 'provider', type: 'VARCHAR', values: () => PROVIDER },
  { name: 'model', type: 'VARCHAR', values: () => MODEL },
  { name: 'created_time', type: 'DOUBLE', values: (rows) => rows.createdTimes },
  { name: 'batch', type: 'BIGINT', values: (rows) => rows.batch },
  { name: 'checksum', type: 'BIGINT', values: (rows) => rows.checksums },
];

const REEMBEDDED = ['id', 'batch', 'checksum', 'embedding'];

/** What a re-embedding changes, and the id by which it finds the rows. */
export const REEMBED_COLUMNS = CHUNK_COLUMNS.filter(({ name }) => REEMBEDDED.includes(name));

/** The column definitions of a table, as SQL. */
export function definitionOf(
  columns: readonly Pick<Column<never>, 'name' | 'type'>[],
  dims: number,
): string {
  return columns
    .map(({ name, type }) => `${name} ${type === 'EMBEDDING' ? `FLOAT[${dims}]` : type}`)
    .join(', ');
}

/**
 * The tables of a fresh database.
 *
 * Only `files` has a primary key. One on `chunks` cost a third of the commits of re-embedded rows (38 down to 24 a
 * second at 64 x 1536) and let the file grow (7 up to 62 MB in 300 commits of 64 x 384), because a checkpoint gives no
 * deleted rows of an indexed table back. Without any, two connections that upsert the same new chunks would duplicate
 * them silently. An upsert replaces the rows of its files first, so one of the two fails on those.
 */
export function createTables(dims: number): string {
  return `
    CREATE TABLE files(${definitionOf(FILE_COLUMNS, dims)}, PRIMARY KEY (id));
    CREATE TABLE chunks(${definitionOf(CHUNK_COLUMNS, dims)});
    CREATE TABLE counters(id BIGINT, value BIGINT);
    INSERT INTO counters VALUES (1, 0);`;
}
