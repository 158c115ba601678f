/** Faults in what a reader is shown, from one read to the next or within one. */
import { idsOf } from '../../src/core/dataset.ts';
import type { Event } from '../../src/core/history.ts';
import {
  headerOf,
  inserts,
  invokes,
  isIn,
  isRead,
  one,
  reverted,
  without,
  type Choose,
  type Read,
} from './fault-sites.ts';
import { decode, encode, type Row } from './rows.ts';

/** All rows of an insert are gone from a poll, and one of a later insert is left beside them. */
export function loseInsert(events: Event[], choose: Choose): boolean {
  const begun = invokes(events);
  const polls = events.filter(isRead).filter(({ f }) => f === 'poll' || f === 'drain');
  const holes = polls.flatMap((poll) =>
    inserts(events)
      .map((insert) => ({ poll, insert, left: without(poll, (id) => isIn(insert.ids, id)) }))
      .filter(({ insert: { process, f, op, ids }, left }) => {
        const later = begun.filter((b) => b.process === process && b.f === f && b.op > op);
        return poll.intervals!.some(([after, before]) => {
          const isAsked = (id: number): boolean => id > after && id < (before ?? Infinity);
          const isLater = ([id, batch]: Row): boolean =>
            isAsked(id) && later.some((b) => b.batch === batch);
          return idsOf(ids!).some(isAsked) && left.some(isLater);
        });
      }),
  );
  const hole = one(holes, choose);
  if (hole !== undefined) hole.poll.rows = encode(hole.left);
  return hole !== undefined;
}

/** A row that a reader has seen is gone from a later read, or is back at the seed. */
export function goBack(events: Event[], choose: Choose): boolean {
  const seedRows = headerOf(events).options.rows;
  const reads = events.filter(isRead);
  const wrongs = reads.flatMap((second, i): { second: Read; rows: () => Row[] }[] => {
    const before = reads.slice(0, i).filter(({ process }) => process === second.process);
    const seen = new Map(before.flatMap(({ rows }) => decode(rows)));
    const ids = decode(second.rows).map(([id]) => id);
    const gone = ids.filter((id) => second.f !== 'search' && seen.has(id));
    const back = ids.filter((id) => id <= seedRows && (seen.get(id) ?? 0) > 0);
    return [
      ...gone.map((id) => ({ second, rows: () => without(second, (other) => other === id) })),
      ...back.map((id) => ({ second, rows: () => reverted(second, id) })),
    ];
  });
  const wrong = one(wrongs, choose);
  if (wrong !== undefined) wrong.second.rows = encode(wrong.rows());
  return wrong !== undefined;
}
