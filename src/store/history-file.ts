import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError, messageOf } from '../core/errors.ts';
import { formatCount, plural } from '../core/count-text.ts';
import type { Event, HeaderEvent, History } from '../core/history.ts';
import { completeOptions } from './absent-options.ts';
import { EventRules } from './event-rules.ts';
import { codeOf, readFailure } from './read-failure.ts';
import { openRegular } from './regular-file.ts';

const CHUNK_BYTES = 64 * 1024;
/** So much is unpacked, in a thread of the runtime's, while what came before is being judged. */
const AHEAD_BYTES = 4 * 2 ** 20;
/** No event comes near it, a drain poll of millions of rows in no order apart; a foreign file may have no newline. */
export const LINE_LIMIT_BYTES = 64 * 2 ** 20;
/** The header names options and processes, nothing that grows with a run. */
const HEADER_LIMIT_BYTES = CHUNK_BYTES;
const NEWLINE = 0x0a;

/** A line of a read or a scan. It cannot stand inside a string, where JSON escapes its quotes. */
const READ = /"f":"(?:search|poll|drain|point|files|scan)"/;

/** The history in a file of NDJSON, plain or gzip: streamed anew each time its events are asked for. */
export function historyAt(path: string): History {
  return {
    events: () => readEvents(path, () => true),
    writes: () => readEvents(path, (line) => !READ.test(line)),
  };
}

/** The first line of a file; refused where it is longer than that of any history. */
export async function firstLine(path: string): Promise<string> {
  let head = Buffer.alloc(0);
  try {
    for await (const bytes of await openBytes(path)) {
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf(NEWLINE);
      if (end >= 0) return head.toString('utf8', 0, end);
      if (head.length < HEADER_LIMIT_BYTES) continue;
      const limit = formatCount(HEADER_LIMIT_BYTES);
      throw new UsageError(
        `${path} is not a history of probe: its first line has ${limit} bytes or more`,
      );
    }
    return head.toString('utf8');
  } catch (error) {
    throw damage(path, error);
  }
}

async function* readEvents(
  path: string,
  isWanted: (line: string) => boolean,
): AsyncGenerator<Event[]> {
  let linesRead = 0;
  const lineOf = new LineParser(path);
  try {
    for await (const lines of readLines(path)) {
      const events: Event[] = [];
      for (let i = 0; i < lines.length; i++) {
        const line = lines[i]!;
        if (isWanted(line)) events.push(lineOf.event(line, linesRead + i + 1));
      }
      linesRead += lines.length;
      yield events;
    }
  } catch (error) {
    throw damage(path, error);
  }
  lineOf.expectAll(linesRead);
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
      throw new UsageError(
        `${path} is not a history: a line has over ${formatCount(LINE_LIMIT_BYTES)} bytes`,
      );
    }
  }
  if (tornBytes > 0) throw new UsageError(`${path} is truncated: its last line is not whole`);
}

async function openBytes(path: string): Promise<AsyncIterable<Buffer>> {
  const file = await openRegular(path);
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

/** Makes events of the lines of one history, the header first. */
class LineParser {
  readonly #path: string;
  #header: HeaderEvent | undefined;
  #rules: EventRules | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  event(line: string, number: number): Event {
    const value = this.#parse(line, number);
    if (this.#rules === undefined) {
      const problem = isHeader(value) ? undefined : 'no header before it';
      if (problem !== undefined) throw this.#corrupt(number, problem);
      const header = value as HeaderEvent;
      this.#header = { ...header, options: completeOptions(header.options) };
      this.#rules = new EventRules(this.#header);
      return this.#header;
    }
    const problem = this.#rules.problemOf(value);
    if (problem === undefined) return value as Event;
    throw this.#corrupt(number, problem);
  }

  /** Refuses a history that says of itself that it had another number of events. */
  expectAll(count: number): void {
    const says = this.#header?.events;
    if (says === undefined || says === count) return;
    throw new UsageError(
      `${this.#path} is not whole: it has ${plural(count, 'event')} and says ${formatCount(says)}`,
    );
  }

  #parse(line: string, number: number): unknown {
    try {
      return JSON.parse(line);
    } catch (error) {
      const why = messageOf(error).slice(0, 100);
      throw new UsageError(`${this.#path} is corrupt: line ${number} is not JSON (${why})`);
    }
  }

  #corrupt(number: number, problem: string): UsageError {
    return new UsageError(
      `${this.#path} is corrupt: line ${number} is not an event of a history (${problem})`,
    );
  }
}

/** Its options and copies have been looked at where it was opened, or are our own. */
function isHeader(value: unknown): boolean {
  return value instanceof Object && 'type' in value && value.type === 'header';
}

/** The user's words for what zlib and the file system say. */
function damage(path: string, error: unknown): unknown {
  switch (codeOf(error)) {
    case 'Z_BUF_ERROR':
      return new UsageError(`${path} is truncated: its gzip data ends early`);
    case 'Z_DATA_ERROR': {
      const { byte, message } = error as Error & { byte?: number };
      const where = byte ? `before byte ${formatCount(byte)}` : 'at its very beginning';
      return new UsageError(`${path} is corrupt: its gzip data is damaged ${where} (${message})`);
    }
    default:
      return readFailure(path, error);
  }
}
