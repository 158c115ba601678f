import { idsOf } from '../../../src/core/dataset.ts';
import type { Event, ReadEvent, WriteEnd, WriteInvoke } from '../../../src/core/history.ts';
import type { Random } from '../../../src/core/random.ts';
import { decode, encode } from '../../support/rows.ts';
import { pick } from '../../support/pick.ts';
import { isAskedBy } from './reader.ts';
import { SEED_ROWS } from './store.ts';

/**
 * The events with one read that shows another version, or none, of the rows of an operation, or of one of them. Nobody
 * can say whether that is legal. (It never shows what had not begun: that is for the check `unexpected`.)
 */
export function changed(events: readonly Event[], random: Random): Event[] {
  const read = pick(events.filter(isRead), random);
  if (read === undefined) return [...events];
  const begun = begunUntil(read.time, events);
  const askedOf = ({ ids }: WriteInvoke): number[] =>
    [...idsOf(ids!)].filter((id) => isAskedBy(read, id));
  const operation = pick(
    begun.filter((each) => askedOf(each).length > 0),
    random,
  );
  if (operation === undefined) return [...events];
  const batches = new Map(decode(read.rows!));
  const asked = askedOf(operation);
  const rows = random.below(2) === 0 ? asked : asked.slice(0, 1);
  const isHidden = random.below(2) === 0;
  for (const id of rows) {
    const others = begun.filter((other) => other !== operation && idsOf(other.ids!).includes(id));
    const versions = isHidden ? [0, ...others.map(({ batch }) => batch)] : [operation.batch];
    const batch = pick(versions, random)!;
    if (batch === 0 && id > SEED_ROWS) batches.delete(id);
    else batches.set(id, batch);
  }
  return events.map((event) => (event === read ? { ...read, rows: encode(batches) } : event));
}

function isRead(event: Event): event is ReadEvent {
  return event.type === 'ok' && 'rows' in event && event.process !== 'audit';
}

/** The operations on rows that began until then, and did not certainly fail. */
function begunUntil(timeUs: number, events: readonly Event[]): WriteInvoke[] {
  const ends = new Map(
    events.flatMap((event): [string, WriteEnd][] =>
      'op' in event && event.type !== 'invoke' ? [[`${event.process} ${event.op}`, event]] : [],
    ),
  );
  return events.filter((event): event is WriteInvoke => {
    if (event.type !== 'invoke' || event.ids === undefined) return false;
    const end = ends.get(`${event.process} ${event.op}`);
    if (end?.type === 'fail') return false;
    return (end?.type === 'ok' ? end.start : event.time) <= timeUs;
  });
}
