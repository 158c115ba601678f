import type { Chains } from './chains.ts';
import type { OrderGraph, ReadEdge } from './graph.ts';

/** One step of a chain of reasons: the operation, and what leads to it from the one before; null: times alone do. */
export interface Step<Label> {
  readonly index: number;
  readonly edge: ReadEdge<Label> | null;
}

/**
 * The way with the fewest reads from one of some operations to one of the goals: the middle part of the smallest cycle
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
  const both = from.find((index) => goals.includes(index));
  if (both !== undefined) return [{ index: both, edge: null }];
  const { beganUs } = chains;
  const parents = new Map<number, { from: number; edge: ReadEdge<Label> | null }>();
  const sources = [...new Set([...graph.sources, ...own.keys()])].toSorted(
    (a, b) => beganUs[b]! - beganUs[a]!,
  );
  let next = 0;
  const queue: number[] = [];
  const reach = (index: number, parent: number, edge: ReadEdge<Label> | null): void => {
    if (parents.has(index)) return;
    parents.set(index, { from: parent, edge });
    queue.push(index);
  };
  const pathTo = (last: number): Step<Label>[] => {
    const steps: Step<Label>[] = [];
    for (let index = last; index >= 0; index = parents.get(index)!.from) {
      steps.unshift({ index, edge: parents.get(index)!.edge });
    }
    return steps;
  };
  for (const index of from) reach(index, -1, null);
  for (let i = 0; i < queue.length; i++) {
    const index = queue[i]!;
    if (goals.includes(index)) return pathTo(index);
    const goal = goals.find((each) => graph.precedes(index, each));
    if (goal !== undefined) return [...pathTo(index), { index: goal, edge: null }];
    for (const edge of [...(own.get(index) ?? []), ...graph.edgesFrom(index)]) {
      reach(edge.to, index, edge);
    }
    while (next < sources.length && beganUs[sources[next]!]! > knownUs[index]!) {
      reach(sources[next++]!, index, null);
    }
  }
  return undefined;
}
