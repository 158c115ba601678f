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
    throw damage(path, error);
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
    throw damage(path, error);
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
    const gunzip = createGunzip(ahead);
    gunzip.on('error', (error) => Object.assign(error, { byte: gunzip.bytesWritten }));
    // An error of either side ends both and reaches whoever reads.
    return pipeline(stream, gunzip, () => {});
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

/** Enough that nothing which reads it can fail, or take nonsense for a time or a row. */
function isEvent(value: unknown): value is Event {
  if (!(value instanceof Object && 'type' in value && typeof value.type === 'string')) return false;
  if (!Object.hasOwn(EVENT_TYPES, value.type)) return false;
  if (value.type === 'header') return 'options' in value;
  const { f, process, name, time, start, rows, ids, keys, torn, intervals } = value as Shapes;
  return (
    (typeof process === 'string' || typeof name === 'string') &&
    isNumberOrAbsent(time) &&
    isNumberOrAbsent(start) &&
    // The end of an audit has their number.
    (rows === undefined || (f === 'audit' ? typeof rows === 'number' : areNumbers(rows, 3))) &&
    (ids === undefined || areNumbers([ids], 3)) &&
    (keys === undefined || areNumbers([keys], 1)) &&
    (torn === undefined || areNumbers(torn, 2)) &&
    (intervals === undefined || Array.isArray(intervals))
  );
}

/** Fields of events that are followed blindly. */
type Shapes = Partial<
  Record<
    'f' | 'process' | 'name' | 'time' | 'start' | 'rows' | 'ids' | 'keys' | 'torn' | 'intervals',
    unknown
  >
>;

const isNumberOrAbsent = (value: unknown): boolean =>
  value === undefined || typeof value === 'number';

/** Whether it is a list of lists of at least so many numbers. */
function areNumbers(lists: unknown, least: number): boolean {
  if (!Array.isArray(lists)) return false;
  for (let i = 0; i < lists.length; i++) {
    const list: unknown = lists[i];
    if (!Array.isArray(list) || list.length < least) return false;
    for (let j = 0; j < list.length; j++) if (typeof list[j] !== 'number') return false;
  }
  return true;
}

/** The user's words for what zlib and the file system say. */
function damage(path: string, error: unknown): unknown {
  switch (codeOf(error)) {
    case 'Z_BUF_ERROR':
      return new UsageError(`${path} is truncated: its gzip data ends early`);
    case 'Z_DATA_ERROR': {
      const { byte, message } = error as Error & { byte?: number };
      return new UsageError(
        `${path} is corrupt: its gzip data is damaged before byte ${byte} (${message})`,
      );
    }
    default:
      return readFailure(path, error);
  }
}
