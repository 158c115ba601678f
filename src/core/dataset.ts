/**
 * The data: every byte a pure function of (seed, id, batch). `embedding`, `batch` and `checksum` make each chunk
 * self-verifying; which ids an operation covers is a pure function of its writer and its number.
 */
import { crc32 } from 'node:zlib';
import { Random } from './random.ts';

export const PROVIDER = 'probe';
export const MODEL = 'synthetic';
export const LANGUAGE = 'typescript';
export const CHUNK_TYPE = 'function';
export const ENCODING = 'utf-8';
/** Eight ids of one writer's range make a file, whose id is that of its first chunk. */
export const CHUNKS_PER_FILE = 8;
/** Ids between the ranges of two writers. */
export const WRITER_RANGE = 2 ** 32;

/** What the data of a run depends on. */
export interface DatasetShape {
  seed: number;
  rows: number;
  dims: number;
  writers: number;
  /** Rows of one writer iteration: half are re-embedded, half inserted. */
  batch: number;
  keys: 'own' | 'shared';
}

/** Rows to be written: `count` chunks of one batch, as columns. `embeddings` is flat: `count * dims`. */
export interface ChunkColumns {
  count: number;
  batch: number;
  ids: Float64Array;
  fileIds: Float64Array;
  contents: string[];
  startLines: Int32Array;
  endLines: Int32Array;
  names: string[];
  embeddings: Float32Array;
  checksums: Float64Array;
  /** Seconds since 1970. */
  createdTimes: Float64Array;
}

export interface FileColumns {
  count: number;
  ids: Float64Array;
  paths: string[];
  sizes: Float64Array;
  modifiedTimes: Float64Array;
  contentHashes: string[];
  indexedTimes: Float64Array;
  lineCounts: Int32Array;
}

/** The seed rows, generated while they are loaded, in bounded memory. */
export interface Dataset {
  readonly rows: number;
  readonly dims: number;
  chunks(rowsPerBatch: number): AsyncIterable<ChunkColumns>;
  files(rowsPerBatch: number): AsyncIterable<FileColumns>;
}

/** Ids in arithmetic progression: first, last (inclusive), step. */
export type IdRange = readonly [first: number, last: number, step: number];

const EPOCH_S = 1_700_000_000;
const LINES_PER_CHUNK = 12;

/** First id that a writer inserts; with shared keys all writers use the first range. */
export function writerBase(shape: DatasetShape, writer: number): number {
  return shape.rows + 1 + (shape.keys === 'shared' ? 0 : writer) * WRITER_RANGE;
}

/** Which writer's range an inserted id lies in (0 with shared keys). */
export function rangeOf(shape: DatasetShape, id: number): number {
  return Math.floor((id - shape.rows - 1) / WRITER_RANGE);
}

export function batchNumber(shape: DatasetShape, writer: number, op: number): number {
  return 1 + writer + shape.writers * op;
}

/** Who wrote a batch, and with which of its operations. Not defined for batch 0, the seed. */
export function operationOf(shape: DatasetShape, batch: number): { writer: number; op: number } {
  const writer = (batch - 1) % shape.writers;
  return { writer, op: (batch - 1 - writer) / shape.writers };
}

export function fileIdOf(shape: DatasetShape, chunkId: number): number {
  if (chunkId <= shape.rows) {
    return chunkId - ((chunkId - 1) % CHUNKS_PER_FILE);
  }
  return chunkId - (((chunkId - shape.rows - 1) % WRITER_RANGE) % CHUNKS_PER_FILE);
}

/** The seed rows that the `iteration`-th re-embedding of a writer covers; undefined if it owns none. */
export function reembedIds(
  shape: DatasetShape,
  writer: number,
  iteration: number,
): IdRange | undefined {
  const owned = ownedIds(shape, writer);
  if (owned === undefined) return undefined;
  const half = shape.batch / 2;
  const block = iteration % Math.ceil(countOf(owned) / half);
  return sliceOf(owned, block * half, (block + 1) * half);
}

/** The seed rows that the first so many re-embeddings of a writer cover together; undefined if there are none. */
export function reembeddedIds(
  shape: DatasetShape,
  writer: number,
  iterations: number,
): IdRange | undefined {
  const owned = ownedIds(shape, writer);
  if (owned === undefined || iterations === 0) return undefined;
  return sliceOf(owned, 0, iterations * (shape.batch / 2));
}

/** The seed rows that a writer re-embeds, a block after the other. */
function ownedIds({ keys, rows, writers }: DatasetShape, writer: number): IdRange | undefined {
  const own = keys === 'own';
  const step = own ? writers : 1;
  const first = own && writer > 0 ? writer : step;
  if (first > rows) return undefined;
  return [first, first + Math.floor((rows - first) / step) * step, step];
}

/** Its ids number `from` up to `to`, exclusive, as far as they go. */
function sliceOf([first, last, step]: IdRange, from: number, to: number): IdRange {
  return [first + from * step, Math.min(first + (to - 1) * step, last), step];
}

export function countOf([first, last, step]: IdRange): number {
  return (last - first) / step + 1;
}

export function idsOf(range: IdRange): Float64Array {
  const ids = new Float64Array(countOf(range));
  for (let i = 0; i < ids.length; i++) ids[i] = range[0] + i * range[2];
  return ids;
}

/** All columns of these chunks in this batch. Cost per row of 1536 floats: see bench. */
export function chunkColumns(shape: DatasetShape, ids: Float64Array, batch: number): ChunkColumns {
  const count = ids.length;
  const embeddings = new Float32Array(count * shape.dims);
  const checksums = new Float64Array(count);
  fillEmbeddings(shape, ids, batch, embeddings, checksums);
  return { ...textColumns(shape, ids, batch), embeddings, checksums };
}

/** Everything but embeddings and checksums: cheap, and what does not cross threads well. */
export function textColumns(
  shape: DatasetShape,
  ids: Float64Array,
  batch: number,
): Omit<ChunkColumns, 'embeddings' | 'checksums'> {
  const count = ids.length;
  const fileIds = new Float64Array(count);
  const startLines = new Int32Array(count);
  const endLines = new Int32Array(count);
  const createdTimes = new Float64Array(count);
  const contents = new Array<string>(count);
  const names = new Array<string>(count);
  for (let i = 0; i < count; i++) {
    const id = ids[i]!;
    const fileId = fileIdOf(shape, id);
    fileIds[i] = fileId;
    startLines[i] = 1 + (id - fileId) * LINES_PER_CHUNK;
    endLines[i] = (id - fileId + 1) * LINES_PER_CHUNK;
    createdTimes[i] = EPOCH_S + (id % 1_000_000) + batch;
    names[i] = `symbol_${id}`;
    contents[i] = `export function symbol_${id}() {\n  return ${batch};\n}\n`;
  }
  return { count, batch, ids, fileIds, contents, startLines, endLines, names, createdTimes };
}

/** Fills `embeddings` (flat) and `checksums` for these chunks. */
export function fillEmbeddings(
  shape: Pick<DatasetShape, 'seed' | 'dims'>,
  ids: Float64Array,
  batch: number,
  embeddings: Float32Array,
  checksums: Float64Array,
): void {
  const random = new Random();
  const bytes = new Uint8Array(embeddings.buffer, embeddings.byteOffset, embeddings.byteLength);
  for (let i = 0; i < ids.length; i++) {
    random.reseed(shape.seed, ids[i]!, batch).unitVector(embeddings, i * shape.dims, shape.dims);
    checksums[i] = checksumOf(ids[i]!, batch, bytes, i, shape.dims);
  }
}

/** The vector of one reader's n-th random search. */
export function queryVector(
  shape: Pick<DatasetShape, 'seed' | 'dims'>,
  reader: number,
  n: number,
): Float32Array {
  const out = new Float32Array(shape.dims);
  new Random(shape.seed, 0x7175657279, reader, n).unitVector(out, 0, shape.dims);
  return out;
}

const header = new Float64Array(2);
const headerBytes = new Uint8Array(header.buffer);
/** For CRC-32 a byte at a time. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ ((rest & 1) * 0xedb88320);
  return rest;
});

/** CRC-32 over id, batch (both as float64, little endian) and the bytes of the i-th embedding. */
function checksumOf(id: number, batch: number, bytes: Uint8Array, i: number, dims: number): number {
  header[0] = id;
  header[1] = batch;
  return crc32(bytes.subarray(i * dims * 4, (i + 1) * dims * 4), headerChecksum());
}

/** CRC-32 of the header: calling the library costs more than these 16 bytes do. */
function headerChecksum(): number {
  let rest = -1;
  for (let i = 0; i < headerBytes.length; i++) {
    rest = (rest >>> 8) ^ CRC_TABLE[(rest ^ headerBytes[i]!) & 0xff]!;
  }
  return ~rest >>> 0;
}

/** Indexes of the rows whose checksum does not match their id, batch and embedding (a wrong length is a mismatch). */
export function tornRows(
  rows: {
    count: number;
    ids: Float64Array;
    batches: Float64Array;
    checksums: Float64Array;
    embeddings: Float32Array;
  },
  dims: number,
): number[] {
  const torn: number[] = [];
  const { embeddings } = rows;
  const bytes = new Uint8Array(embeddings.buffer, embeddings.byteOffset, embeddings.byteLength);
  for (let i = 0; i < rows.count; i++) {
    const found =
      (i + 1) * dims <= embeddings.length
        ? checksumOf(rows.ids[i]!, rows.batches[i]!, bytes, i, dims)
        : -1;
    if (found !== rows.checksums[i]) torn.push(i);
  }
  return torn;
}

/** The file rows with these ids. */
export function fileColumns(shape: DatasetShape, ids: Float64Array): FileColumns {
  const count = ids.length;
  const sizes = new Float64Array(count);
  const modifiedTimes = new Float64Array(count);
  const indexedTimes = new Float64Array(count);
  const lineCounts = new Int32Array(count).fill(CHUNKS_PER_FILE * LINES_PER_CHUNK);
  const paths = new Array<string>(count);
  const contentHashes = new Array<string>(count);
  for (let i = 0; i < count; i++) {
    const id = ids[i]!;
    paths[i] = `src/file_${id}.ts`;
    sizes[i] = 4096 + (id % 4096);
    modifiedTimes[i] = EPOCH_S + (id % 1_000_000);
    indexedTimes[i] = EPOCH_S + (id % 1_000_000) + 1;
    contentHashes[i] = (crc32(`${shape.seed}:${id}`) >>> 0).toString(16).padStart(8, '0');
  }
  return { count, ids, paths, sizes, modifiedTimes, contentHashes, indexedTimes, lineCounts };
}

/** The distinct files of these chunks, ascending where the chunks are. */
export function fileIdsOf(shape: DatasetShape, chunkIds: Iterable<number>): Float64Array {
  const files = new Set<number>();
  for (const id of chunkIds) files.add(fileIdOf(shape, id));
  return Float64Array.from(files);
}
