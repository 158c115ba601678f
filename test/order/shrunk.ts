import type { Event } from '../../src/core/history.ts';

/** As few events as still show what `isWrong` says of all: reads go one by one, and operations that no read shows. */
export async function shrunk(
  events: readonly Event[],
  isWrong: (events: Event[]) => Promise<boolean>,
): Promise<Event[]> {
  let left = [...events];
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const event of left) {
      const fewer = without(left, event);
      if (fewer === undefined || !(await isWrong(fewer))) continue;
      left = fewer;
      isSmaller = true;
      break;
    }
  }
  return left;
}

/** Undefined if it has to stay. */
function without(events: readonly Event[], event: Event): Event[] | undefined {
  if (event.type === 'header' || (event.type === 'ok' && event.process === 'audit'))
    return undefined;
  if (event.type !== 'invoke') {
    return 'op' in event ? undefined : events.filter((other) => other !== event);
  }
  const { process, op, batch } = event;
  const isShown = events.some(
    (other) =>
      'rows' in other &&
      other.process !== 'audit' &&
      Array.isArray(other.rows) &&
      other.rows.some((run) => run[2] === batch),
  );
  if (isShown) return undefined;
  return events.filter((other) => !('op' in other && other.process === process && other.op === op));
}
