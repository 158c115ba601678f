/** What follows from the times of operations, and from reads that show some of them and miss others. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { anyEffort } from '../support/counted-effort.ts';
import { said } from '../support/order.ts';
import { oneOf } from '../support/pick.ts';
import {
  addRandomEdges,
  copyOf,
  followersOf,
  graphOf,
  randomWorld,
  worldOf,
} from '../support/random-order.ts';

const edge = (to: number, by = 'r0') => ({ to, by, replaced: false });

describe('times', () => {
  it('tell that an operation comes before what began after it had ended, or after it was seen', async () => {
    const writes = 'w0 insert 101 #1 @10-20; w1 insert 102 #2 @15-30; w1 insert 103 #3 @30-40';
    const graph = graphOf(await worldOf(writes));
    expect(graph.precedes(1, 2)).toBe(false);
    expect(graph.precedes(1, 3)).toBe(true);
    expect(graph.precedes(3, 1)).toBe(false);
    expect(graph.precedes(0, 1)).toBe(true);
    expect(graph.precedes(1, 0)).toBe(false);
    expect(graphOf(await worldOf(writes, { 1: 14 })).precedes(1, 2)).toBe(true);
    expect(graphOf(await worldOf(writes, { 1: 15 })).precedes(1, 2)).toBe(false);
  });

  it('tell of one writer that the same instant is before', async () => {
    const graph = graphOf(
      await worldOf('w0 insert 101 #1 @10-20; w0 insert 102 #2 @20-30; w1 insert 103 #3 @20-30'),
    );
    expect(graph.precedes(1, 2)).toBe(true);
    expect(graph.precedes(1, 3)).toBe(false);
    expect(graph.precedes(2, 1)).toBe(false);
    expect(graph.precedes(1, 1)).toBe(false);
    expect([0, 1, 2, 3].map((index) => graph.follower(index))).toEqual([-1, 2, -1, -1]);
  });

  it('tell nothing at that instant of one that was seen before it', async () => {
    const world = await worldOf('w0 insert 101 #1 @10-20; w0 insert 102 #2 @20-30', { 1: 15 });
    expect(graphOf(world).follower(1)).toBe(-1);
  });

  it('have one operation that begins as the one before of its writer ends in a circle', async () => {
    const history = (startMs: string): string => `
      w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @${startMs}-30; w1 insert 201-204 #3 @11-40
      r0 point 101,201: 201#3 @50-51
      r1 point 105,201: 105#2 @52-53`;
    const texts = await said(history('20'));
    expect(texts).toEqual(await said(history('20.001')));
    expect(texts).toEqual([expect.stringMatching(/^long-fork: no one order explains that/)]);
  });
});

describe('edges', () => {
  /** Two that overlap all others, and two writers of three operations each. */
  const WRITES = `
    w0 insert 101 #1 @1-100; w1 insert 102 #2 @2-100
    w2 insert 103 #3 @10-19; w2 insert 104 #4 @20-29; w2 insert 105 #5 @30-39
    w3 insert 106 #6 @10-19; w3 insert 107 #7 @20-29; w3 insert 108 #8 @30-39`;

  it('are kept by the operation that they lead from', async () => {
    const graph = graphOf(await worldOf(WRITES));
    expect(graph.isEmpty).toBe(true);
    expect(graph.edgesFrom(1)).toEqual([]);
    graph.addEdge(1, { to: 3, by: 'r0', replaced: true });
    graph.addEdge(1, edge(6, 'r1'));
    graph.addEdge(2, edge(7, 'r2'));
    expect(graph.isEmpty).toBe(false);
    expect(graph.edgesFrom(1)).toEqual([{ to: 3, by: 'r0', replaced: true }, edge(6, 'r1')]);
    expect(graph.edgesFrom(2)).toEqual([edge(7, 'r2')]);
    expect([...graph.sources]).toEqual([1, 2]);
  });

  it('of a read lead from all that it shows to all that it misses', async () => {
    const graph = graphOf(await worldOf(WRITES));
    graph.add([1, 2], [3, 6], 'r0');
    expect(graph.edgesFrom(1)).toEqual([edge(3), edge(6)]);
    expect(graph.edgesFrom(2)).toEqual([edge(3), edge(6)]);
  });

  it('are not kept where times tell the same', async () => {
    const graph = graphOf(await worldOf(WRITES));
    graph.addEdge(3, edge(7));
    graph.addEdge(3, edge(4));
    expect(graph.isEmpty).toBe(true);
    expect([...graph.sources]).toEqual([]);
  });

  it('lead to the earliest of a chain only, of which the first read is told', async () => {
    const graph = graphOf(await worldOf(WRITES));
    graph.addEdge(1, edge(7, 'other'));
    graph.addEdge(1, edge(4, 'r0'));
    graph.addEdge(1, edge(5, 'r1'));
    expect(graph.edgesFrom(1)).toEqual([edge(7, 'other'), edge(4, 'r0')]);
    graph.addEdge(1, edge(4, 'r2'));
    expect(graph.edgesFrom(1)).toEqual([edge(7, 'other'), edge(4, 'r0')]);
    graph.addEdge(1, edge(3, 'r3'));
    expect(graph.edgesFrom(1)).toEqual([edge(7, 'other'), edge(3, 'r3')]);
    graph.addEdge(1, edge(6, 'r4'));
    expect(graph.edgesFrom(1)).toEqual([edge(6, 'r4'), edge(3, 'r3')]);
  });

  it('are forgotten', async () => {
    const graph = graphOf(await worldOf(WRITES));
    graph.addEdge(5, edge(1));
    expect(graph.reach([3]).has(1)).toBe(true);
    graph.clear();
    expect(graph.isEmpty).toBe(true);
    expect(graph.edgesFrom(5)).toEqual([]);
    expect(graph.reach([3]).has(1)).toBe(false);
    graph.addEdge(2, edge(8));
    expect(graph.reach([3]).has(1)).toBe(false);
  });

  it('cost a hundred steps each, and one for each edge that is there already', async () => {
    const effort = anyEffort();
    const graph = graphOf(await worldOf(WRITES), effort);
    expect(effort.of(() => graph.addEdge(1, edge(3)))).toBe(100);
    expect(effort.of(() => graph.addEdge(1, edge(6)))).toBe(101);
    expect(effort.of(() => graph.addEdge(1, edge(2)))).toBe(102);
    expect(effort.of(() => graph.addEdge(3, edge(7)))).toBe(0);
    // Of six pairs times tell one.
    expect(effort.of(() => graph.add([4, 2], [6, 7, 8], 'r0'))).toBe(6 + 2 * 100 + 3 * 101);
  });
});

describe('what comes after operations', () => {
  it('is what brute force finds, with edges of reads and with edges that are tried', async () => {
    const random = new Random(7);
    for (let i = 0; i < 80; i++) {
      const world = await randomWorld(random);
      const { chains, knownUs, existing, byTimes } = world;
      const graph = graphOf(world);
      const known = copyOf(byTimes);
      if (i % 4 > 0) addRandomEdges(random, world, graph, known);
      for (let search = 0; search < 6; search++) {
        const from = [oneOf(existing, random), oneOf(existing, random)].slice(search % 2);
        const extra = Array.from({ length: random.below(4) }, (): [number, number] => [
          oneOf(existing, random),
          oneOf(existing, random),
        ]);
        const only = random.below(3) === 0;
        const all = copyOf(only ? byTimes : known);
        for (const [first, second] of extra) all[first]![second] = true;
        const expected = [...followersOf(from, all)].toSorted((a, b) => a - b);
        const reached = graph.reach(from, extra, only);
        const { beganAfterUs, acknowledgedUs } = reached;
        const found = existing.filter((index) => reached.has(index));
        expect({ found, beganAfterUs, acknowledgedUs }).toEqual({
          found: expected,
          beganAfterUs: Math.min(...expected.map((each) => knownUs[each]!)),
          acknowledgedUs: Math.min(...expected.map((each) => chains.acknowledgedUs[each]!)),
        });
      }
    }
  });

  it('is nothing where nothing is asked for', async () => {
    const graph = graphOf(await worldOf('w0 insert 101 #1 @1-2; w1 insert 102 #2 @1-2'));
    graph.addEdge(1, edge(2));
    const reached = graph.reach([], [[1, 2]]);
    expect([0, 1, 2].filter((index) => reached.has(index))).toEqual([]);
    expect(reached.acknowledgedUs).toBe(Infinity);
  });

  it('was acknowledged when the first of it was: increments, which nobody reads, do not count', async () => {
    const graph = graphOf(
      await worldOf(
        `
        w0 insert 101 #1 @1-50 info; w1 increment #2 @20-21; w1 insert 102 #3 @22-40
        w2 insert 103 #4 @23-30; w2 insert 104 #5 @31-60`,
        { 1: 10 },
      ),
    );
    expect(graph.reach([1]).acknowledgedUs).toBe(30_000);
    expect(graph.reach([5]).acknowledgedUs).toBe(60_000);
    expect(graph.reach([3]).acknowledgedUs).toBe(40_000);
  });

  it('takes some steps for each operation, edge and chain that is looked at, however long the history', async () => {
    const turns = Array.from({ length: 400 }, (_, i) => {
      const [start, end] = [10 * i + 10, 10 * i + 19];
      return `w0 insert ${101 + i} #${i + 1} @${start}-${end}`;
    });
    const beside = [0, 1, 2].map((i) => `w${i + 1} insert ${901 + i} #${901 + i} @1-9000`);
    const effort = anyEffort();
    const graph = graphOf(await worldOf([...turns, ...beside].join('\n')), effort);
    const [a, b, c] = [401, 402, 403] as const;
    // One operation, and nothing else while there are no edges.
    expect(effort.of(() => graph.reach([1]))).toBe(1);
    expect(effort.of(() => graph.reach([1], [], true))).toBe(1);
    expect(effort.of(() => graph.reach([1], [[b, c]]))).toBe(1 + 1);
    graph.addEdge(a, edge(b));
    graph.addEdge(a, edge(c));
    graph.addEdge(400, edge(a));
    const chains = 5 / 4;
    expect(effort.of(() => graph.reach([b], [], true))).toBe(1);
    expect(effort.of(() => graph.reach([b]))).toBe(1 + chains);
    // Two edges and what they lead to.
    expect(effort.of(() => graph.reach([a]))).toBe(3 + 1 + 1 + chains);
    // The last of the chain follows by its time, and the others by its edge.
    expect(graph.reach([1]).has(c)).toBe(true);
    expect(effort.of(() => graph.reach([1]))).toBe(1 + chains + 3 + 1 + 1 + chains);
  });
});
