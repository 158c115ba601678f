import { idsOf } from '../../../src/core/dataset.ts';
import type { Event, ReadEvent, WriteInvoke } from '../../../src/core/history.ts';
import type { Random } from '../../../src/core/random.ts';
import { decode, encode } from '../../support/rows.ts';
import { pick } from './pick.ts';
import { isAskedBy } from './reader.ts';
import { SEED_ROWS } from './store.ts';

/**
 * The events with one read that shows another version, or none, of the rows of an operation, or of one of them. Nobody
 * can say whether that is legal.
 */
export function changed(events: readonly Event[], random: Random): Event[] {
  const read = pick(events.filter(isRead), random);
  if (read === undefined) return [...events];
  const written = events.filter(isWritten(events));
  const askedOf = ({ ids }: WriteInvoke): number[] =>
    [...idsOf(ids!)].filter((id) => isAskedBy(read, id));
  const operation = pick(
    written.filter((each) => askedOf(each).length > 0),
    random,
  );
  if (operation === undefined) return [...events];
  const batches = new Map(decode(read.rows!));
  const asked = askedOf(operation);
  const rows = random.below(2) === 0 ? asked : asked.slice(0, 1);
  const isHidden = random.below(2) === 0;
  for (const id of rows) {
    const others = written.filter((other) => other !== operation && idsOf(other.ids!).includes(id));
    const batch = isHidden
      ? pick([0, ...others.map((other) => other.batch)], random)!
      : operation.batch;
    if (batch === 0 && id > SEED_ROWS) batches.delete(id);
    else batches.set(id, batch);
  }
  return events.map((event) => (event === read ? { ...read, rows: encode(batches) } : event));
}

function isRead(event: Event): event is ReadEvent {
  return event.type === 'ok' && 'rows' in event && event.process !== 'audit';
}

/** An operation on rows that did not certainly fail. */
function isWritten(events: readonly Event[]): (event: Event) => event is WriteInvoke {
  const failed = new Set(
    events.flatMap((event) =>
      event.type === 'fail' && 'op' in event ? [`${event.process} ${event.op}`] : [],
    ),
  );
  return (event): event is WriteInvoke =>
    event.type === 'invoke' &&
    event.ids !== undefined &&
    !failed.has(`${event.process} ${event.op}`);
}
