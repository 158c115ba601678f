/** What the checks of the order say of short histories, by both ways in which reads are compared with the ledger. */
import { expect } from 'vitest';
import type { Judgement } from '../../src/checks/index.ts';
import type { Edge } from '../../src/core/result.ts';
import { judged } from './history-dsl.ts';

/** Operations that have no effect, on rows in common: reads are then compared row by row. */
const TANGLE = `
  w0 upsert 900001-900002 #9001 @1-2 fail
  w0 upsert 900002-900003 #9002 @3-4 fail`;

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
  const tangled = foundBy(await judged(`${text}; ${TANGLE}`, ...rest));
  expect(tangled).toEqual(plain);
  return plain;
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
