/** Whether what findings say is so: each edge of their circles is looked up in the events. */
import { operationText, readText } from '../../src/checks/describe.ts';
import { judge } from '../../src/checks/index.ts';
import { historyOf, type Event, type ReadEvent, type WriteInvoke } from '../../src/core/history.ts';
import type { Edge, EdgeKind } from '../../src/core/result.ts';
import { readsOf } from './engine.ts';
import { factsOf, isBefore, type Facts, type Operation, type Read } from './facts.ts';
import type { Looked } from './survey.ts';

/** Names of reads have milliseconds: in a slow execution no two of a process have the same. */
const SLOWER = 1000;

/** The first edge that says what the events do not show; null if there is none. */
export async function falseEdge({ events }: Looked): Promise<string | null> {
  const slow = readsOf(events).map(slowed);
  const { checks } = await judge(historyOf(slow));
  const named = new Named(slow);
  for (const { name, findings } of checks) {
    for (const { text, edges = [] } of findings) {
      const wrong = edges.find((edge) => !named.holds(edge));
      if (wrong !== undefined) return `${name}: ${JSON.stringify(wrong)} is not so: ${text}`;
    }
  }
  return null;
}

function slowed(event: Event): Event {
  if (event.type === 'header') {
    const stalenessBoundMs = event.options.stalenessBoundMs * SLOWER;
    return { ...event, options: { ...event.options, stalenessBoundMs } };
  }
  const start = 'start' in event ? { start: event.start * SLOWER } : {};
  const time = 'time' in event ? { time: event.time * SLOWER } : {};
  return { ...event, ...start, ...time } as Event;
}

/** What the names in edges stand for. */
class Named {
  readonly #facts: Facts;
  readonly #operations = new Map<string, Operation>();
  readonly #reads = new Map<string, Read>();

  constructor(events: readonly Event[]) {
    this.#facts = factsOf(events);
    const invokes = events.filter((event): event is WriteInvoke => event.type === 'invoke');
    for (const operation of this.#facts.operations) {
      const invoke = invokes.find(({ batch }) => batch === operation.batch)!;
      this.#operations.set(operationText(invoke), operation);
    }
    for (const read of this.#facts.reads) {
      const { process, endUs } = read;
      const event = events.find(
        (each): each is ReadEvent =>
          each.type === 'ok' &&
          each.process === process &&
          'iteration' in each &&
          each.time === endUs,
      )!;
      this.#reads.set(readText(event), read);
    }
  }

  holds({ from, to, kind }: Edge): boolean {
    const a = this.#operations.get(from);
    const b = this.#operations.get(to);
    const before = this.#reads.get(from);
    const after = this.#reads.get(to);
    // An operation that takes no part in the order is no reason for anything.
    if (!this.#knows(from) || !this.#knows(to)) return false;
    const rules: Record<EdgeKind, () => boolean> = {
      shows: () => from === 'the seed' || shows(after!, a!),
      misses: () => to === 'the seed' || misses(before!, b!, this.#facts),
      replaced: () => this.#facts.reads.some((read) => crosses(read, a!, b!)),
      acknowledged: () => isBefore(a!, b!) || (a!.process === b!.process && a!.index < b!.index),
      seen: () =>
        this.#facts.reads.some((read) => shows(read, a!) && read.endUs < b!.beginUs) ||
        isBefore(a!, b!),
      session: () => before!.session === after!.session && before!.endUs <= after!.startUs,
      own: () => a!.process === after!.process && a!.acknowledgedUs <= after!.startUs,
      bound: () => a!.acknowledgedUs + this.#facts.boundUs < after!.startUs,
    };
    return rules[kind]();
  }

  #knows(name: string): boolean {
    return name === 'the seed' || this.#operations.has(name) || this.#reads.has(name);
  }
}

const shows = ({ shown }: Read, { index }: Operation): boolean =>
  shown.some(([, version]) => version === index);

/** Some row of the operation shows what it replaced. */
function misses({ shown }: Read, operation: Operation, { operations }: Facts): boolean {
  return shown.some(([row, version]) => {
    if (!operation.rows.includes(row) || version === operation.index) return false;
    const other = operations[version];
    return other === undefined || isBefore(other, operation) || isEarlier(other, operation);
  });
}

const isEarlier = (a: Operation, b: Operation): boolean =>
  a.process === b.process && a.acknowledgedUs <= b.beginUs;

/** It shows `a` in one row, and in a row of both `b`. */
function crosses(read: Read, a: Operation, b: Operation): boolean {
  if (!shows(read, a)) return false;
  return read.shown.some(([row, version]) => version === b.index && a.rows.includes(row));
}
