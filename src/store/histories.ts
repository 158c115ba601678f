import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { UsageError } from '../core/errors.ts';
import { formatCount } from '../core/count-text.ts';
import { HISTORY_FORMAT, type Event, type HeaderEvent, type History } from '../core/history.ts';
import { writeAtomically } from './atomic-file.ts';
import { firstLine, historyAt, LINE_LIMIT_BYTES } from './history-file.ts';
import { makeFolder } from './make-folder.ts';
import { refuseNewer } from './read-failure.ts';

/** What a saved history's name ends in; never .json, which results end in. */
export const HISTORY_SUFFIX = '.history.ndjson.gz';

/** Bytes that may wait for the disk; beyond it the disk is given up, so that memory stays bounded. */
const SPOOL_LIMIT_BYTES = 64 * 2 ** 20;

/** The history of a run while it goes on: one JSON line an event, in a file. */
export class HistorySpool {
  private readonly path: string;
  private readonly stream: WriteStream;
  private failure: Error | null = null;
  private lost = 0;
  private kept = 0;

  constructor(path: string) {
    this.path = path;
    this.stream = createWriteStream(path, { highWaterMark: 2 ** 20 });
    this.stream.on('error', (error) => {
      this.failure ??= error;
    });
  }

  /** What the disk said first; the history is then incomplete. */
  get error(): Error | null {
    return this.failure;
  }

  /** Events that were dropped after an error. */
  get dropped(): number {
    return this.lost;
  }

  /** Events that are in the file or on their way to it. */
  get events(): number {
    return this.kept;
  }

  /** Never throws: a failure is kept in {@link error}. */
  append(events: readonly Event[]): void {
    if (!this.failure && this.stream.writableLength > SPOOL_LIMIT_BYTES) {
      this.failure = new Error(`${this.path}: the disk does not keep up with the history`);
      this.stream.destroy();
    }
    if (this.failure) {
      this.lost += events.length;
      return;
    }
    try {
      this.stream.write(linesOf(events));
      this.kept += events.length;
    } catch (error) {
      this.failure = error as Error;
      this.lost += events.length;
      this.stream.destroy();
    }
  }

  /** Resolves when all that was appended so far can be read. */
  async flushed(): Promise<void> {
    if (this.failure) return;
    await new Promise<void>((resolve) => {
      this.stream.write('', () => resolve());
    });
  }

  /** Resolves when everything is in the file or given up; see {@link error}. */
  async close(): Promise<void> {
    this.stream.end();
    try {
      await finished(this.stream);
    } catch (error) {
      this.failure ??= error as Error;
    }
  }

  /** The events in the file, once closed. */
  history(): History {
    return historyAt(this.path);
  }
}

/**
 * Compresses a spooled history of so many events into `target` (its folder is created if missing), streamed, whole or
 * not at all. It says how many events it has, so that what is missing later is noticed.
 */
export async function saveHistory(
  spoolPath: string,
  target: string,
  events: number,
): Promise<void> {
  await compress(target, countedLines(createReadStream(spoolPath), events));
}

/** The same of a history that lies in no file: a part of another one, which is read twice. */
export async function saveEvents(history: History, target: string): Promise<void> {
  let count = 0;
  for await (const events of history.events()) count += events.length;
  await compress(target, countedLines(textOf(history), count));
}

async function compress(target: string, text: AsyncIterable<string | Buffer>): Promise<void> {
  await makeFolder(dirname(target));
  await writeAtomically(target, (temporary) =>
    pipeline(text, createGzip({ level: constants.Z_BEST_SPEED }), createWriteStream(temporary)),
  );
}

/** The same text, whose first line is a header, with the number of events in it. */
async function* countedLines(
  text: AsyncIterable<string | Buffer>,
  events: number,
): AsyncGenerator<string | Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const part of text) {
    if (head === undefined) {
      yield part;
      continue;
    }
    head = Buffer.concat([head, Buffer.from(part as string)]);
    const end = head.indexOf('\n');
    if (end < 0) continue;
    const header = JSON.parse(head.toString('utf8', 0, end)) as HeaderEvent;
    yield `${JSON.stringify({ ...header, events })}\n`;
    yield head.subarray(end + 1);
    head = undefined;
  }
}

async function* textOf(history: History): AsyncGenerator<string> {
  for await (const events of history.events()) {
    if (events.length > 0) yield linesOf(events);
  }
}

/** Throws where a line is longer than what will be read again. */
function linesOf(events: readonly Event[]): string {
  let lines = '';
  for (const event of events) {
    const line = JSON.stringify(event);
    if (line.length > LINE_LIMIT_BYTES) {
      throw new Error(`an event has over ${formatCount(LINE_LIMIT_BYTES)} bytes`);
    }
    lines += `${line}\n`;
  }
  return lines;
}

/** A saved history, once its first line is known to be one's; a damaged rest is met when its events are read. */
export async function openHistory(path: string): Promise<History> {
  const header = parseHeader(await firstLine(path));
  if (header === undefined) {
    throw new UsageError(`${path} is not a history of probe: its first line is no header`);
  }
  refuseNewer(path, header.format, HISTORY_FORMAT);
  const { firstProblem, headerSchema } = await import('./schemas.ts');
  const problem = firstProblem(headerSchema, header);
  if (problem) throw new UsageError(`${path} is not a history of probe: line 1, ${problem}`);
  return historyAt(path);
}

function parseHeader(line: string): { format?: unknown } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const header = value as { type?: unknown; format?: unknown } | null;
  return header?.type === 'header' ? header : undefined;
}
