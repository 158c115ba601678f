/**
 * One committed operation as bytes: a header (mark, length of the JSON, length of the embeddings, CRC-32 of all the
 * rest), then the columns as JSON, then the embeddings. A record is whole or it is nothing.
 */
import { crc32 } from 'node:zlib';
import {
  CHUNK_TYPE,
  ENCODING,
  LANGUAGE,
  MODEL,
  PROVIDER,
  type ChunkColumns,
  type FileColumns,
} from '../../src/core/dataset.ts';

/** Columns as they are stored: with those that are the same for all rows. */
type Stored<T> = T & Readonly<Record<string, unknown>>;

/** What one record says. `add` and `set` are about the counter. */
export type Operation =
  | {
      kind: 'insert' | 'upsert' | 'reembed';
      chunks: Stored<ChunkColumns>;
      files?: Stored<FileColumns>;
    }
  | { kind: 'files'; files: Stored<FileColumns> }
  | { kind: 'add' | 'set'; value: number };

export function storedChunks(chunks: ChunkColumns): Stored<ChunkColumns> {
  const same = { provider: PROVIDER, model: MODEL, language: LANGUAGE, chunkType: CHUNK_TYPE };
  return { ...chunks, ...same };
}

export function storedFiles(files: FileColumns): Stored<FileColumns> {
  return { ...files, language: LANGUAGE, encoding: ENCODING };
}

/** What the store reads back: columns that no read returns stay in the log. */
export interface ReadOperation {
  kind: Operation['kind'];
  value?: number;
  chunks?: {
    count: number;
    batch: number;
    provider: string;
    model: string;
    ids: number[];
    checksums: number[];
  };
  files?: { ids: number[] };
  embeddings: Float32Array;
}

export const HEADER_BYTES = 16;
const MARK = Buffer.from([0xf1, 0x0e, 0xc0, 0x4d]);
const LENGTHS_AT = 4;
const CRC_AT = 12;

export function encode(operation: Operation): Buffer {
  const embeddings = 'chunks' in operation ? operation.chunks.embeddings : new Float32Array();
  const json = Buffer.from(
    JSON.stringify(operation, (key, value: unknown) => {
      if (key === 'embeddings') return undefined;
      return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
    }),
  );
  const floats = Buffer.from(embeddings.buffer, embeddings.byteOffset, embeddings.byteLength);
  const record = Buffer.concat([Buffer.alloc(HEADER_BYTES), json, floats]);
  MARK.copy(record);
  record.writeUInt32LE(json.length, LENGTHS_AT);
  record.writeUInt32LE(floats.length, LENGTHS_AT + 4);
  record.writeUInt32LE(checksumOf(record), CRC_AT);
  return record;
}

/** How long the record with this header is, header included; undefined if it is no header. */
export function lengthOf(header: Buffer): number | undefined {
  if (header.length < HEADER_BYTES || !MARK.equals(header.subarray(0, MARK.length)))
    return undefined;
  return HEADER_BYTES + header.readUInt32LE(LENGTHS_AT) + header.readUInt32LE(LENGTHS_AT + 4);
}

/** Whether a record of this length is whole. */
export function isWhole(record: Buffer, length: number): boolean {
  return record.length === length && record.readUInt32LE(CRC_AT) === checksumOf(record);
}

export function decode(record: Buffer): ReadOperation {
  const floatsAt = HEADER_BYTES + record.readUInt32LE(LENGTHS_AT);
  const json = record.toString('utf8', HEADER_BYTES, floatsAt);
  const fields = JSON.parse(json) as Omit<ReadOperation, 'embeddings'>;
  const floats = Uint8Array.from(record.subarray(floatsAt));
  return { ...fields, embeddings: new Float32Array(floats.buffer) };
}

/** Whether a whole record begins anywhere behind the first byte. */
export function holdsRecord(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(MARK, 1); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
    const rest = bytes.subarray(at);
    const length = lengthOf(rest);
    if (length !== undefined && isWhole(rest.subarray(0, length), length)) return true;
  }
  return false;
}

function checksumOf(record: Buffer): number {
  return crc32(record.subarray(HEADER_BYTES), crc32(record.subarray(LENGTHS_AT, CRC_AT)));
}
