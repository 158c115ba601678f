import type { Chains } from './chains.ts';
import type { OrderGraph, ReadEdge } from './graph.ts';

/** One step of a chain of reasons: the operation, and what leads to it from the one before; null: times alone do. */
export interface Step<Label> {
  readonly index: number;
  readonly edge: ReadEdge<Label> | null;
}

/**
 * The way with the fewest steps from one of some operations to one of the goals: the middle part of the smallest cycle
 * through a read. Its first step is where it begins. Undefined if there is none. For evidence only: it may walk over the
 * whole history.
 */
export function findPath<Label>(
  chains: Chains,
  knownUs: Float64Array,
  graph: OrderGraph<Label>,
  from: readonly number[],
  goals: readonly number[],
  own: ReadonlyMap<number, readonly ReadEdge<Label>[]> = new Map(),
): Step<Label>[] | undefined {
  const ends = new Set(goals);
  const both = from.find((index) => ends.has(index));
  if (both !== undefined) return [{ index: both, edge: null }];
  const { beganUs } = chains;
  const sources = [...new Set([...graph.sources, ...own.keys()])].toSorted(
    (a, b) => beganUs[b]! - beganUs[a]!,
  );
  let next = 0;
  // In the order in which they are reached: it grows while it is gone through.
  const parents = new Map<number, { from: number; edge: ReadEdge<Label> | null }>();
  const reach = (index: number, parent: number, edge: ReadEdge<Label> | null): void => {
    if (!parents.has(index)) parents.set(index, { from: parent, edge });
  };
  const pathTo = (last: number): Step<Label>[] => {
    const steps: Step<Label>[] = [];
    for (let index = last; index >= 0; index = parents.get(index)!.from) {
      steps.unshift({ index, edge: parents.get(index)!.edge });
    }
    return steps;
  };
  for (const index of from) reach(index, -1, null);
  for (const index of parents.keys()) {
    const goal = goals.find((each) => graph.precedes(index, each));
    if (goal !== undefined) return [...pathTo(index), { index: goal, edge: null }];
    for (const edge of [...(own.get(index) ?? []), ...graph.edgesFrom(index)]) {
      reach(edge.to, index, edge);
      if (ends.has(edge.to)) return pathTo(edge.to);
    }
    const follower = graph.follower(index);
    if (follower >= 0) reach(follower, index, null);
    for (; next < sources.length; next++) {
      const source = sources[next]!;
      if (beganUs[source]! <= knownUs[index]!) break;
      reach(source, index, null);
    }
  }
  return undefined;
}
