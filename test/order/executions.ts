/**
 * Small executions at random: up to six operations and six reads of a database that keeps what a generated strength
 * promises, of which some reads are then changed at random. Whether an execution is legal, the oracles say.
 */
import { groupBy } from '../../src/core/group-by.ts';
import { runLength, type Event, type HeaderEvent } from '../../src/core/history.ts';
import type { Random } from '../../src/core/random.ts';
import { header } from '../core/metrics-events.ts';
import { encode } from '../support/rows.ts';
import { changed } from './executions/change.ts';
import { shuffled } from '../support/pick.ts';
import { Reader } from './executions/reader.ts';
import { SEED_ROWS, Store, TICK_US } from './executions/store.ts';
import { Writer } from './executions/writer.ts';

const BOUND_TICKS = 5;
const REFRESH_TICKS = 3;
const MOST_OPERATIONS = 6;
const MOST_READS = 6;
const TICKS = 40;

/** The events of one execution, its header first. */
export function randomExecution(random: Random): Event[] {
  const isRefreshed = random.below(5) === 0;
  const first = headerOf(random, isRefreshed);
  const store = new Store(random);
  const limits = { writes: mostly(MOST_OPERATIONS, random), reads: mostly(MOST_READS, random) };
  const { writers, readers } = first.options;
  const keeps = {
    strength: [3, 3, 2, 1, 0][random.below(5)]!,
    boundTicks: BOUND_TICKS + (isRefreshed ? REFRESH_TICKS : 0),
  };
  const reading = Array.from({ length: readers }, (_, i) => `r${i}`);
  if (random.below(2) === 0) reading.push('w0');
  const actors = [
    ...Array.from({ length: writers }, (_, i) => new Writer(i, writers, store, random)),
    ...reading.map((name) => new Reader(name, store, random, keeps)),
  ];
  let events: Event[] = [];
  for (let tick = 1; tick <= TICKS; tick++) {
    store.drift();
    // Nothing of one process happens at the same time; of two, it often does.
    const acted = new Set<string>();
    for (const actor of shuffled(actors, random)) {
      if (acted.has(actor.process) || random.below(3) === 0) continue;
      const found = actor.step(tick, limits);
      if (found !== undefined) acted.add(actor.process);
      events.push(...(found ?? []));
    }
  }
  const changes = random.below(3) === 0 ? 0 : 1 + random.below(3);
  for (let i = 0; i < changes; i++) events = changed(events, random);
  return [first, ...delivered(events, random), ...auditOf(store)];
}

/** Often as many as there may be, or nearly; sometimes fewer. */
function mostly(most: number, random: Random): number {
  return random.below(3) === 0 ? 1 + random.below(most) : most - random.below(2);
}

function headerOf(random: Random, isRefreshed: boolean): HeaderEvent {
  return header({
    rows: SEED_ROWS,
    writers: [1, 2, 2, 3, 3][random.below(5)]!,
    readers: 1 + random.below(3),
    keys: 'shared',
    stalenessBoundMs: ((BOUND_TICKS + (isRefreshed ? REFRESH_TICKS : 0)) * TICK_US) / 1000,
    refresh: isRefreshed ? (REFRESH_TICKS * TICK_US) / 1_000_000 : 'default',
  });
}

/** Sometimes all of one process arrives before all of the next: between processes only times decide. */
function delivered(events: readonly Event[], random: Random): Event[] {
  if (random.below(4) > 0) return [...events];
  const byProcess = groupBy(events, (event) => ('process' in event ? event.process : ''));
  return [...byProcess.values()].flat();
}

function auditOf(store: Store): Event[] {
  const rows = encode(store.rows(store.latest));
  const [start, time] = [100 * TICK_US, 101 * TICK_US];
  const files = { files: 1, missingFiles: [], duplicateFiles: [] };
  const count = rows.reduce((sum, run) => sum + runLength(run), 0);
  return [
    { type: 'ok', process: 'audit', f: 'scan', copy: 0, rows },
    {
      type: 'ok',
      process: 'audit',
      f: 'audit',
      copy: 0,
      start,
      time,
      rows: count,
      ...files,
      counter: 0,
    },
  ];
}
