/** One fault each, put into the history of a correct execution. */
import { idsOf } from '../../src/core/dataset.ts';
import type { Event, ReadEvent } from '../../src/core/history.ts';
import type { CheckName } from '../../src/core/names.ts';
import {
  asks,
  audits,
  copyOf,
  headerOf,
  invokes,
  isIn,
  isRead,
  isScan,
  one,
  reverted,
  shows,
  without,
  writes,
  type Choose,
} from './fault-sites.ts';
import { comeLate, dropDoubt, fork, missOwnInsert } from './order-faults.ts';
import { goBack, loseInsert } from './read-faults.ts';
import { decode, encode } from './rows.ts';

/** Changes the events so that the check must fire; false if this execution gives no occasion. */
type Fault = (events: Event[], choose: Choose) => boolean;

/** By the check that must fire. */
export const faults: Record<CheckName, Fault> = {
  lost: (events, choose) => one([loseRow, loseVersion, losePages], choose)!(events, choose),
  duplicate(events, choose) {
    const event = one(shows(events), choose);
    if (event === undefined) return false;
    const rows = decode(event.rows);
    event.rows = encode([...rows, rows[choose(rows.length)]!]);
    return true;
  },
  torn(events, choose) {
    const event = one(shows(events), choose);
    if (event !== undefined) event.torn = [[...decode(event.rows)[0]!]];
    return event !== undefined;
  },
  fractured(events, choose) {
    const parts = asks(events).flatMap((event) =>
      decode(event.rows)
        .filter(
          ([, batch], i, all) => batch > 0 && all.some((row, j) => row[1] === batch && i !== j),
        )
        .map(([id]) => ({ event, id })),
    );
    const part = one(parts, choose);
    if (part !== undefined) part.event.rows = encode(without(part.event, (id) => id === part.id));
    return part !== undefined;
  },
  'prefix-hole': loseInsert,
  'non-monotonic': goBack,
  'aborted-read'(events, choose) {
    const failed = one(
      writes(events, 'fail').filter(({ ids }) => ids !== undefined),
      choose,
    );
    if (failed === undefined) return false;
    const event = one(
      shows(events)
        .filter((shown) => copyOf(events, shown) === copyOf(events, failed))
        .filter((shown) => isScan(shown) || shown.time > failed.time),
      choose,
    );
    if (event === undefined) return false;
    event.rows = encode([...decode(event.rows), [failed.ids![0], failed.batch]]);
    return true;
  },
  unexpected(events, choose) {
    const end = one(audits(events), choose);
    if (end !== undefined && choose(4) === 0) {
      end.counter = 1 + invokes(events).filter(({ f }) => f === 'increment').length;
      return true;
    }
    const event = one(shows(events), choose);
    if (event === undefined) return false;
    const rows = decode(event.rows);
    const at = choose(rows.length);
    event.rows = encode(rows.map(([id, batch], i) => [id, i === at ? 99_999 : batch]));
    return true;
  },
  orphan(events, choose) {
    const files = events.filter(
      (event): event is ReadEvent => event.type === 'ok' && 'f' in event && event.f === 'files',
    );
    const found = one([...files, ...audits(events)], choose);
    if (found === undefined) return false;
    if (found.f === 'audit') found.missingFiles = [1];
    else found.missing = [1];
    return true;
  },
  'search-gap'(events, choose) {
    // Where others write the row, one of them may have moved it.
    const searches = events
      .filter(isRead)
      .filter(
        ({ target }) =>
          target !== undefined &&
          invokes(events).filter(({ ids }) => isIn(ids, target[0])).length === 1,
      );
    const search = one(searches, choose);
    if (search !== undefined)
      search.rows = encode(without(search, (id) => id === search.target![0]));
    return search !== undefined;
  },
  'lost-update'(events) {
    const acknowledged = writes(events, 'ok').filter(({ f }) => f === 'increment').length;
    const [end] = audits(events);
    if (end === undefined || acknowledged === 0 || headerOf(events).copies.length > 1) return false;
    end.counter = acknowledged - 1;
    return true;
  },
  frozen: comeLate,
  'own-write-missed': missOwnInsert,
  'long-fork': fork,
  'dirty-read': dropDoubt,
};

/** A row of the seed or of an acknowledged operation is not in the audit of its copy. */
function loseRow(events: Event[], choose: Choose): boolean {
  const copy = one(audits(events), choose)?.copy;
  const written = writes(events, 'ok').filter(
    (invoke) => invoke.ids !== undefined && copyOf(events, invoke) === copy,
  );
  const seed = [1, headerOf(events).options.rows, 1] as const;
  const ids = idsOf(one([seed, ...written.map((invoke) => invoke.ids!)], choose)!);
  const lost = ids[choose(ids.length)];
  for (const page of events.filter(isScan)) {
    if (page.copy === copy) page.rows = encode(without(page, (id) => id === lost));
  }
  return copy !== undefined;
}

/** A seed row that an acknowledged operation has written is back at the seed. */
function loseVersion(events: Event[], choose: Choose): boolean {
  const { rows } = headerOf(events).options;
  const rewritten = one(
    writes(events, 'ok')
      .filter(({ ids }) => ids !== undefined && ids[0] <= rows)
      .map((invoke) => ({ id: invoke.ids![0], copy: copyOf(events, invoke) }))
      .filter(({ copy }) => audits(events).some((end) => end.copy === copy)),
    choose,
  );
  if (rewritten === undefined) return false;
  for (const page of events.filter(isScan)) {
    if (page.copy === rewritten.copy) page.rows = encode(reverted(page, rewritten.id));
  }
  return true;
}

/** The database could not be read to its end. */
function losePages(events: Event[], choose: Choose): boolean {
  const end = one(audits(events), choose);
  if (end === undefined) return false;
  Object.assign(end, { type: 'fail', error: { class: 'corrupt', message: 'a bad page' } });
  return true;
}
