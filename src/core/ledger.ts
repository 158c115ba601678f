/**
 * The ledger: what writers attempted and what was acknowledged, rebuilt from a history. One for each copy of the
 * database. The seed is its first operation: batch 0, acknowledged before everything.
 */
import { Effort } from './effort.ts';
import { UsageError } from './errors.ts';
import type { Event, HeaderEvent, History, WriteEnd, WriteInvoke, WriteName } from './history.ts';
import { hasId, intersects, sizeOf, type Progression } from './id-range.ts';
import type { Outcome } from './names.ts';

/** Of ranges that overlap: far more than 256 writers that take turns on a million rows have. */
const MOST_OVERLAPS = 50_000_000;

/** Of operations that are looked at because they wrote a row that somebody asks about: some ten seconds. */
const MOST_LOOKED_AT = 200_000_000;

/** One write operation. */
export interface Operation {
  /** Its place in {@link Ledger.operations}. */
  readonly index: number;
  readonly process: string;
  readonly f: WriteName | 'seed';
  /** Its number within its writer. */
  readonly op: number;
  readonly batch: number;
  /** The rows it writes; null for an increment. */
  readonly cover: Cover | null;
  readonly invokeUs: number;
  /**
   * Before it nothing of the operation can be seen: when the driver was called, where it was acknowledged; else when it was
   * invoked.
   */
  beganUs: number;
  /** `info` unless its end is in the history. */
  outcome: Outcome;
  /** Infinity unless it was acknowledged: what may still happen never ends. */
  acknowledgedUs: number;
  /** When it was acknowledged, or first seen by a read, whichever came first: what begins later comes after it. */
  knownUs: number;
  /** When its call returned or its process ended, whatever the outcome. */
  returnedUs: number;
}

/** The rows that one or more operations write. */
export interface Cover extends Progression {
  readonly index: number;
  readonly size: number;
  operations: Operation[];
  /** Other covers with rows in common. */
  readonly crossing: Cover[];
  /** Whether its rows may show different operations at different times. */
  rivals: boolean;
  /** When the last of its acknowledged operations began; -Infinity if there is none. */
  latestBeganUs: number;
}

/** Whether `a` was acknowledged before `b` could have any effect. */
export function precedes(a: Operation, b: Operation): boolean {
  return a.acknowledgedUs < b.beganUs;
}

/** The operations on one copy of the database. */
export class Ledger {
  readonly seed: Operation;
  /** In the order in which their invocations are in the history, the seed first. */
  readonly operations: Operation[];
  /** By their first id, once complete; the seed's is not among them. */
  readonly covers: Cover[] = [];
  /** By batch, without a gap: writers number their operations in turn. */
  readonly #byBatch: (Operation | undefined)[] = [];
  readonly #byFirst = new Map<number, Cover[]>();
  readonly #pending = new Map<string, Map<number, Operation>>();
  /** The highest last id of the covers up to each. */
  readonly #reach: number[] = [];
  readonly #lookedAt = new Effort(MOST_LOOKED_AT, tooManyVersions);

  constructor(rows: number) {
    const cover = coverOf([1, rows, 1], 0);
    this.seed = {
      index: 0,
      process: 'seed',
      f: 'seed',
      op: 0,
      batch: 0,
      cover,
      invokeUs: -Infinity,
      beganUs: -Infinity,
      outcome: 'ok',
      acknowledgedUs: -Infinity,
      knownUs: -Infinity,
      returnedUs: -Infinity,
    };
    this.operations = [this.seed];
    this.#byBatch[0] = this.seed;
  }

  /** Who wrote this batch; undefined if nobody tried to. */
  byBatch(batch: number): Operation | undefined {
    return this.#byBatch[batch];
  }

  invoke({ process, f, op, batch, ids, time }: WriteInvoke): void {
    const cover = ids === undefined ? null : this.#cover(ids);
    const operation: Operation = {
      index: this.operations.length,
      process,
      f,
      op,
      batch,
      cover,
      invokeUs: time,
      beganUs: time,
      outcome: 'info',
      acknowledgedUs: Infinity,
      knownUs: Infinity,
      returnedUs: Infinity,
    };
    // Most covers have one operation, and an array that grows by pushing has room for many.
    if (cover?.operations.length === 0) cover.operations = [operation];
    else cover?.operations.push(operation);
    this.operations.push(operation);
    this.#byBatch[batch] = operation;
    let pending = this.#pending.get(process);
    if (pending === undefined) this.#pending.set(process, (pending = new Map()));
    pending.set(op, operation);
  }

  end({ type, process, op, start, time }: WriteEnd): void {
    const pending = this.#pending.get(process);
    const operation = pending?.get(op);
    if (operation === undefined) {
      throw new UsageError(`the history ends operation ${op} of ${process}, which never began`);
    }
    pending!.delete(op);
    operation.outcome = type;
    // After a crash the audit gives operations their end: they had stopped with their process, and it knows nothing of the call.
    const isResolved = operation.returnedUs < Infinity;
    if (!isResolved) operation.returnedUs = time;
    if (type !== 'ok') return;
    operation.acknowledgedUs = operation.knownUs = time;
    if (!isResolved) operation.beganUs = Math.max(start, operation.invokeUs);
  }

  /**
   * A process ended: what it left without an end is in doubt for ever, and runs no more. In a crash campaign a process of
   * this name ends in each round: what the first left open stopped with the first.
   */
  gone(process: string, timeUs: number): void {
    for (const operation of this.#pending.get(process)?.values() ?? []) {
      operation.returnedUs = Math.min(operation.returnedUs, timeUs);
    }
  }

  /** The power was cut at this time: what seemed to end after it, until all began anew, was never answered. */
  cut(fromUs: number, untilUs: number): void {
    for (const operation of this.operations) {
      const { returnedUs, outcome } = operation;
      if (outcome === 'info' || returnedUs <= fromUs || returnedUs >= untilUs) continue;
      operation.outcome = 'info';
      operation.acknowledgedUs = operation.knownUs = Infinity;
      operation.beganUs = operation.invokeUs;
    }
  }

  /** All events are in: prepares what is looked up by id. */
  complete(): void {
    const { covers } = this;
    const seeded = this.seed.cover!;
    covers.sort((a, b) => a.first - b.first);
    seeded.rivals = covers.some(({ first }) => first <= seeded.last);
    let reach = -Infinity;
    const pairs = new Effort(MOST_OVERLAPS, tooManyOverlaps);
    for (const [i, cover] of covers.entries()) {
      reach = Math.max(reach, cover.last);
      this.#reach.push(reach);
      for (const { outcome, beganUs } of cover.operations) {
        if (outcome === 'ok') cover.latestBeganUs = Math.max(cover.latestBeganUs, beganUs);
      }
      for (let j = i + 1; j < covers.length && covers[j]!.first <= cover.last; j++) {
        pairs.spend(1);
        if (!intersects(cover, covers[j]!)) continue;
        cover.crossing.push(covers[j]!);
        covers[j]!.crossing.push(cover);
      }
      cover.rivals =
        cover.operations.length > 1 || cover.crossing.length > 0 || cover.first <= seeded.last;
    }
  }

  /** All operations that write this row, but the seed. */
  operationsOn(id: number): readonly Operation[] {
    const covers = this.coversOf(id);
    for (const { operations } of covers) this.#lookedAt.spend(operations.length);
    // Most rows lie in one cover, and may have very many versions.
    return covers.length === 1 ? covers[0]!.operations : covers.flatMap((each) => each.operations);
  }

  /** All covers that have this row, but the seed's. */
  coversOf(id: number): Cover[] {
    const { covers } = this;
    const found: Cover[] = [];
    for (let i = this.countCoversUpTo(id) - 1; i >= 0 && this.#reach[i]! >= id; i--) {
      this.#lookedAt.spend(1);
      if (hasId(covers[i]!, id)) found.push(covers[i]!);
    }
    return found;
  }

  /** Whether it lies in the range of some cover, though it need not be one of its rows. */
  isInRange(id: number): boolean {
    return (this.#reach[this.countCoversUpTo(id) - 1] ?? -Infinity) >= id;
  }

  /** How many covers begin at this id or before it. */
  countCoversUpTo(id: number): number {
    const { covers } = this;
    let low = 0;
    let high = covers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (covers[middle]!.first <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #cover(ids: readonly [number, number, number]): Cover {
    const [first, last, step] = ids;
    const known = this.#byFirst.get(first);
    const same = known?.find((cover) => cover.last === last && cover.step === step);
    if (same !== undefined) return same;
    const cover = coverOf(ids, this.covers.length + 1);
    if (known === undefined) this.#byFirst.set(first, [cover]);
    else known.push(cover);
    this.covers.push(cover);
    return cover;
  }
}

function tooManyOverlaps(most: number): UsageError {
  return new UsageError(
    `the history has more than ${most} pairs of operations on rows that lie in each other's range: no run of probe makes so many`,
  );
}

function tooManyVersions(most: number): UsageError {
  return new UsageError(
    `the history has too many versions of its rows to be judged: more than ${most} had to be looked at`,
  );
}

function coverOf([first, last, step]: readonly [number, number, number], index: number): Cover {
  const size = sizeOf({ first, last, step });
  return {
    index,
    first,
    last,
    step,
    size,
    operations: [],
    crossing: [],
    rivals: false,
    latestBeganUs: -Infinity,
  };
}

function isWriteEnd(event: Event & { f: string }): event is WriteEnd {
  const { f } = event;
  return f === 'insert' || f === 'upsert' || f === 'reembed' || f === 'increment';
}

/** Reads a history once: its header, and the ledger of each copy. */
export async function readLedgers(
  history: History,
): Promise<{ header: HeaderEvent; ledgers: Ledger[] }> {
  let header: HeaderEvent | undefined;
  const ledgers: Ledger[] = [];
  const byProcess = new Map<string, Ledger>();
  const cuts: { fromUs: number; untilUs: number }[] = [];
  const ledgerOf = (process: string): Ledger => {
    const ledger = byProcess.get(process);
    if (ledger !== undefined) return ledger;
    throw new UsageError(`the history has writes of ${process}, which is not in its header`);
  };
  for await (const events of history.writes?.() ?? history.events()) {
    for (const event of events) {
      switch (event.type) {
        case 'header':
          header = event;
          for (const processes of event.copies) {
            const ledger = new Ledger(event.options.rows);
            ledgers.push(ledger);
            for (const process of processes) byProcess.set(process, ledger);
          }
          break;
        case 'invoke':
          ledgerOf(event.process).invoke(event);
          break;
        case 'mark':
          if (event.name === 'cut') cuts.push({ fromUs: event.time, untilUs: Infinity });
          if (event.name !== 'start') break;
          for (const cut of cuts) cut.untilUs = Math.min(cut.untilUs, event.time);
          break;
        case 'process':
          byProcess.get(event.process)?.gone(event.process, event.time);
          break;
        case 'ok':
        case 'fail':
        case 'info':
          if (isWriteEnd(event)) ledgerOf(event.process).end(event);
          break;
        default:
      }
    }
  }
  if (header === undefined) throw new UsageError('the history has no header');
  for (const ledger of ledgers) {
    for (const { fromUs, untilUs } of cuts) ledger.cut(fromUs, untilUs);
    ledger.complete();
  }
  return { header, ledgers };
}
