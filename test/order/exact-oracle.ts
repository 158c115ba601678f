/**
 * What the rules stand for, decided exactly: a read shows the state of the database after the first operations of one
 * order, each row as its last writer left it. Refutes all that the rules refute, and more where writers collide.
 */
import { INITIAL, isBefore, type Facts, type Read } from './facts.ts';
import {
  BOUNDED,
  byStart,
  dueOf,
  isEarlierInSession,
  MONOTONIC,
  OWN,
  ownOf,
  type HasOrder,
} from './oracle.ts';

export const hasOrderExactly: HasOrder = (facts, level) => {
  const { operations } = facts;
  const reads = facts.reads.toSorted(byStart);
  const owed = reads.map((read) => [
    ...(level >= OWN ? ownOf(read, facts) : []),
    ...(level >= BOUNDED ? dueOf(read, facts) : []),
  ]);
  const order: number[] = [];
  /** Whether all reads can be placed, those of `placed` having been, if the order goes on from here. */
  const canGoOn = (state: ReadonlyMap<number, number>, placed: ReadonlySet<Read>): boolean => {
    const now = new Set(placed);
    for (const [i, read] of reads.entries()) {
      if (now.has(read)) continue;
      const waits = reads.some(
        (other) => level >= MONOTONIC && isEarlierInSession(other, read) && !now.has(other),
      );
      const isDue = owed[i]!.every(({ index }) => order.includes(index));
      if (!waits && isDue && shows(read, state) && isTimely(read, order, facts)) now.add(read);
      else if (isTooLate(read, state, order, facts)) return false;
    }
    if (order.length === operations.length) return now.size === reads.length;
    return operations.some((operation) => {
      const { index, rows } = operation;
      if (order.includes(index)) return false;
      const isNext = operations.every(
        (other) => !isBefore(other, operation) || order.includes(other.index),
      );
      if (!isNext) return false;
      const next = new Map(state);
      for (const row of rows) next.set(row, index);
      order.push(index);
      const can = canGoOn(next, now);
      order.pop();
      return can;
    });
  };
  return canGoOn(new Map(), new Set());
};

function shows({ shown }: Read, state: ReadonlyMap<number, number>): boolean {
  return shown.every(([row, version]) => (state.get(row) ?? INITIAL) === version);
}

/** No operation of the order began after the read had ended. */
function isTimely({ endUs }: Read, order: readonly number[], { operations }: Facts): boolean {
  return order.every((index) => operations[index]!.beginUs <= endUs);
}

/** A version that was overwritten never comes back. */
function isTooLate(
  read: Read,
  state: ReadonlyMap<number, number>,
  order: readonly number[],
  facts: Facts,
): boolean {
  if (!isTimely(read, order, facts)) return true;
  return read.shown.some(([row, version]) => {
    if ((state.get(row) ?? INITIAL) === version) return false;
    return version === INITIAL || order.includes(version);
  });
}
