import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError, messageOf } from '../core/errors.ts';
import type { Event, History } from '../core/history.ts';
import { codeOf, readFailure } from './read-failure.ts';

const CHUNK_BYTES = 64 * 1024;
/** So much is unpacked, in a thread of the runtime's, while what came before is being judged. */
const AHEAD_BYTES = 4 * 2 ** 20;
/** No event comes near it; a file of another kind may have no newline at all. */
const LINE_LIMIT_BYTES = 256 * 2 ** 20;
const NEWLINE = 0x0a;

/** A line of a read or a scan. It cannot stand inside a string, where JSON escapes its quotes. */
const READ = /"f":"(?:search|poll|drain|point|files|scan)"/;

/** Every event type has an entry, so that the compiler tells when one is added. */
const EVENT_TYPES: Record<Event['type'], true> = {
  header: true,
  invoke: true,
  ok: true,
  fail: true,
  info: true,
  busy: true,
  mark: true,
  process: true,
};

/** The history in a file of NDJSON, plain or gzip: streamed anew each time its events are asked for. */
export function historyAt(path: string): History {
  return {
    events: () => readEvents(path, () => true),
    writes: () => readEvents(path, (line) => !READ.test(line)),
  };
}

/** The first line of a file, or what of it lies in the first {@link CHUNK_BYTES}. */
export async function firstLine(path: string): Promise<string> {
  try {
    for await (const bytes of await openBytes(path)) {
      return bytes.toString('utf8').split('\n', 1)[0]!;
    }
    return '';
  } catch (error) {
    throw damage(path, 0, error);
  }
}

async function* readEvents(
  path: string,
  isWanted: (line: string) => boolean,
): AsyncGenerator<Event[]> {
  let linesRead = 0;
  try {
    for await (const lines of readLines(path)) {
      const events: Event[] = [];
      for (let i = 0; i < lines.length; i++) {
        const line = lines[i]!;
        if (isWanted(line)) events.push(parseEvent(path, line, linesRead + i + 1));
      }
      linesRead += lines.length;
      yield events;
    }
  } catch (error) {
    throw damage(path, linesRead, error);
  }
}

/** Whole lines only: a file that does not end in a newline was cut off. */
async function* readLines(path: string): AsyncGenerator<string[]> {
  let torn: Buffer[] = [];
  let tornBytes = 0;
  for await (const bytes of await openBytes(path)) {
    const end = bytes.lastIndexOf(NEWLINE);
    if (end >= 0) {
      yield Buffer.concat([...torn, bytes.subarray(0, end)])
        .toString('utf8')
        .split('\n');
      torn = [];
      tornBytes = 0;
    }
    torn.push(bytes.subarray(end + 1));
    tornBytes += bytes.length - end - 1;
    if (tornBytes > LINE_LIMIT_BYTES) {
      throw new UsageError(`${path} is not a history: a line has over ${LINE_LIMIT_BYTES} bytes`);
    }
  }
  if (tornBytes > 0) throw new UsageError(`${path} is truncated: its last line is not whole`);
}

async function openBytes(path: string): Promise<AsyncIterable<Buffer>> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    const stream = file.createReadStream({ start: 0, highWaterMark: CHUNK_BYTES });
    const isGzip = bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
    if (!isGzip) return stream;
    const ahead = { chunkSize: CHUNK_BYTES, highWaterMark: AHEAD_BYTES };
    // An error of either side ends both and reaches whoever reads.
    return pipeline(stream, createGunzip(ahead), () => {});
  } catch (error) {
    await file.close();
    throw error;
  }
}

function parseEvent(path: string, line: string, number: number): Event {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new UsageError(
      `${path} is corrupt: line ${number} is not JSON (${messageOf(error).slice(0, 100)})`,
    );
  }
  if (isEvent(value)) return value;
  throw new UsageError(`${path} is corrupt: line ${number} is not an event of a history`);
}

/** Enough to tell an event from something else; its fields are the writer's promise. */
function isEvent(value: unknown): value is Event {
  return (
    value instanceof Object &&
    'type' in value &&
    typeof value.type === 'string' &&
    Object.hasOwn(EVENT_TYPES, value.type) &&
    ('process' in value || 'name' in value || 'options' in value)
  );
}

/** The user's words for what zlib and the file system say. */
function damage(path: string, linesRead: number, error: unknown): unknown {
  switch (codeOf(error)) {
    case 'Z_BUF_ERROR':
      return new UsageError(
        `${path} is truncated: its gzip data ends early, after line ${linesRead}`,
      );
    case 'Z_DATA_ERROR':
      return new UsageError(
        `${path} is corrupt: its gzip data is damaged after line ${linesRead} (${messageOf(error)})`,
      );
    default:
      return readFailure(path, error);
  }
}
