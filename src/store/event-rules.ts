/** What may stand in a line of a history: nothing that makes no sense, and nothing that takes more work than its line is worth. */
import { batchNumber } from '../core/dataset.ts';
import { isProcessName, writerName, type Event, type HeaderEvent } from '../core/history.ts';
import { ERROR_CLASSES, PROCESS_STATES } from '../core/names.ts';
import { shapeOf } from '../core/options.ts';
import {
  areIds,
  arePairs,
  isAbsentOr,
  isCount,
  isId,
  isIntervals,
  isOneOf,
  isText,
  isTime,
  RunLimit,
  stepsOf,
} from './event-fields.ts';

/** No driver's message is longer; each is cut to a fraction of it when it is recorded. */
const ERROR_TEXT_LIMIT = 100_000;

const MARKS = ['start', 'end', 'interrupted', 'cut'];
const WRITES = ['insert', 'upsert', 'reembed', 'increment'];
const READS = ['search', 'poll', 'drain', 'point', 'files'];

/** Fields of an event as it was read, which may be anything. */
type Fields = Readonly<Record<string, unknown>>;

/** Tells which field of an event is wrong; undefined for none. */
type Rule = (event: Fields) => string | undefined;

/** The rules for the events that follow one header, in their order. */
export class EventRules {
  readonly #options: HeaderEvent['options'];
  /** Names that have come and are those of processes. */
  readonly #processes = new Set<unknown>(['audit', 'seed']);
  readonly #writers: ReadonlyMap<unknown, number>;
  readonly #batchOf: (writer: number, op: number) => number;
  readonly #rowsOfWrite: number;
  readonly #copies: number;
  readonly #lastOp = new Map<number, number>();
  readonly #runs: RunLimit;

  constructor({ options, copies }: HeaderEvent, runs = new RunLimit()) {
    this.#runs = runs;
    const shape = shapeOf(options);
    this.#options = options;
    this.#writers = new Map(
      Array.from({ length: options.writers }, (_, writer) => [writerName(writer), writer]),
    );
    this.#batchOf = (writer, op) => batchNumber(shape, writer, op);
    this.#rowsOfWrite = options.batch / 2;
    this.#copies = copies.length;
  }

  /** What is wrong with it as the next event: a field, or another few words; undefined for nothing. */
  problemOf(value: unknown): string | undefined {
    if (!(value instanceof Object) || Array.isArray(value)) return 'no object';
    const event = value as Fields;
    const { type } = event;
    if (typeof type !== 'string' || !Object.hasOwn(this.#rules, type)) return 'type';
    return this.#rules[type as Event['type']](event);
  }

  /** Every event type has an entry, so that the compiler tells when one is added. */
  readonly #rules: Readonly<Record<Event['type'], Rule>> = {
    header: () => 'a second header',
    invoke: (event) => this.#invoke(event),
    ok: (event) => this.#end(event),
    fail: (event) => this.#end(event),
    info: (event) => (isOneOf(WRITES, event['f']) ? this.#end(event) : 'f'),
    busy: ({ process, retries, waitedUs, time }) => {
      if (!this.#isProcess(process)) return 'process';
      if (!isCount(retries)) return 'retries';
      if (!isTime(waitedUs)) return 'waitedUs';
      if (!isTime(time)) return 'time';
      return undefined;
    },
    strangers: ({ process, count, time }) => {
      if (!this.#isProcess(process)) return 'process';
      if (!isCount(count)) return 'count';
      if (!isTime(time)) return 'time';
      return undefined;
    },
    mark: ({ name, time }) => {
      if (!isOneOf(MARKS, name)) return 'name';
      return isTime(time) ? undefined : 'time';
    },
    process: ({ process, state, time }) => {
      if (!this.#isProcess(process)) return 'process';
      if (!isOneOf(PROCESS_STATES, state)) return 'state';
      if (!isTime(time)) return 'time';
      return undefined;
    },
  };

  #invoke({ process, f, op, batch, ids, time }: Fields): string | undefined {
    const writer = this.#writers.get(process);
    if (writer === undefined) return 'process';
    if (!isCount(op)) return 'op';
    if (op <= (this.#lastOp.get(writer) ?? -1)) return 'op, which is not after the one before';
    this.#lastOp.set(writer, op);
    const rows = f === 'increment' ? 0 : this.#rowsOfWrite;
    if (!isOneOf(WRITES, f)) return 'f';
    if (!(batch === this.#batchOf(writer, op))) return 'batch, which is not that of the operation';
    if (!isId(batch)) return 'batch';
    if (!(rows === 0 ? ids === undefined : areIds(ids) && ids[0] >= 1 && stepsOf(ids) < rows))
      return 'ids';
    // Writers take turns on the seed, and what they add has no gaps: a page of ids holds many rows of any operation.
    const furthest = f === 'reembed' ? this.#options.writers : 1;
    if (areIds(ids) && stepsOf(ids) > 0 && ids[2] > furthest)
      return 'ids, which are further apart than those of a writer';
    if (!isTime(time)) return 'time';
    return undefined;
  }

  /** What came to an end: a write, a read, an open, a failed close, a page of an audit or the audit. */
  #end(event: Fields): string | undefined {
    const { process, f, error } = event;
    if (!this.#isProcess(process)) return 'process';
    if (!isAbsentOr(isErrorRecord, error)) return 'error';
    if (f === 'scan') return this.#scan(event);
    const { start, time } = event;
    if (!isTime(time)) return 'time';
    if (!isTime(start) || start > time) return 'start';
    if (f === 'audit') return this.#audit(event);
    if (isOneOf(WRITES, f)) return this.#write(event);
    if (isOneOf(READS, f)) return this.#read(event);
    if (f === 'close') return this.#close(event);
    return f === 'open' ? undefined : 'f';
  }

  #close({ type, error }: Fields): string | undefined {
    if (type !== 'fail') return 'type';
    return error === undefined ? 'error' : undefined;
  }

  #write({ process, op, attempts, scheduled, time }: Fields): string | undefined {
    if (!this.#writers.has(process)) return 'process';
    if (!isCount(op)) return 'op';
    if (!isAbsentOr(isCount, attempts)) return 'attempts';
    return isDueBy(scheduled, time) ? undefined : 'scheduled';
  }

  #read(event: Fields): string | undefined {
    const { iteration, rows, torn, intervals, ids, keys, target, asked, missing, fresh } = event;
    const { f, scheduled, time } = event;
    if (!(iteration === -1 || isCount(iteration))) return 'iteration';
    if (!(f === 'search' ? isDueBy(scheduled, time) : scheduled === undefined)) return 'scheduled';
    if (!(rows === undefined || this.#runs.allow(rows))) return 'rows';
    if (!isAbsentOr(arePairs, torn)) return 'torn';
    if (!isAbsentOr(isIntervals, intervals)) return 'intervals';
    if (!isAbsentOr(areIds, ids)) return 'ids';
    if (!isAbsentOr(areKeys, keys)) return 'keys';
    if (!(target === undefined || arePairs([target]))) return 'target';
    if (!isAbsentOr(isCount, asked)) return 'asked';
    if (!isAbsentOr(isIdList, missing)) return 'missing';
    if (!(fresh === undefined || typeof fresh === 'boolean')) return 'fresh';
    return undefined;
  }

  #scan({ type, process, copy, rows, torn }: Fields): string | undefined {
    if (!(type === 'ok')) return 'type';
    if (!(process === 'audit')) return 'process';
    if (!this.#isCopy(copy)) return 'copy';
    if (!this.#runs.allow(rows)) return 'rows';
    if (!isAbsentOr(arePairs, torn)) return 'torn';
    return undefined;
  }

  #audit(event: Fields): string | undefined {
    const { process, copy, openUs, rows, files, missingFiles, duplicateFiles, counter } = event;
    if (!(process === 'audit')) return 'process';
    if (!this.#isCopy(copy)) return 'copy';
    if (!isAbsentOr(isTime, openUs)) return 'openUs';
    if (!isCount(rows)) return 'rows';
    if (!isCount(files)) return 'files';
    if (!isIdList(missingFiles)) return 'missingFiles';
    if (!isIdList(duplicateFiles)) return 'duplicateFiles';
    if (!(counter === null || isId(counter))) return 'counter';
    return undefined;
  }

  #isProcess(name: unknown): boolean {
    if (this.#processes.has(name)) return true;
    if (typeof name !== 'string' || !isProcessName(name, this.#options)) return false;
    this.#processes.add(name);
    return true;
  }

  #isCopy(copy: unknown): boolean {
    return isCount(copy) && copy < this.#copies;
  }
}

/** When something was due, if it had to wait: at the latest when it ended. */
function isDueBy(scheduled: unknown, time: unknown): boolean {
  return scheduled === undefined || (isTime(scheduled) && scheduled <= (time as number));
}

/** Ascending ids. */
function areKeys(value: unknown): boolean {
  if (!isIdList(value)) return false;
  const keys = value as readonly number[];
  return keys.every((id, i) => i === 0 || id > keys[i - 1]!);
}

function isIdList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isId);
}

function isErrorRecord(value: unknown): boolean {
  if (!(value instanceof Object)) return false;
  const { class: name, message, holder } = value as Fields;
  const isShort = (text: unknown): boolean => isText(text, ERROR_TEXT_LIMIT);
  return isOneOf(ERROR_CLASSES, name) && isShort(message) && isAbsentOr(isShort, holder);
}
