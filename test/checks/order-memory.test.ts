/** What each session has seen before each of its reads. */
import { beforeAll, describe, expect, it } from 'vitest';
import { OrderEvidence } from '../../src/checks/order/evidence.ts';
import { Memory } from '../../src/checks/order/memory.ts';
import {
  OperationSet,
  Session,
  type Candidate,
  type Sighting,
} from '../../src/checks/order/sessions.ts';
import { anyEffort } from '../support/counted-effort.ts';
import { ledgerOf } from '../support/ledger.ts';

let evidence: OrderEvidence;
beforeAll(async () => {
  // Two chains: 1, 2, 3 and 4, 5.
  evidence = new OrderEvidence(
    await ledgerOf(`
      w0 insert 101 #1 @1-2; w0 insert 102 #2 @3-4; w0 insert 103 #3 @5-6
      w1 insert 104 #4 @1-2; w1 insert 105 #5 @3-4`),
  );
});

const sessionOf = (process: string): Session => new Session(process, new OperationSet(6));

function readOf(
  session: Session,
  [start, time]: readonly [start: number, time: number],
  shown: readonly number[],
  before: readonly Sighting[] = [],
): Candidate {
  return {
    ...{ process: session.process, f: 'poll', time, start, session, shown, before },
    ...{ missed: [], replaced: [], wentBack: -1, isOut: false, seen: [] },
  };
}

/** What each read was told that its session had seen before: operations and the ends of the reads that showed them. */
function recalled(memory: Memory, reads: readonly Candidate[]): string[][] {
  for (const read of reads) {
    memory.recall(read);
    memory.add(read);
  }
  return reads.map(({ seen }) => seen.map(({ index, by }) => `${index} at ${by.time}`));
}

const sighting = (index: number, time: number): Sighting => ({
  index,
  by: { process: 'r0', f: 'poll', time },
});

describe('what a session has seen', () => {
  it('is nothing before its first read', () => {
    const r0 = sessionOf('r0');
    expect(recalled(new Memory(evidence, anyEffort()), [readOf(r0, [1, 2], [1])])).toEqual([[]]);
  });

  it('is the last operation of each chain, and the first read that showed it', () => {
    const r0 = sessionOf('r0');
    const reads = [
      readOf(r0, [10, 11], [1, 4]),
      readOf(r0, [12, 13], [2, 4]),
      readOf(r0, [14, 15], [2]),
      readOf(r0, [16, 17], [1, 5]),
      readOf(r0, [18, 19], []),
    ];
    expect(recalled(new Memory(evidence, anyEffort()), reads)).toEqual([
      [],
      ['1 at 11', '4 at 11'],
      ['2 at 13', '4 at 11'],
      ['2 at 13', '4 at 11'],
      ['2 at 13', '5 at 17'],
    ]);
  });

  it('is nothing that a read showed which had not ended when this one began', () => {
    const r0 = sessionOf('r0');
    const reads = [
      readOf(r0, [10, 20], [1]),
      readOf(r0, [19, 30], [2, 4]),
      readOf(r0, [20, 31], []),
      readOf(r0, [30, 40], []),
      // It overlaps the first ones, too, and ended last.
      readOf(r0, [20, 41], []),
      readOf(r0, [19, 42], []),
    ];
    expect(recalled(new Memory(evidence, anyEffort()), reads)).toEqual([
      [],
      [],
      ['1 at 20'],
      ['2 at 30', '4 at 30'],
      ['1 at 20'],
      [],
    ]);
  });

  it('is also what reads showed that missed nothing', () => {
    const r0 = sessionOf('r0');
    const reads = [
      readOf(r0, [10, 11], [1], [sighting(1, 5), sighting(4, 5), sighting(5, 9)]),
      readOf(r0, [20, 21], [], [sighting(3, 15)]),
      readOf(r0, [30, 31], []),
    ];
    expect(recalled(new Memory(evidence, anyEffort()), reads)).toEqual([
      ['1 at 5', '5 at 9'],
      ['3 at 15', '5 at 9'],
      ['3 at 15', '5 at 9'],
    ]);
  });

  it('is nothing of other sessions', () => {
    const [r0, r1] = [sessionOf('r0'), sessionOf('r1')];
    const reads = [
      readOf(r0, [10, 11], [1]),
      readOf(r1, [12, 13], [4]),
      readOf(r0, [14, 15], []),
      readOf(r1, [16, 17], []),
      readOf(sessionOf('r0'), [18, 19], []),
    ];
    expect(recalled(new Memory(evidence, anyEffort()), reads)).toEqual([
      ...[[], [], ['1 at 11'], ['4 at 13'], []],
    ]);
  });

  it('is nothing of a read that was not added', () => {
    const r0 = sessionOf('r0');
    const memory = new Memory(evidence, anyEffort());
    memory.recall(readOf(r0, [10, 11], [1]));
    const last = readOf(r0, [12, 13], []);
    memory.recall(last);
    expect(last.seen).toEqual([]);
  });

  it('is one list for all reads in turn that recall the same', () => {
    const r0 = sessionOf('r0');
    const reads = [
      readOf(r0, [10, 11], [1, 4]),
      readOf(r0, [12, 13], [1]),
      readOf(r0, [14, 15], [2]),
      readOf(r0, [16, 17], []),
      readOf(r0, [18, 19], [3]),
      readOf(r0, [20, 21], []),
    ];
    recalled(new Memory(evidence, anyEffort()), reads);
    const [, first, second, third, fourth, fifth] = reads.map(({ seen }) => seen);
    expect(second).toBe(first);
    // The chain has another last one.
    expect(third).not.toBe(second);
    expect(fourth).toBe(third);
    expect(fifth).not.toBe(fourth);
    const again = reads.map((read): Candidate => ({ ...read, seen: [] }));
    recalled(new Memory(evidence, anyEffort()), again);
    expect(again.map(({ seen }) => seen)).toEqual(reads.map(({ seen }) => seen));
  });

  it('is looked for from the end: one step for each read that had not ended, and one', () => {
    const r0 = sessionOf('r0');
    const effort = anyEffort();
    const memory = new Memory(evidence, effort);
    recalled(memory, [
      readOf(r0, [10, 11], [1]),
      readOf(r0, [12, 13], [2]),
      readOf(r0, [14, 15], [3]),
    ]);
    expect(effort.of(() => memory.recall(readOf(r0, [16, 17], [])))).toBe(1);
    expect(effort.of(() => memory.recall(readOf(r0, [14, 18], [])))).toBe(2);
    expect(effort.of(() => memory.recall(readOf(r0, [9, 19], [])))).toBe(3 + 1);
  });
});
