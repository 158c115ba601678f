import { fstatSync, readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { classifyCode, StoreError } from './failure.ts';
import {
  decode,
  encode,
  HEADER_BYTES,
  holdsRecord,
  isWhole,
  lengthOf,
  type Operation,
  type ReadOperation,
} from './record.ts';

const SIGNATURE = Buffer.from('probe reference 1\n');

/**
 * The append-only log of committed operations, and how far it has been read. Reads are synchronous: nothing of this
 * process comes between a read and what is made of it.
 */
export class Log {
  readonly #file: FileHandle;
  #end = SIGNATURE.length;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Makes an empty log; the caller makes it durable. */
  static async create(path: string): Promise<Log> {
    const file = await open(path, 'wx+');
    await file.write(SIGNATURE);
    return new Log(file);
  }

  static async open(path: string): Promise<Log> {
    const file = await open(path, 'r+').catch((error: unknown) => {
      throw new StoreError(
        `the store does not open: ${String(error)}`,
        classifyCode(error, 'fail'),
        {
          cause: error,
        },
      );
    });
    const log = new Log(file);
    if (log.#read(0, SIGNATURE.length).equals(SIGNATURE)) return log;
    await file.close();
    throw corrupt(`${path} is not a log of the reference store`);
  }

  /** The next whole record; undefined at the end, which may be followed by one that is just being written. */
  next(): ReadOperation | undefined {
    const size = this.#size();
    if (size <= this.#end) return undefined;
    let record = this.#recordAt(this.#end, size);
    if (record === undefined && holdsRecord(this.#read(this.#end, size - this.#end))) {
      // Records are written one after the other: if a later one is whole, so is this one, now or never.
      record = this.#recordAt(this.#end, this.#size());
      if (record === undefined) throw corrupt(`the record at byte ${this.#end} is damaged`);
    }
    if (record === undefined) return undefined;
    this.#end += record.length;
    return decode(record);
  }

  /** Writes one record behind the last one. Only for the holder of the lock, who has read all. */
  async append(operation: Operation, options: { sync: boolean }): Promise<void> {
    const record = encode(operation);
    const start = this.#end;
    if (this.#size() > start) await this.#file.truncate(start);
    try {
      for (let done = 0; done < record.length;) {
        const rest = record.length - done;
        done += (await this.#file.write(record, done, rest, start + done)).bytesWritten;
      }
    } catch (error) {
      await this.#file.truncate(start);
      throw new StoreError(`nothing was committed: ${String(error)}`, classifyCode(error, 'fail'), {
        cause: error,
      });
    }
    if (options.sync) await this.#file.sync();
  }

  async sync(): Promise<void> {
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  #recordAt(position: number, size: number): Buffer | undefined {
    const length = lengthOf(this.#read(position, HEADER_BYTES));
    if (length === undefined || position + length > size) return undefined;
    const record = this.#read(position, length);
    return isWhole(record, length) ? record : undefined;
  }

  #size(): number {
    return fstatSync(this.#file.fd).size;
  }

  /** What the file holds there, as far as it goes. */
  #read(position: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const more = readSync(this.#file.fd, bytes, done, length - done, position + done);
      if (more === 0) break;
      done += more;
    }
    return bytes.subarray(0, done);
  }
}

function corrupt(message: string): StoreError {
  return new StoreError(message, { class: 'corrupt', outcome: 'fail' });
}
