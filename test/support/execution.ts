/**
 * Correct executions, generated: writers and readers of a database whose operations take effect at one instant each,
 * somewhere between their begin and their end. What is in doubt may take effect at any later time, or never; readers
 * may lag behind, but never go back. Operations and reads fail, processes die, the audit may fail by itself.
 */
import fc from 'fast-check';
import type { Event, HeaderEvent } from '../../src/core/history.ts';
import { header } from '../core/metrics-events.ts';
import { auditOf } from './execution/audit.ts';
import { Choices } from './execution/choices.ts';
import { Database } from './execution/database.ts';
import { Reader } from './execution/reader.ts';
import { Writer } from './execution/writer.ts';

/** Microseconds from one thing to the next; the last is a good part of the staleness bound. */
const STEPS_US = [1000, 1000, 1000, 0, 1, 300_000];
/** The bound, and more. */
const DRAIN_US = [2_000_000, 1_000_000, 0];
/** After so long all reads of the drain have ended. */
const DRAINED_US = 10;

/** An arbitrary correct execution of up to three writers and readers, as the events of its history. */
export const executions: fc.Arbitrary<Event[]> = fc
  .record({
    options: fc.record({
      rows: fc.integer({ min: 1, max: 40 }),
      writers: fc.constantFrom(1, 2, 3, 0),
      readers: fc.constantFrom(1, 2, 3, 0),
      batch: fc.constantFrom(8, 2, 16),
      keys: fc.constantFrom('own', 'shared'),
      increment: fc.constantFrom('sql', 'none'),
    }),
    astray: fc.boolean(),
    copies: fc.constantFrom('one', 'one', 'one', 'each', 'two'),
    work: fc.array(fc.nat(), { minLength: 150, maxLength: 600, size: 'max' }),
    end: fc.array(fc.nat(), { maxLength: 300, size: 'max' }),
  })
  .map(({ options, copies, astray, work, end }) => {
    const first = header(options as Partial<HeaderEvent['options']>);
    const [names] = first.copies;
    const parts = { one: 1, two: 2, each: names!.length }[copies];
    first.copies = Array.from({ length: Math.max(1, parts) }, (_, copy) =>
      names!.filter((_name, i) => i % parts === copy),
    );
    return execute(first, astray, new Choices(work), new Choices(end));
  });

function execute(first: HeaderEvent, astray: boolean, choices: Choices, ends: Choices): Event[] {
  const { options, copies } = first;
  const databases = copies.map(() => new Database(options.rows));
  const databaseOf = (index: number): Database => databases[index % databases.length]!;
  const writers = Array.from(
    { length: options.writers },
    (_, i) => new Writer(i, options, databaseOf(i), choices, astray),
  );
  const readers = Array.from(
    { length: options.readers },
    (_, i) => new Reader(i, options, databaseOf(options.writers + i), choices),
  );
  const actors = [...writers, ...readers];
  const events: Event[] = [];
  let time = 0;
  while (choices.left) {
    time += choices.one(STEPS_US);
    const actor = actors[choices.below(actors.length + 1)];
    if (actor === undefined) choices.one(databases).drift(choices);
    else events.push(...actor.step(time));
  }
  time += ends.one(DRAIN_US);
  for (const reader of readers) events.push(...reader.drain(time));
  for (const database of databases) database.drift(ends);
  const audits = databases.flatMap((database, copy) =>
    auditOf(database, copy, time + DRAINED_US, ends),
  );
  return [first, ...delivered(events, ends), ...audits];
}

/** In the order in which events reach the coordinator: those of one process stay in theirs. */
function delivered(events: readonly Event[], choices: Choices): Event[] {
  const queues = new Map<string, Event[]>();
  const found: Event[] = [];
  for (const event of events) {
    const process = 'process' in event ? event.process : '';
    const queue = [...(queues.get(process) ?? []), event];
    const isAwaited = event.type === 'invoke' || event.type === 'process';
    queues.set(process, isAwaited || !choices.rarely(4) ? [] : queue);
    if (queues.get(process)!.length === 0) found.push(...queue);
  }
  return [...found, ...[...queues.values()].flat()];
}
