/** What the oracles know of a history: taken from its events alone, by none of the code that they judge. */
import { idsOf, type IdRange } from '../../src/core/dataset.ts';
import type {
  Event,
  HeaderEvent,
  ReadEvent,
  WriteEnd,
  WriteInvoke,
} from '../../src/core/history.ts';
import { decode } from '../support/rows.ts';

/** An operation that happened: acknowledged, or in doubt and shown by a read. */
export interface Operation {
  readonly index: number;
  readonly process: string;
  readonly batch: number;
  /** When its driver was called; of one in doubt, when it was announced. */
  readonly beginUs: number;
  /** Infinity if it is in doubt. */
  readonly acknowledgedUs: number;
  readonly rows: readonly number[];
}

/** The version of a row that no operation has written: the seed's, or none. */
export const INITIAL = -1;

export interface Read {
  readonly process: string;
  /** Its process, and how often that had opened the database before. */
  readonly session: string;
  readonly startUs: number;
  readonly endUs: number;
  /** Of each row that it asked for and some operation writes: which operation it showed, or {@link INITIAL}. */
  readonly shown: readonly (readonly [row: number, version: number])[];
}

export interface Facts {
  readonly operations: readonly Operation[];
  readonly reads: readonly Read[];
  /** Acknowledged longer before a read began, an operation must be in it. */
  readonly boundUs: number;
}

interface Asked {
  event: ReadEvent;
  session: string;
  batches: ReadonlyMap<number, number>;
}

const ALL_READS: readonly string[] = ['search', 'poll', 'drain', 'point'];

/** Of one copy of the database. */
export function factsOf(events: readonly Event[], copy = 0): Facts {
  const header = events[0] as HeaderEvent;
  const { stalenessBoundMs } = header.options;
  const asked = readsOf(events, header.copies[copy]!);
  const shown = new Set(asked.flatMap(({ batches }) => [...batches.values()]));
  const operations = operationsOf(events, header.copies[copy]!, shown);
  const byBatch = new Map(operations.map(({ batch, index }) => [batch, index]));
  const written = [...new Set(operations.flatMap(({ rows }) => rows))];
  const reads = asked.map(({ event, session, batches }): Read => {
    const rows = written.filter((row) => isAsked(event, row, batches));
    return {
      ...{ process: event.process, session, startUs: event.start, endUs: event.time },
      shown: rows.map((row) => [row, byBatch.get(batches.get(row) ?? 0) ?? INITIAL]),
    };
  });
  return { operations, reads, boundUs: stalenessBoundMs * 1000 };
}

/** Whether one was acknowledged before the other began. */
export function isBefore(a: Operation, b: Operation): boolean {
  return a.acknowledgedUs < b.beginUs;
}

/** Whether some row has two writers of which neither came before the other. */
export function hasRivals({ operations }: Facts): boolean {
  return operations.some((a) =>
    operations.some(
      (b) =>
        a.index < b.index &&
        !isBefore(a, b) &&
        !isBefore(b, a) &&
        a.rows.some((row) => b.rows.includes(row)),
    ),
  );
}

function readsOf(events: readonly Event[], processes: readonly string[]): Asked[] {
  const opens = new Map<string, number>();
  const found: Asked[] = [];
  for (const event of events) {
    if (event.type !== 'ok' || !processes.includes(event.process)) continue;
    const { process } = event;
    if (event.f === 'open') opens.set(process, (opens.get(process) ?? 0) + 1);
    if (!ALL_READS.includes(event.f)) continue;
    const read = event as ReadEvent;
    const batches = new Map(decode(read.rows ?? []));
    found.push({ event: read, session: `${process} ${opens.get(process) ?? 0}`, batches });
  }
  return found;
}

function operationsOf(
  events: readonly Event[],
  processes: readonly string[],
  shown: ReadonlySet<number>,
): Operation[] {
  const ends = new Map<string, WriteEnd>();
  for (const event of events) {
    if ('op' in event && event.type !== 'invoke') ends.set(`${event.process} ${event.op}`, event);
  }
  const found: Operation[] = [];
  for (const event of events) {
    if (event.type !== 'invoke' || event.ids === undefined) continue;
    if (!processes.includes(event.process)) continue;
    const end = ends.get(`${event.process} ${event.op}`);
    const isDoubtful = end === undefined || end.type === 'info';
    if (end?.type === 'fail' || (isDoubtful && !shown.has(event.batch))) continue;
    found.push(operationOf(found.length, event, event.ids, isDoubtful ? undefined : end));
  }
  return found;
}

function operationOf(
  index: number,
  { process, batch, time }: WriteInvoke,
  ids: IdRange,
  end: WriteEnd | undefined,
): Operation {
  const beginUs = end?.start ?? time;
  const rows = [...idsOf(ids)];
  return { index, process, batch, beginUs, acknowledgedUs: end?.time ?? Infinity, rows };
}

/** A search has asked for what it returned, and for nothing else. */
function isAsked(event: ReadEvent, row: number, batches: ReadonlyMap<number, number>): boolean {
  if (event.f === 'search') return batches.has(row);
  if (event.ids !== undefined) {
    const [first, last, step] = event.ids;
    return row >= first && row <= last && (row - first) % step === 0;
  }
  return (event.intervals ?? []).some(
    ([after, before]) => row > after && (before === null || row < before),
  );
}
