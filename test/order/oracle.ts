/**
 * The rules of the order engine, decided without it: every order of up to some ten operations is tried, and for each
 * whether every read can be a prefix of it. (The engine looks for circles in a graph.)
 */
import { GUARANTEES, type Guarantee } from '../../src/core/names.ts';
import { INITIAL, isBefore, type Facts, type Operation, type Read } from './facts.ts';

/** Places in {@link GUARANTEES}, each of which includes those before it. */
export const MONOTONIC = 1;
export const OWN = 2;
export const BOUNDED = 3;

/** The weakest guarantee that no order can give; null if one order gives all. */
export function refutedBy(facts: Facts, hasOrder: HasOrder): Guarantee | null {
  // Most have an order that gives all.
  if (hasOrder(facts, BOUNDED)) return null;
  return GUARANTEES.find((_, level) => !hasOrder(facts, level))!;
}

export type HasOrder = (facts: Facts, level: number) => boolean;

/** By the rules W, N, V, L and T, and from their level on P, O and F. Sets of operations are bits of a number. */
export const hasOrderByRules: HasOrder = (facts, level) => {
  const { operations, reads } = facts;
  const earlier = operations.map((operation) =>
    bitsOf(operations.filter((other) => isBefore(other, operation))),
  );
  const asked: AskedOf[] = reads.toSorted(byStart).map((read) => {
    for (const [b, v] of crossed(read, operations)) earlier[v]! |= 1 << b;
    return { read, has: required(read, facts, level), lacks: bitsOf(excluded(read, operations)) };
  });
  if (level >= MONOTONIC) followSessions(asked);
  const all = (1 << operations.length) - 1;
  const tried = new Set<number>();
  // Whether an order can be completed depends only on which operations are in it so far.
  const canComplete = (begun: number): boolean => {
    if (begun === all) return true;
    if (tried.has(begun)) return false;
    tried.add(begun);
    return operations.some(({ index }) => {
      const bit = 1 << index;
      if ((begun & bit) !== 0 || (earlier[index]! & ~begun) !== 0) return false;
      // Who lacks it has read before it, and so has all that it must have.
      if (asked.some(({ has, lacks }) => (lacks & bit) !== 0 && (has & ~begun) !== 0)) return false;
      return canComplete(begun | bit);
    });
  };
  return canComplete(0);
};

interface AskedOf {
  readonly read: Read;
  /** Operations that are in its prefix, and that are not. */
  has: number;
  readonly lacks: number;
}

/** Rules W, O and F. */
function required(read: Read, facts: Facts, level: number): number {
  return bitsOf([
    ...read.shown.flatMap(([, version]) => facts.operations[version] ?? []),
    ...(level >= OWN ? ownOf(read, facts) : []),
    ...(level >= BOUNDED ? dueOf(read, facts) : []),
  ]);
}

/** What its process had acknowledged before the read. */
export function ownOf({ process, startUs }: Read, { operations }: Facts): Operation[] {
  return operations.filter(
    (operation) => operation.process === process && operation.acknowledgedUs < startUs,
  );
}

/** What was acknowledged longer before the read than the bound. */
export function dueOf({ startUs }: Read, { operations, boundUs }: Facts): Operation[] {
  return operations.filter(({ acknowledgedUs }) => acknowledgedUs + boundUs < startUs);
}

/** Rules N and L. */
function excluded({ shown, endUs }: Read, operations: readonly Operation[]): Operation[] {
  return operations.filter(
    (b) =>
      b.beginUs > endUs ||
      shown.some(
        ([row, v]) =>
          v !== b.index && b.rows.includes(row) && (v === INITIAL || isBefore(operations[v]!, b)),
      ),
  );
}

/** Rule V: the read shows the first elsewhere, and the second in a row that the first wrote too. */
function crossed({ shown }: Read, operations: readonly Operation[]): [b: number, v: number][] {
  return shown.flatMap(([, b]) =>
    shown
      .filter(([row, v]) => v !== INITIAL && v !== b && operations[b]?.rows.includes(row) === true)
      .map(([, v]): [number, number] => [b, v]),
  );
}

/** Rule P: what an earlier read of the session has, a later one has. */
function followSessions(sorted: readonly AskedOf[]): void {
  for (const later of sorted) {
    for (const earlier of sorted) {
      if (isEarlierInSession(earlier.read, later.read)) later.has |= earlier.has;
    }
  }
}

export function isEarlierInSession(a: Read, b: Read): boolean {
  return a.session === b.session && a.endUs < b.startUs;
}

export const byStart = (a: Read, b: Read): number => a.startUs - b.startUs;

function bitsOf(operations: readonly Operation[]): number {
  return operations.reduce((bits, { index }) => bits | (1 << index), 0);
}
