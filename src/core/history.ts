/**
 * The history: the only contract between running and judging. One event a line, in the order in which they reached the
 * coordinator (each process's own events are in its order; between processes only `time` decides).
 *
 * Times are integer microseconds of CLOCK_MONOTONIC since the run's epoch, which all processes of a host share.
 * Writers have an `invoke` and a completion; it is delivered before the commit, so a kill cannot lose the ledger.
 * Readers have one completion with its `start`: a read that never completed proves nothing.
 */
import type { IdRange } from './dataset.ts';
import type { ErrorRecord } from './errors.ts';
import type { Progression } from './id-range.ts';
import type { Outcome, ProcessState } from './names.ts';
import type { RunOptions } from './options.ts';

export const HISTORY_FORMAT = 1;

/** Consecutive rows of one batch as they were returned: ids from first to last by step (1 unless given). */
export type Run =
  | readonly [first: number, last: number, batch: number]
  | readonly [first: number, last: number, batch: number, step: number];

export type WriteName = 'insert' | 'upsert' | 'reembed' | 'increment';
export type ReadName = 'search' | 'poll' | 'drain' | 'point' | 'files';

/** Always the first line. */
export interface HeaderEvent {
  type: 'header';
  format: typeof HISTORY_FORMAT;
  options: RunOptions;
  /** Which processes share which copy of the database; one entry unless access is `isolated`. */
  copies: string[][];
  /** How many events the history has, this one included: of a saved one, where some may since have gone. */
  events?: number;
}

export interface WriteInvoke {
  type: 'invoke';
  process: string;
  f: WriteName;
  /** Number of the operation within its writer, from 0. */
  op: number;
  batch: number;
  /** Ids of the rows it writes; absent for increments. */
  ids?: IdRange;
  time: number;
}

export interface WriteEnd {
  type: Outcome;
  process: string;
  f: WriteName;
  op: number;
  /** Since when `--write-rate` had it due, if it had to wait. Its latency counts from here, its order from `start`. */
  scheduled?: number;
  /** When the driver was called: after the invoke had been delivered. */
  start: number;
  time: number;
  /** The driver's own tries, where it tells. */
  attempts?: number;
  error?: ErrorRecord;
}

export interface ReadEvent {
  type: 'ok' | 'fail';
  process: string;
  f: ReadName;
  /** Reader iteration, from 0; searches and polls of one iteration share it. The reads of the drain have -1. */
  iteration: number;
  /** search: since when `--read-rate` had its iteration due, if it had to wait. Its latency counts from here. */
  scheduled?: number;
  start: number;
  time: number;
  /** What was returned, losslessly: duplicates included, in the order returned. Absent with --no-check and for `files`. */
  rows?: Run[];
  /** `[id, batch]` of each returned row whose checksum does not match. */
  torn?: [number, number][];
  /** poll, drain: the id intervals asked for, `[after, before]`, exclusive; before is null for no upper end. */
  intervals?: [number, number | null][];
  /** point: the ids asked for. */
  ids?: IdRange;
  /** point of the drain: the ids asked for, ascending, where they are a sample and no progression. */
  keys?: number[];
  /** search: `[id, batch]` of the polled row whose embedding was searched for. */
  target?: [number, number];
  /** files: how many file ids were asked for, and which do not exist. */
  asked?: number;
  missing?: number[];
  /** Whether any row of a batch > 0 came back (kept with --no-check too). */
  fresh?: boolean;
  error?: ErrorRecord;
}

export interface OpenEvent {
  type: 'ok' | 'fail';
  process: string;
  f: 'open';
  start: number;
  time: number;
  error?: ErrorRecord;
}

/** A close that failed. What the driver acknowledged before it stands: only this is an error. */
interface CloseEvent {
  type: 'fail';
  process: string;
  f: 'close';
  start: number;
  time: number;
  error: ErrorRecord;
}

/** `reopen`: refused tries of one open inside an operation, and the time waited between them. */
interface BusyEvent {
  type: 'busy';
  process: string;
  retries: number;
  waitedUs: number;
  time: number;
}

/** Connections without the run's token that an owner has turned away since it last told: once in a while, not each. */
interface StrangersEvent {
  type: 'strangers';
  process: string;
  count: number;
  time: number;
}

/** Part of the audit of copy `copy`: rows of `chunks` in scan order. */
export interface AuditRows {
  type: 'ok';
  process: 'audit';
  f: 'scan';
  copy: number;
  rows: Run[];
  torn?: [number, number][];
}

/** Ends the audit of a copy. `fail`: what was read before is still judged. */
export interface AuditEnd {
  type: 'ok' | 'fail';
  process: 'audit';
  f: 'audit';
  copy: number;
  start: number;
  /** How long the open took, recovery included; absent if it was refused. */
  openUs?: number;
  time: number;
  rows: number;
  files: number;
  /** File ids that chunks name and no file row has. */
  missingFiles: number[];
  /** File ids found twice. */
  duplicateFiles: number[];
  counter: number | null;
  error?: ErrorRecord;
}

/**
 * The common start instant and the end of the window, whether a user ended it early, and (crash) where the power was cut:
 * acknowledgements that follow it were not in hand before.
 */
export interface MarkEvent {
  type: 'mark';
  name: 'start' | 'end' | 'interrupted' | 'cut';
  time: number;
}

/** A process ended: how, and when it was seen to. */
export interface ProcessEvent {
  type: 'process';
  process: string;
  state: ProcessState;
  time: number;
}

export type Event =
  | HeaderEvent
  | WriteInvoke
  | WriteEnd
  | ReadEvent
  | OpenEvent
  | CloseEvent
  | BusyEvent
  | StrangersEvent
  | AuditRows
  | AuditEnd
  | MarkEvent
  | ProcessEvent;

/** A history that can be read more than once, in chunks of events. */
export interface History {
  events(): AsyncIterable<Event[]>;
  /** The same without reads and scans, for whoever needs none: most of a history is them. Absent: no faster. */
  writes?(): AsyncIterable<Event[]>;
}

/** An in-memory history, for tests and short ones. */
export function historyOf(events: Event[]): History {
  return {
    async *events() {
      yield events;
    },
  };
}

/** Losslessly compresses rows, in the order given, into runs of constant batch and constant positive step. */
export class RunEncoder {
  private runs: Run[] = [];
  private open = false;
  private first = 0;
  private last = 0;
  private batch = 0;
  private step = 0;

  add(id: number, batch: number): void {
    if (this.open && batch === this.batch) {
      const step = id - this.last;
      if (step > 0 && (this.step === 0 || this.step === step)) {
        this.step = step;
        this.last = id;
        return;
      }
    }
    this.close();
    this.open = true;
    this.first = this.last = id;
    this.batch = batch;
    this.step = 0;
  }

  /** The runs so far; the encoder starts anew. */
  take(): Run[] {
    this.close();
    const runs = this.runs;
    this.runs = [];
    return runs;
  }

  private close(): void {
    if (!this.open) return;
    this.runs.push(
      this.step > 1
        ? [this.first, this.last, this.batch, this.step]
        : [this.first, this.last, this.batch],
    );
    this.open = false;
  }
}

/** A look at what is not in an array costs much, and this is asked of every run that anybody reads. */
export function runStep(run: Run): number {
  return run.length === 3 ? 1 : run[3];
}

export function runLength(run: Run): number {
  return run[0] === run[1] ? 1 : (run[1] - run[0]) / runStep(run) + 1;
}

/** The ids of a run. */
export function idsOfRun(run: Run): Progression {
  return { first: run[0], last: run[1], step: runStep(run) };
}

/** Process names: writers w0.., readers r0... */
export const writerName = (index: number): string => `w${index}`;
export const readerName = (index: number): string => `r${index}`;

/** Whether a run with these options has a process of this name, which may use the database. */
export function isProcessName(name: string, { writers, readers }: RunOptions): boolean {
  const [, role, digits] = /^([wr])(0|[1-9]\d{0,8})$/.exec(name) ?? [];
  if (role === undefined) return name === OWNER_NAME;
  return Number(digits) < (role === 'w' ? writers : readers);
}

const OWNER_NAME = 'owner';
