/** The evidence for a circle: the steps from what a read misses to what it shows. */
import { describe, expect, it } from 'vitest';
import type { ReadEdge } from '../../src/checks/order/graph.ts';
import { findPath, type Step } from '../../src/checks/order/path.ts';
import { Random } from '../../src/core/random.ts';
import { oneOf } from '../support/pick.ts';
import {
  addRandomEdges,
  copyOf,
  followersOf,
  graphOf,
  randomWorld,
  worldOf,
  type World,
} from '../support/random-order.ts';

/** Five writers at once, and two operations one after the other that overlap them. */
const WRITES = `
  w0 insert 101 #1 @1-100; w1 insert 102 #2 @2-100; w2 insert 103 #3 @3-100
  w3 insert 104 #4 @4-100; w4 insert 105 #5 @5-100
  w5 insert 106 #6 @10-20; w5 insert 107 #7 @30-40`;

const edge = (to: number, by = 'r0'): ReadEdge<string> => ({ to, by, replaced: false });

async function pathOf(
  [from, goals]: [number[], number[]],
  edges: [from: number, to: number][],
  own: [from: number, to: number][] = [],
  writes = WRITES,
): Promise<string | undefined> {
  const world = await worldOf(writes);
  const graph = graphOf(world);
  for (const [first, to] of edges) graph.addEdge(first, edge(to));
  const ownEdges = new Map<number, ReadEdge<string>[]>();
  for (const [first, to] of own) {
    ownEdges.set(first, [...(ownEdges.get(first) ?? []), edge(to, 'own')]);
  }
  const path = findPath(world.chains, world.knownUs, graph, from, goals, ownEdges);
  return path
    ?.map(({ index, edge: by }, i) => {
      expect(by?.to ?? index).toBe(index);
      return i === 0 ? `${index}` : ` -${by?.by ?? 'time'}-> ${index}`;
    })
    .join('');
}

describe('a path', () => {
  it('is one operation that is both', async () => {
    expect(
      await pathOf(
        [
          [1, 2],
          [3, 2],
        ],
        [],
      ),
    ).toBe('2');
    expect(
      await pathOf(
        [
          [1, 2, 3],
          [3, 1],
        ],
        [],
      ),
    ).toBe('1');
  });

  it('is not there where nothing leads to a goal', async () => {
    expect(await pathOf([[1], [2]], [])).toBeUndefined();
    expect(await pathOf([[1], [2]], [[2, 1]])).toBeUndefined();
    expect(
      await pathOf(
        [[1], [2]],
        [
          [1, 3],
          [3, 4],
        ],
      ),
    ).toBeUndefined();
    expect(await pathOf([[], [2]], [[1, 2]])).toBeUndefined();
  });

  it('goes by times, by the edges of reads, or by both', async () => {
    expect(await pathOf([[6], [7]], [])).toBe('6 -time-> 7');
    expect(await pathOf([[1], [2]], [[1, 2]])).toBe('1 -r0-> 2');
    expect(await pathOf([[1], [7]], [[1, 6]])).toBe('1 -r0-> 6 -time-> 7');
    expect(
      await pathOf(
        [[6], [2]],
        [
          [7, 1],
          [1, 2],
        ],
      ),
    ).toBe('6 -time-> 7 -r0-> 1 -r0-> 2');
  });

  it('takes the edges of its own read before those of others', async () => {
    expect(await pathOf([[1], [2]], [[1, 2]], [[1, 2]])).toBe('1 -own-> 2');
    expect(
      await pathOf(
        [[6], [2]],
        [],
        [
          [7, 1],
          [1, 2],
        ],
      ),
    ).toBe('6 -time-> 7 -own-> 1 -own-> 2');
  });

  it('is the shortest of several', async () => {
    const long: [number, number][] = [
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
    ];
    expect(await pathOf([[1], [5]], long)).toBe('1 -r0-> 2 -r0-> 3 -r0-> 4 -r0-> 5');
    expect(await pathOf([[1], [5]], [...long, [1, 4]])).toBe('1 -r0-> 4 -r0-> 5');
    expect(await pathOf([[1, 3], [5]], long)).toBe('3 -r0-> 4 -r0-> 5');
    expect(await pathOf([[1], [5, 3]], long)).toBe('1 -r0-> 2 -r0-> 3');
    // The first of two edges leads to a goal by one more step, the second to another at once.
    expect(
      await pathOf(
        [[1], [2, 7]],
        [
          [1, 6],
          [1, 2],
        ],
      ),
    ).toBe('1 -r0-> 2');
  });

  it('passes each operation once, where there are circles beside it', async () => {
    expect(
      await pathOf(
        [[1], [4]],
        [
          [1, 2],
          [2, 1],
          [2, 3],
          [3, 2],
          [3, 4],
        ],
      ),
    ).toBe('1 -r0-> 2 -r0-> 3 -r0-> 4');
    expect(
      await pathOf(
        [[1], [5]],
        [
          [1, 2],
          [2, 1],
          [2, 3],
          [3, 2],
        ],
      ),
    ).toBeUndefined();
  });

  it('goes by times to each later operation that leads on', async () => {
    const later = `${WRITES}; w6 insert 108 #8 @50-60; w7 insert 109 #9 @51-60; w8 insert 110 #10 @52-60`;
    for (const last of [8, 9, 10]) {
      const edges = [8, 9, 10].map((from): [number, number] => [from, from === last ? 2 : 1]);
      expect(await pathOf([[6], [2]], edges, [], later)).toBe(`6 -time-> ${last} -r0-> 2`);
    }
  });

  it('does not go to an operation of another that begins at the very end, but to one of its own', async () => {
    const writes = `
      w0 insert 101 #1 @10-20; w0 insert 102 #2 @20-30; w1 insert 103 #3 @20-30; w2 insert 104 #4 @1-100`;
    expect(await pathOf([[1], [4]], [[2, 4]], [], writes)).toBe('1 -time-> 2 -r0-> 4');
    expect(await pathOf([[1], [4]], [[3, 4]], [], writes)).toBeUndefined();
  });

  it('is as short as brute force finds, also with edges of its own read', async () => {
    const random = new Random(11);
    for (let i = 0; i < 40; i++) {
      const world = await randomWorld(random, 1);
      for (const { path, from, goals, isThere, edgesOf } of searchesIn(random, world)) {
        expect(path !== undefined).toBe(isThere);
        if (path === undefined) continue;
        expect(path.length - 1).toBe(distance(world, edgesOf, from, goals));
        expect(from).toContain(path[0]!.index);
        expect(path[0]!.edge).toBeNull();
        expect(goals).toContain(path.at(-1)!.index);
        const isTrue = path.slice(1).every(({ index, edge: by }, k) => {
          const before = path[k]!.index;
          if (by === null) return world.byTimes[before]![index]!;
          return by.to === index && edgesOf(before).includes(by);
        });
        expect(isTrue).toBe(true);
      }
    }
  });

  it('is there wherever the order tells that one comes after the other, however short they are', async () => {
    const random = new Random(12);
    for (let i = 0; i < 40; i++) {
      for (const search of searchesIn(random, await randomWorld(random))) {
        expect(search.path !== undefined).toBe(search.isThere);
        expect(search.isReached).toBe(search.isThere);
      }
    }
  });
});

interface Search {
  from: number[];
  goals: number[];
  path: Step<string>[] | undefined;
  /** By brute force. */
  isThere: boolean;
  /** As the order tells. */
  isReached: boolean;
  edgesOf: (index: number) => readonly ReadEdge<string>[];
}

/** Some searches in random operations with random edges. */
function searchesIn(random: Random, world: World): Search[] {
  const { chains, knownUs, existing, byTimes } = world;
  const graph = graphOf(world);
  const known = copyOf(byTimes);
  addRandomEdges(random, world, graph, known);
  const any = (): number => oneOf(existing, random);
  return Array.from({ length: 6 }, (_, search) => {
    const from = [any(), any()].slice(search % 2);
    const goals = [any(), any()].slice(search % 3 === 0 ? 1 : 0);
    const pairs = [1, 2, 3].slice(random.below(4)).map((): [number, number] => [any(), any()]);
    const own = new Map<number, ReadEdge<string>[]>();
    const all = copyOf(known);
    for (const [first, to] of pairs) {
      own.set(first, [...(own.get(first) ?? []), edge(to, 'own')]);
      all[first]![to] = true;
    }
    const followers = followersOf(from, all);
    const reached = graph.reach(from, pairs);
    return {
      from,
      goals,
      path: findPath(chains, knownUs, graph, from, goals, own),
      isThere: goals.some((goal) => followers.has(goal)),
      isReached: goals.some((goal) => reached.has(goal)),
      edgesOf: (index) => [...(own.get(index) ?? []), ...graph.edgesFrom(index)],
    };
  });
}

/** How many steps lead to the nearest goal, by brute force. */
function distance(
  { existing, byTimes }: World,
  edgesOf: Search['edgesOf'],
  from: readonly number[],
  goals: readonly number[],
): number {
  let reached = new Set(from);
  for (let steps = 0; ; steps++) {
    if (goals.some((goal) => reached.has(goal))) return steps;
    const next = [...reached].flatMap((each) => [
      ...existing.filter((to) => byTimes[each]![to]),
      ...edgesOf(each).map(({ to }) => to),
    ]);
    reached = new Set([...reached, ...next]);
  }
}
