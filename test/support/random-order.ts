/** Small random operations that overlap, with what is known of their order: for comparison with brute force. */
import { Chains } from '../../src/checks/order/chains.ts';
import { OrderGraph } from '../../src/checks/order/graph.ts';
import type { Random } from '../../src/core/random.ts';
import { anyEffort, type CountedEffort } from './counted-effort.ts';
import { ledgerOf } from './ledger.ts';
import { oneOf } from './pick.ts';

/** By two operations: whether the first comes before the second. */
export type Relation = boolean[][];

/** Operations, when each was known, and what times alone tell of their order. */
export interface World {
  readonly chains: Chains;
  readonly knownUs: Float64Array;
  /** All that are in the order. */
  readonly existing: readonly number[];
  readonly byTimes: Relation;
}

export async function worldOf(text: string, seenMs: Record<number, number> = {}): Promise<World> {
  const chains = new Chains(await ledgerOf(text));
  const knownUs = Float64Array.from(chains.acknowledgedUs);
  knownUs[0] = -Infinity;
  for (const [index, ms] of Object.entries(seenMs)) knownUs[Number(index)] = 1000 * ms;
  const { beganUs, chain, place } = chains;
  const existing = [...chain.keys()].filter((index) => chain[index]! >= 0);
  const byTimes = Array.from(chain, () => Array<boolean>(chain.length).fill(false));
  for (const a of existing) {
    for (const b of existing) {
      const isOfChain = chain[a] === chain[b] && place[a]! < place[b]!;
      byTimes[a]![b] = isOfChain || knownUs[a]! < beganUs[b]!;
    }
  }
  return { chains, knownUs, existing, byTimes };
}

/**
 * Three writers whose operations now and then begin at the very end of the one before; some are seen before their end.
 * `leastMs`: how long each takes at least.
 */
export async function randomWorld(random: Random, leastMs = 0): Promise<World> {
  const lines: string[] = [];
  const seenMs: Record<number, number> = {};
  for (let writer = 0; writer < 3; writer++) {
    let end = random.below(4);
    for (let op = 0; op < 3; op++) {
      const start = end + random.below(3);
      end = start + Math.max(leastMs, random.below(7));
      const batch = lines.length + 1;
      const kind = random.below(8);
      const what = kind === 0 ? 'increment' : `insert ${100 + batch}`;
      const outcome = kind === 1 ? 'fail' : kind === 2 ? 'info' : '';
      lines.push(`w${writer} ${what} #${batch} @${start}-${end} ${outcome}`);
      const seen = start + random.below(5);
      if (random.below(3) === 0 && (kind === 2 || seen < end)) seenMs[batch] = seen;
    }
  }
  return worldOf(lines.join('\n'), seenMs);
}

export function graphOf(
  { chains, knownUs }: World,
  effort: CountedEffort = anyEffort(),
): OrderGraph<string> {
  return new OrderGraph<string>(chains, knownUs, effort);
}

/** Adds some edges of which none closes a circle; they are told in the relation, too. */
export function addRandomEdges(
  random: Random,
  { existing }: World,
  graph: OrderGraph<string>,
  known: Relation,
): void {
  for (let i = 0; i < 6; i++) {
    const from = oneOf(existing, random);
    const to = oneOf(existing, random);
    if (followersOf([to], known).has(from)) continue;
    known[from]![to] = true;
    graph.addEdge(from, { to, by: `r${i}`, replaced: false });
  }
}

/** All that comes after these operations, themselves included, by brute force. */
export function followersOf(from: readonly number[], known: Relation): Set<number> {
  const found = new Set(from);
  for (const each of found) {
    known[each]!.forEach((follows, to) => follows && found.add(to));
  }
  return found;
}

export function copyOf(known: Relation): Relation {
  return known.map((row) => [...row]);
}
