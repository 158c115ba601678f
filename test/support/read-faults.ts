/** Faults in what a reader is shown, from one read to the next or within one. */
import { idsOf } from '../../src/core/dataset.ts';
import type { Event } from '../../src/core/history.ts';
import {
  headerOf,
  inserts,
  invokes,
  isIn,
  isRead,
  isShown,
  one,
  reads,
  rivals,
  without,
  writes,
  type Choose,
} from './fault-sites.ts';
import { before } from './order-faults.ts';
import { encode, type Row } from './rows.ts';

/** All rows of an insert are gone from a poll, and one of a later insert is left beside them. */
export function loseInsert(events: Event[], choose: Choose): boolean {
  const failed = new Set(writes(events, 'fail').map(({ batch }) => batch));
  const begun = invokes(events).filter(({ batch }) => !failed.has(batch));
  const polls = events.filter(isRead).filter(({ f }) => f === 'poll' || f === 'drain');
  const holes = polls.flatMap((poll) =>
    inserts(events)
      .filter((insert) => rivals(events, insert).length === 0)
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

/** A reader asks again for the rows of an operation that it has seen, and gets what was there before. */
export function goBack(events: Event[], choose: Choose): boolean {
  const alone = invokes(events).filter(
    (invoke) => invoke.ids !== undefined && rivals(events, invoke).length === 0,
  );
  const sites = reads(events).flatMap((first, i, all) => {
    const { process, time } = first;
    const second = all.slice(i + 1).find((read) => read.process === process && read.start >= time);
    return second === undefined
      ? []
      : alone.filter((each) => isShown(events, first, each)).map((seen) => ({ second, seen }));
  });
  const site = one(sites, choose);
  if (site === undefined) return false;
  const { second, seen } = site;
  delete second.intervals;
  delete second.target;
  const rows = before(seen, headerOf(events).options.rows);
  Object.assign(second, { f: 'point', ids: seen.ids!, rows });
  return true;
}
