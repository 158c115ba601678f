/** Faults in the order in which operations are seen, by several readers or by those who wrote. */
import { idsOf } from '../../src/core/dataset.ts';
import {
  readerName,
  type Event,
  type ReadEvent,
  type Run,
  type WriteInvoke,
} from '../../src/core/history.ts';
import {
  audits,
  copyOf,
  headerOf,
  inDoubt,
  inserts,
  isIn,
  isScan,
  isShown,
  one,
  reads,
  rivals,
  without,
  writes,
  type Choose,
} from './fault-sites.ts';
import { encode } from './rows.ts';

/** Two more readers, while two inserts went on: one saw the one and not the other, the second the other. */
export function fork(events: Event[], choose: Choose): boolean {
  const alone = inserts(events).filter((insert) => rivals(events, insert).length === 0);
  const isSeenBefore = (a: WriteInvoke, b: WriteInvoke): boolean =>
    reads(events).some((read) => read.time < b.time && isShown(events, read, a));
  const pairs = alone.flatMap((a) =>
    alone
      .filter((b) => a.process !== b.process && copyOf(events, a) === copyOf(events, b))
      .filter((b) => !isSeenBefore(a, b) && !isSeenBefore(b, a))
      .map((b) => ({ a, b, time: Math.min(a.ended, b.ended) }))
      .filter(({ b, time }) => Math.max(a.time, b.time) < time),
  );
  const pair = one(pairs, choose);
  if (pair === undefined) return false;
  const { a, b, time } = pair;
  const intervals = [a, b].map(({ ids }): [number, number] => [ids![0] - 1, ids![1] + 1]);
  for (const { ids, batch } of [a, b]) {
    const rows: Run[] = [[ids![0], ids![1], batch, ids![2]]];
    addRead(events, newReader(events, copyOf(events, a)), { time, intervals, rows });
  }
  return true;
}

/** One more reader, long after an operation was acknowledged, misses it. */
export function comeLate(events: Event[], choose: Choose): boolean {
  const { rows, stalenessBoundMs } = headerOf(events).options;
  const write = one(
    writes(events, 'ok').filter(
      (invoke) => invoke.ids !== undefined && rivals(events, invoke).length === 0,
    ),
    choose,
  );
  if (write === undefined) return false;
  addRead(events, newReader(events, copyOf(events, write)), {
    f: 'point',
    time: write.ended + stalenessBoundMs * 1000 + 1,
    ids: write.ids!,
    rows: before(write, rows),
  });
  return true;
}

/** An operation in doubt that some read showed is gone from all later reads, and from the audit. */
export function dropDoubt(events: Event[], choose: Choose): boolean {
  const sites = inDoubt(events)
    .filter(({ ids }) => ids !== undefined && ids[0] > headerOf(events).options.rows)
    .filter((invoke) => rivals(events, invoke).length === 0)
    .map((invoke) => ({
      invoke,
      copy: copyOf(events, invoke),
      shown: reads(events).filter((read) => isShown(events, read, invoke)),
    }))
    .filter(
      ({ copy, shown }) => shown.length > 0 && audits(events).some((end) => end.copy === copy),
    );
  const site = one(sites, choose);
  if (site === undefined) return false;
  const { invoke, copy, shown } = site;
  const pages = events.filter(isScan).filter((page) => page.copy === copy);
  for (const event of [...shown.slice(1), ...pages]) {
    event.rows = encode(without(event, (id) => isIn(invoke.ids, id)));
  }
  return true;
}

/** A writer polls for what it had inserted, and gets nothing. */
export function missOwnInsert(events: Event[], choose: Choose): boolean {
  const insert = one(
    inserts(events).filter((each) => rivals(events, each).length === 0),
    choose,
  );
  if (insert === undefined) return false;
  const { process, ids, ended } = insert;
  const { rows } = headerOf(events).options;
  addRead(events, process, { f: 'point', time: ended, ids: ids!, rows: before(insert, rows) });
  return true;
}

/** Every writer reads back what it had inserted, where nobody else writes it: right, and what a correct database shows. */
export function readBack(events: Event[]): void {
  for (const insert of inserts(events)) {
    const { process, ids, batch, ended } = insert;
    if (rivals(events, insert).length > 0) continue;
    const rows: Run[] = [[ids![0], ids![1], batch, ids![2]]];
    addRead(events, process, { f: 'point', time: ended, ids: ids!, rows });
  }
}

/** Its rows as they were before it: those of the seed. */
export function before({ ids }: WriteInvoke, seeded: number): Run[] {
  const rows = [...idsOf(ids!)].filter((id) => id <= seeded);
  return encode(rows.map((id) => [id, 0]));
}

function newReader(events: Event[], copy: number): string {
  const header = headerOf(events);
  const process = readerName(header.options.readers++);
  header.copies[copy]!.push(process);
  return process;
}

/** A read of one instant. */
function addRead(
  events: Event[],
  process: string,
  read: Partial<ReadEvent> & Pick<ReadEvent, 'time'>,
): void {
  const at = events.findIndex(isScan);
  const event: ReadEvent = {
    type: 'ok',
    process,
    f: 'poll',
    iteration: 0,
    start: read.time,
    ...read,
  };
  events.splice(at < 0 ? events.length : at, 0, event);
}
