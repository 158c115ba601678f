/** Where a fault can be put into the history of an execution. */
import { idsOf, type IdRange } from '../../src/core/dataset.ts';
import type {
  AuditEnd,
  AuditRows,
  Event,
  HeaderEvent,
  ReadEvent,
  WriteEnd,
  WriteInvoke,
} from '../../src/core/history.ts';
import { hasId } from '../../src/core/id-range.ts';
import { decode, type Row } from './rows.ts';

/** Of generated numbers: the next one, in [0, below). */
export type Choose = (below: number) => number;

export type Read = ReadEvent & Required<Pick<ReadEvent, 'rows'>>;
export type Shown = AuditRows | Read;

export const isRead = (event: Event): event is Read =>
  event.type === 'ok' && event.process.startsWith('r') && 'rows' in event;
export const isScan = (event: Event): event is AuditRows => 'f' in event && event.f === 'scan';
const isAuditEnd = (event: Event): event is AuditEnd => 'f' in event && event.f === 'audit';
const isWriteEnd = (event: Event): event is WriteEnd => event.type !== 'invoke' && 'op' in event;
const isInvoke = (event: Event): event is WriteInvoke => event.type === 'invoke';

export const headerOf = (events: Event[]): HeaderEvent => events[0] as HeaderEvent;

/** Which copy of the database an event is about. */
export function copyOf(events: Event[], event: Shown | WriteInvoke): number {
  if ('copy' in event) return event.copy;
  return headerOf(events).copies.findIndex((names) => names.includes(event.process));
}

/** The ends of the audits that read all there is. */
export const audits = (events: Event[]): AuditEnd[] =>
  events.filter(isAuditEnd).filter(({ type }) => type === 'ok');

export const reads = (events: Event[]): Read[] => events.filter(isRead);

/** Whether a read shows a row of this operation. */
export const isShown = (events: Event[], read: Read, operation: WriteInvoke): boolean =>
  copyOf(events, read) === copyOf(events, operation) &&
  read.rows.some(([, , batch]) => batch === operation.batch);

/** Reads and pages of the audit that show something. */
export const shows = (events: Event[]): Shown[] =>
  events.filter((event) => isRead(event) || isScan(event)).filter(({ rows }) => rows.length > 0);

/** Those that must show all there is of what they ask for. */
export const asks = (events: Event[]): Shown[] =>
  shows(events).filter((event) =>
    isScan(event) ? audits(events).some(({ copy }) => copy === event.copy) : event.f !== 'search',
  );

export const invokes = (events: Event[]): WriteInvoke[] => events.filter(isInvoke);

/** Invocations with this end, and when that was. */
export function writes(events: Event[], type: 'ok' | 'fail'): (WriteInvoke & { ended: number })[] {
  const ends = new Map(
    events
      .filter(isWriteEnd)
      .filter((end) => end.type === type)
      .map(({ process, op, time }) => [`${process} ${op}`, time]),
  );
  return invokes(events).flatMap((invoke) => {
    const ended = ends.get(`${invoke.process} ${invoke.op}`);
    return ended === undefined ? [] : [{ ...invoke, ended }];
  });
}

/** Invocations whose outcome is in doubt. */
export function inDoubt(events: Event[]): WriteInvoke[] {
  const known = new Set(
    events
      .filter(isWriteEnd)
      .filter(({ type }) => type !== 'info')
      .map(({ process, op }) => `${process} ${op}`),
  );
  return invokes(events).filter(({ process, op }) => !known.has(`${process} ${op}`));
}

/** Other operations on rows of this one in its copy. */
export const rivals = (events: Event[], operation: WriteInvoke): WriteInvoke[] =>
  invokes(events).filter(
    (other) =>
      other.batch !== operation.batch &&
      other.ids !== undefined &&
      copyOf(events, other) === copyOf(events, operation) &&
      idsOf(other.ids).some((id) => isIn(operation.ids, id)),
  );

/** Acknowledged inserts and upserts. */
export const inserts = (events: Event[]) =>
  writes(events, 'ok').filter(({ f }) => f === 'insert' || f === 'upsert');

export const isIn = (ids: IdRange | undefined, id: number): boolean =>
  ids !== undefined && hasId({ first: ids[0], last: ids[1], step: ids[2] }, id);

/** Its rows, but not these. */
export const without = ({ rows }: Shown, isMeant: (id: number) => boolean): Row[] =>
  decode(rows).filter(([id]) => !isMeant(id));

/** Its rows, with this one back at the seed. */
export const reverted = ({ rows }: Shown, id: number): Row[] =>
  decode(rows).map((row) => (row[0] === id ? [id, 0] : row));

export function one<T>(list: readonly T[], choose: Choose): T | undefined {
  return list.length === 0 ? undefined : list[choose(list.length)];
}
