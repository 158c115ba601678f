/**
 * Histories as short strings, an event a line (or between semicolons). Times are milliseconds, `@start-end`.
 *
 *   w0 insert 101-104 #2 @10-20            acknowledged; or ... @10-20 fail, ... @10-20 info, ... @10 (never ended)
 *   w0 insert 105-108 #3 @10/15-20         announced at 10, its driver called at 15
 *   w0 increment #3 @21-22
 *   r0 search 7#0 101#2 @30-31 target 101#2
 *   r0 poll >100<200,>300: 101-104#2 @32-33 torn 101#2
 *   r0 point 1-7/2: 1-7/2#5 @34-35
 *   r0 point 1,5,9: 1#0 5#0 9#5 @34-35     asked for by keys, which are no progression
 *   r0 files 2 missing 101 @36-37
 *   r0 drain >100: 101-104#2 @2000-2001
 *   r0 open @38-39
 *   w0 died @40
 *   cut @41
 *   start @42
 *   audit seed 101-104#2 counter 1 missing 101 twice 97 torn 5#0 copy 1 error io
 *
 * A read with the word `fail` failed. Rows are `first-last/step#batch`; `seed` is all seed rows at batch 0.
 */
import { judge, type Judgement } from '../../src/checks/index.ts';
import type { IdRange } from '../../src/core/dataset.ts';
import { historyOf, runLength, type Event, type Run } from '../../src/core/history.ts';
import type { CheckName, ErrorClass, Outcome } from '../../src/core/names.ts';
import type { RunOptions } from '../../src/core/options.ts';
import type { CheckResult } from '../../src/core/result.ts';
import { header } from '../core/metrics-events.ts';

const MS_US = 1000;
const SEED_ROWS = 100;

/** The events of a history, its header first: 100 seed rows, and the writers and readers that the text names. */
export function eventsOf(
  text: string,
  changes: Partial<RunOptions> = {},
  copies?: string[][],
): Event[] {
  const lines = text
    .split(/[;\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const named = (role: string): number =>
    Math.max(1, ...lines.map((line) => Number(line.match(`^${role}(\\d+) `)?.[1] ?? 0) + 1));
  const options = { writers: named('w'), readers: named('r'), ...changes };
  const numbers = new Map<string, number>();
  return [header(options, copies), ...lines.flatMap((line) => new Line(line, numbers).events())];
}

/** What all checks say of this history. */
export function judged(...history: Parameters<typeof eventsOf>): Promise<Judgement> {
  return judge(historyOf(eventsOf(...history)));
}

/** What one check says of this history. */
export async function check(
  name: CheckName,
  ...history: Parameters<typeof eventsOf>
): Promise<CheckResult> {
  const { checks } = await judged(...history);
  return checks.find((result) => result.name === name)!;
}

/** The names of the checks that failed. */
export function failing({ checks }: Judgement): CheckName[] {
  return checks.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name);
}

/** The words of one line, taken from the left. */
class Line {
  readonly #text: string;
  readonly #words: string[];
  /** How many operations each writer has begun. */
  readonly #numbers: Map<string, number>;

  constructor(text: string, numbers: Map<string, number>) {
    this.#text = text;
    this.#words = text.split(/\s+/);
    this.#numbers = numbers;
  }

  events(): Event[] {
    const process = this.#next();
    if (process === 'audit') return this.#audit();
    if (process === 'cut' || process === 'start') {
      return [{ type: 'mark', name: process, time: this.#times().start }];
    }
    const f = this.#next();
    switch (f) {
      case 'insert':
      case 'upsert':
      case 'reembed':
      case 'increment':
        return this.#write(process, f);
      case 'search':
      case 'poll':
      case 'drain':
      case 'point':
      case 'files':
        return [this.#read(process, f)];
      case 'open':
        return [this.#open(process)];
      case 'died':
        return [{ type: 'process', process, state: f, time: this.#times().start }];
      default:
        throw this.#error(`there is no ${f}`);
    }
  }

  #write(process: string, f: 'insert' | 'upsert' | 'reembed' | 'increment'): Event[] {
    const op = this.#numbers.get(process) ?? 0;
    this.#numbers.set(process, op + 1);
    const ids = f === 'increment' ? {} : { ids: idsOf(this.#next()) };
    const batch = Number(this.#next().slice(1));
    const { invoke, start, time } = this.#times();
    const events: Event[] = [{ type: 'invoke', process, f, op, batch, ...ids, time: invoke }];
    const type = (this.#words.shift() ?? 'ok') as Outcome;
    if (time !== undefined) events.push({ type, process, f, op, start, time });
    return events;
  }

  #read(process: string, f: 'search' | 'poll' | 'drain' | 'point' | 'files'): Event {
    const asked =
      f === 'poll' || f === 'drain'
        ? { intervals: intervalsOf(this.#next()) }
        : f === 'point'
          ? pointsOf(this.#next().replace(':', ''))
          : f === 'files'
            ? { asked: Number(this.#next()) }
            : {};
    const rows: Run[] = [];
    const extra: { torn?: [number, number][]; target?: [number, number]; missing?: number[] } = {};
    let type: 'ok' | 'fail' = 'ok';
    let times = { start: 0, time: 0 as number | undefined };
    while (this.#words.length > 0) {
      const word = this.#words[0]!;
      if (word.startsWith('@')) times = this.#times();
      else if (word === 'target') extra.target = pairOf(this.#after());
      else if (word === 'torn') (extra.torn ??= []).push(pairOf(this.#after()));
      else if (word === 'missing') (extra.missing ??= []).push(Number(this.#after()));
      else if (word === 'fail') type = this.#next() as 'fail';
      else rows.push(runOf(this.#next()));
    }
    if (times.time === undefined) throw this.#error('a read has an end');
    const { start, time } = times;
    const result = f === 'files' || type === 'fail' ? {} : { rows };
    return { type, process, f, iteration: 0, start, time, ...asked, ...result, ...extra };
  }

  #open(process: string): Event {
    const { start, time = start } = this.#times();
    return { type: 'ok', process, f: 'open', start, time };
  }

  #audit(): Event[] {
    const rows: Run[] = [];
    const torn: [number, number][] = [];
    const files = { missingFiles: [] as number[], duplicateFiles: [] as number[] };
    let copy = 0;
    let counter: number | null = 0;
    let error: ErrorClass | undefined;
    let ended = true;
    while (this.#words.length > 0) {
      const word = this.#words[0]!;
      if (word === 'seed') {
        this.#next();
        rows.push([1, SEED_ROWS, 0]);
      } else if (word === 'counter') counter = Number(this.#after());
      else if (word === 'copy') copy = Number(this.#after());
      else if (word === 'error') error = this.#after() as ErrorClass;
      else if (word === 'missing') files.missingFiles.push(Number(this.#after()));
      else if (word === 'twice') files.duplicateFiles.push(Number(this.#after()));
      else if (word === 'torn') torn.push(pairOf(this.#after()));
      else if (word === '...') ended = this.#next() !== '...';
      else rows.push(runOf(this.#next()));
    }
    const count = rows.reduce((sum, run) => sum + runLength(run), 0);
    const scan: Event = { type: 'ok', process: 'audit', f: 'scan', copy, rows, torn };
    if (!ended) return [scan];
    const end = { process: 'audit', f: 'audit', copy, start: 9_000_000, time: 9_500_000 } as const;
    const found = { rows: count, files: 13, ...files };
    if (error === undefined) return [scan, { type: 'ok', ...end, ...found, counter }];
    const record = { class: error, message: `it said ${error}` };
    return [scan, { type: 'fail', ...end, ...found, counter: null, error: record }];
  }

  #times(): { invoke: number; start: number; time: number | undefined } {
    const number = '(\\d+(?:\\.\\d+)?)';
    const match = this.#next().match(`^@${number}(?:/${number})?(?:-${number})?$`);
    if (match === null) throw this.#error('times are @start-end');
    const us = (ms: string): number => Math.round(Number(ms) * MS_US);
    const [, invoke, start = invoke, time] = match;
    return {
      invoke: us(invoke!),
      start: us(start!),
      time: time === undefined ? undefined : us(time),
    };
  }

  /** The word after the next one. */
  #after(): string {
    this.#next();
    return this.#next();
  }

  #next(): string {
    const word = this.#words.shift();
    if (word === undefined) throw this.#error('a word is missing');
    return word;
  }

  #error(why: string): Error {
    return new Error(`${why} in: ${this.#text}`);
  }
}

function idsOf(text: string): IdRange {
  const match = text.match(/^(\d+)(?:-(\d+)(?:\/(\d+))?)?$/);
  if (match === null) throw new Error(`ids are first-last/step, not ${text}`);
  return [Number(match[1]), Number(match[2] ?? match[1]), Number(match[3] ?? 1)];
}

function pointsOf(text: string): { ids: IdRange } | { keys: number[] } {
  return text.includes(',') ? { keys: text.split(',').map(Number) } : { ids: idsOf(text) };
}

function runOf(text: string): Run {
  const [ids, batch] = text.split('#');
  if (ids === undefined || batch === undefined) throw new Error(`rows are ids#batch, not ${text}`);
  const [first, last, step] = idsOf(ids);
  return step === 1 ? [first, last, Number(batch)] : [first, last, Number(batch), step];
}

function pairOf(text: string): [number, number] {
  const [id, , batch] = runOf(text);
  return [id, batch];
}

function intervalsOf(text: string): [number, number | null][] {
  return text
    .replace(':', '')
    .split(',')
    .map((part) => {
      const match = part.match(/^>(\d+)(?:<(\d+))?$/);
      if (match === null) throw new Error(`intervals are >after<before, not ${part}`);
      return [Number(match[1]), match[2] === undefined ? null : Number(match[2])];
    });
}
