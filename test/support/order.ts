/** What the checks of the order say of short histories, by both ways in which reads are compared with the ledger. */
import { expect } from 'vitest';
import { judge, type Judgement } from '../../src/checks/index.ts';
import type { IdRange } from '../../src/core/dataset.ts';
import { historyOf, type Event, type HeaderEvent } from '../../src/core/history.ts';
import type { Edge } from '../../src/core/result.ts';
import { eventsOf, judged } from './history-dsl.ts';

const ORDER_CHECKS: ReadonlySet<string> = new Set([
  'fractured',
  'prefix-hole',
  'own-write-missed',
  'non-monotonic',
  'long-fork',
  'frozen',
]);

/** What was found of the order: sentences after the name of their check. */
export interface Found {
  said: string[];
  counts: Record<string, number>;
  order: Judgement['order'];
}

/** What is found in a history, whichever way its reads are compared. */
export async function found(...[text, ...rest]: Parameters<typeof judged>): Promise<Found> {
  const plain = foundBy(await judged(text, ...rest));
  const rowByRow = await judge(historyOf(tangled(eventsOf(text, ...rest))));
  expect(foundBy(rowByRow)).toEqual(plain);
  return plain;
}

/**
 * The same with operations that have no effect on rows that nobody reads, and that have rows in common: reads are then
 * compared with the ledger row by row.
 */
export function tangled(events: Event[]): Event[] {
  const [first, ...rest] = structuredClone(events) as [HeaderEvent, ...Event[]];
  const extra = first.copies.flatMap((names, copy) => {
    const process = `x${copy}`;
    names.push(process);
    return [0, 1].flatMap((op): Event[] => {
      const f = 'upsert';
      const batch = 1_000_000 + 2 * copy + op;
      const ids: IdRange = [2 ** 52 + op, 2 ** 52 + op + 1, 1];
      return [
        { type: 'invoke', process, f, op, batch, ids, time: 0 },
        { type: 'fail', process, f, op, start: 0, time: 0 },
      ];
    });
  });
  return [first, ...rest, ...extra];
}

/** The sentences only. */
export async function said(...history: Parameters<typeof judged>): Promise<string[]> {
  return (await found(...history)).said;
}

function foundBy({ checks, order }: Judgement): Found {
  const failed = checks.filter((check) => check.verdict === 'fail' && ORDER_CHECKS.has(check.name));
  return {
    said: failed.flatMap(({ name, findings }) => findings.map(({ text }) => `${name}: ${text}`)),
    counts: Object.fromEntries(failed.map(({ name, count }) => [name, count])),
    order,
  };
}

/** The circle of facts of the only finding: `a shows b`, each ending where the next one begins. */
export async function circle(...history: Parameters<typeof judged>): Promise<string[]> {
  const { checks } = await judged(...history);
  const all = checks.flatMap(({ name, findings }) => (ORDER_CHECKS.has(name) ? findings : []));
  expect(all).toHaveLength(1);
  const edges: Edge[] = all[0]!.edges!;
  for (const [i, { to }] of edges.entries()) expect(edges[(i + 1) % edges.length]!.from).toBe(to);
  return edges.map(({ from, kind, to }) => `${from} -${kind}-> ${to}`);
}
