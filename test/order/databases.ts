/** Five databases that give what this table says, and not what it does not: known because they are made so. */
import type { Event } from '../../src/core/history.ts';
import type { Guarantee } from '../../src/core/names.ts';
import { shapeOf } from '../../src/core/options.ts';
import type { Random } from '../../src/core/random.ts';
import { header } from '../core/metrics-events.ts';
import { Log, type Sees } from './databases/log.ts';
import { Session, type View } from './databases/session.ts';
import { eventsOfWrite, writtenBy, type Slot } from './databases/writes.ts';

const BOUND_US = 50_000;
const WRITERS = 2;
const READERS = 3;

export interface Simulated {
  readonly name: string;
  /** The strongest guarantee that it gives (with those before it); null for none. */
  readonly keeps: Guarantee | null;
  /** What a long enough execution shows that it does not give. */
  readonly lacks: readonly Guarantee[];
  /** Made once for an execution; its function once for each session. */
  readonly create: (log: Log, random: Random) => () => View;
}

export const DATABASES: readonly Simulated[] = [
  { name: 'strict', keeps: 'bounded-staleness', lacks: [], create: strict },
  {
    name: 'lagging snapshots',
    keeps: 'consistent-prefix',
    lacks: ['monotonic-reads', 'read-your-writes'],
    create: lagging,
  },
  {
    name: 'monotonic sessions',
    keeps: 'monotonic-reads',
    lacks: ['read-your-writes', 'bounded-staleness'],
    create: monotonic,
  },
  { name: 'replicas', keeps: null, lacks: ['consistent-prefix'], create: replicated },
  { name: 'buggy', keeps: null, lacks: ['consistent-prefix'], create: buggy },
];

/** An execution of so many operations of each writer, with its readers and peers. */
export function simulated({ create }: Simulated, operations: number, random: Random): Event[] {
  const keys = random.below(2) === 0 ? 'own' : 'shared';
  const first = header({
    ...{ writers: WRITERS, readers: READERS, keys },
    stalenessBoundMs: BOUND_US / 1000,
  });
  const shape = shapeOf(first.options);
  const written = Array.from({ length: WRITERS }, (_, writer) =>
    writtenBy(writer, shape, operations, random),
  );
  const log = new Log(
    written.flatMap(({ writes }) => writes),
    shape.rows,
  );
  const viewOf = create(log, random);
  const untilUs = log.writes.at(-1)!.endUs;
  const readers = Array.from({ length: READERS }, (_, i) => ({
    process: `r${i}`,
    slots: slotsUntil(untilUs, random),
  }));
  const reads = [...readers, ...written].flatMap(({ process, slots }) =>
    new Session(process, shape, log, viewOf(), random).reads(slots),
  );
  const events = [...log.writes.flatMap(eventsOfWrite), ...reads];
  return [first, ...events.toSorted((a, b) => timeOf(a) - timeOf(b))];
}

const timeOf = (event: Event): number => ('time' in event ? event.time : 0);

function slotsUntil(untilUs: number, random: Random): Slot[] {
  const slots: Slot[] = [];
  for (let nowUs = random.below(10_000); nowUs < untilUs; nowUs += 1 + random.below(4000)) {
    const startUs = nowUs;
    nowUs += 1 + random.below(4000);
    slots.push({ startUs, endUs: nowUs });
  }
  return slots;
}

const prefix =
  (count: number): Sees =>
  (index) =>
    index < count;

/** An instant of the read. */
const within = ({ startUs, endUs }: Slot, random: Random): number =>
  startUs + random.below(endUs - startUs + 1);

/** Every read sees the state of one instant between its start and its end. */
function strict(log: Log, random: Random): () => View {
  return () => (slot) => prefix(log.countAt(within(slot, random)));
}

/** Every read sees the state of any instant since the bound before it. */
function lagging(log: Log, random: Random): () => View {
  return () => (slot) => {
    const fromUs = slot.startUs - BOUND_US;
    return prefix(log.countAt(within({ startUs: fromUs, endUs: slot.endUs }, random)));
  };
}

/** Each session follows the log behind the others, now and then far behind the bound, and never goes back. */
function monotonic(log: Log, random: Random): () => View {
  return () => {
    let reachedUs = 0;
    let stuckUntilUs = 0;
    return ({ startUs, endUs }) => {
      if (random.below(20) === 0) stuckUntilUs = startUs + 3 * BOUND_US;
      const lagUs = random.below(10_000);
      if (endUs > stuckUntilUs) reachedUs = Math.max(reachedUs, endUs - lagUs);
      return prefix(log.countAt(reachedUs));
    };
  };
}

/** Each of three replicas applies each operation after a delay of its own; a read asks any of them. */
function replicated(log: Log, random: Random): () => View {
  const replicas = Array.from({ length: 3 }, () =>
    log.writes.map(({ commitUs }) => commitUs + random.below(20_000)),
  );
  return () => (slot) => {
    const applied = replicas[random.below(replicas.length)]!;
    const atUs = within(slot, random);
    return (index) => applied[index]! <= atUs;
  };
}

/** Strict, but that one read in ten misses one of the last operations, or half of it. */
function buggy(log: Log, random: Random): () => View {
  return () => (slot) => {
    const count = log.countAt(within(slot, random));
    if (random.below(10) > 0) return prefix(count);
    const missed = Math.max(0, count - 1 - random.below(4));
    const [first, last] = log.writes[missed]!.invoke.ids;
    const from = random.below(2) === 0 ? first : (first + last) / 2;
    return (index, id) => index < count && (index !== missed || id < from);
  };
}
