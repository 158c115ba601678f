import type { ErrorRecord } from '../../src/core/errors.ts';
import type {
  Event,
  HeaderEvent,
  MarkEvent,
  OpenEvent,
  ReadEvent,
  WriteEnd,
  WriteInvoke,
} from '../../src/core/history.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { Metrics } from '../../src/core/metrics.ts';

export const SECOND_US = 1_000_000;

/** Small data: 100 seed rows, batches of 8, so an insert writes 4 rows. */
function optionsOf(changes: Partial<RunOptions> = {}): RunOptions {
  return {
    backend: 'reference',
    access: 'processes',
    rows: 100,
    readers: 2,
    writers: 1,
    durationS: 10,
    dims: 8,
    batch: 8,
    topK: 5,
    seed: 42,
    keys: 'own',
    increment: 'none',
    refresh: 'default',
    stalenessBoundMs: 1000,
    openOrder: 'writers',
    writeRate: 0,
    readRate: 0,
    opTimeoutMs: 30_000,
    engineThreads: 1,
    check: true,
    busyTimeoutMs: 1000,
    intent: false,
    rpc: 'ws',
    listen: 'unix',
    bug: null,
    ...changes,
  };
}

export function header(changes: Partial<RunOptions> = {}, copies?: string[][]): HeaderEvent {
  const options = optionsOf(changes);
  const names = [
    ...Array.from({ length: options.writers }, (_, i) => `w${i}`),
    ...Array.from({ length: options.readers }, (_, i) => `r${i}`),
  ];
  return { type: 'header', format: 1, options, copies: copies ?? [names] };
}

/** Metrics of a run with these events after its header. */
export function measured(events: readonly Event[], changes: Partial<RunOptions> = {}): Metrics {
  return fed(header(changes), events);
}

export function fed(first: HeaderEvent, events: readonly Event[]): Metrics {
  const metrics = new Metrics(first);
  for (const event of [first, ...events]) metrics.add(event);
  return metrics;
}

export const mark = (name: MarkEvent['name'], time: number): Event => ({
  type: 'mark',
  name,
  time,
});

type Invoked = Pick<WriteInvoke, 'process' | 'f' | 'op'>;

export const invoke = (
  [process, f, op]: [...Parameters<typeof key>],
  batch: number,
  ids: WriteInvoke['ids'],
  time: number,
): Event => ({
  type: 'invoke',
  ...key(process, f, op),
  batch,
  ...(ids === undefined ? {} : { ids }),
  time,
});

const key = (process: string, f: WriteInvoke['f'], op: number): Invoked => ({ process, f, op });

export function ended(
  [process, f, op]: [...Parameters<typeof key>],
  times: [start: number, time: number],
  more: Partial<WriteEnd> = {},
): Event {
  const [start, time] = times;
  return { type: 'ok', ...key(process, f, op), start, time, ...more };
}

/** An acknowledged insert of ids first..last by w0. */
export function insert(
  op: number,
  batch: number,
  [first, last]: [number, number],
  times: [start: number, time: number],
): Event[] {
  return [
    invoke(['w0', 'insert', op], batch, [first, last, 1], times[0]),
    ended(['w0', 'insert', op], times),
  ];
}

export function read(
  process: string,
  f: ReadEvent['f'],
  iteration: number,
  [start, time]: [number, number],
  more: Partial<ReadEvent> = {},
): Event {
  return { type: 'ok', process, f, iteration, start, time, ...more };
}

export function opened(
  process: string,
  [start, time]: [number, number],
  error?: ErrorRecord,
): OpenEvent {
  const event = { type: 'ok', process, f: 'open', start, time } as const;
  return error === undefined ? event : { ...event, type: 'fail', error };
}

export const locked: ErrorRecord = {
  class: 'lock.conflict',
  message: 'Could not set lock on file: Conflicting lock is held in PID 7',
  holder: 'PID 7',
};
