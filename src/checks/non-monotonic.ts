import type { IdRange } from '../core/dataset.ts';
import { runLength, runStep, type ReadEvent } from '../core/history.ts';
import { IdSet } from '../core/id-set.ts';
import type { Ledger, Operation } from '../core/ledger.ts';
import { VersionMap } from '../core/version-map.ts';
import { plural } from '../core/count-text.ts';
import { conclude, Findings, type Check, type Run } from './check.ts';
import { at, finding, operationText, readText, rowsText } from './describe.ts';
import { neverSeen, noOverlap, nothingShared } from './reasons.ts';
import type { Rows } from './rows.ts';
import { SeenVersions } from './seen-versions.ts';

/**
 * One reader saw a row and a later read that asked for it misses it; or it saw A, later B, later A again; or B, and
 * later an A that was acknowledged before B began. Rows of failed operations, and rows nobody wrote, are others' findings.
 */
export function createNonMonotonic(run: Run): Check {
  const findings = new Findings();
  const states = run.ledgers.map((ledger) => new SeenVersions(ledger));
  const memories: Memory[] = [];
  return {
    read(rows, event, reader) {
      memories[reader.index] ??= new Memory(run.ledgers[reader.copy]!, states[reader.copy]!);
      memories[reader.index]!.read(rows, event, findings);
    },
    finish(facts) {
      const judged = memories.filter((memory) => memory.readAfterCommit).length;
      const sawCommit = memories.some((memory) => memory.sawCommit);
      return conclude(findings, {
        fail: `${plural(findings.count, 'row')} seen by a reader were gone or older in a later read of its own`,
        skipped: [...nothingShared(run), ...neverSeen(facts, sawCommit)],
        unknown: [
          ...noOverlap(run, facts),
          [judged === 0, 'no reader read again after it had seen a commit'],
        ],
        pass: `${plural(judged, 'reader')} read on after having seen commits, and never went back`,
      });
    },
  };
}

/** What one reader has seen. */
class Memory {
  sawCommit = false;
  readAfterCommit = false;
  readonly #ledger: Ledger;
  readonly #states: SeenVersions;
  readonly #seen = new IdSet();
  /** By id, where rows have several versions: the index of what they have shown. */
  readonly #versions = new VersionMap();
  /** By operation: when it was last seen. */
  readonly #seenAtUs: Float64Array;
  #endedUs = -Infinity;

  constructor(ledger: Ledger, states: SeenVersions) {
    this.#ledger = ledger;
    this.#states = states;
    this.#seenAtUs = new Float64Array(ledger.operations.length);
  }

  read(rows: Rows, event: ReadEvent, findings: Findings): void {
    // A reader does one thing at a time: what overlaps its former read is neither later nor earlier.
    if (event.start < this.#endedUs) return;
    this.#endedUs = event.time;
    if (this.sawCommit) this.readAfterCommit = true;
    const asks = event.f !== 'search';
    const expected = asks ? this.#countSeen(event) : 0;
    let found = 0;
    for (let i = 0; i < rows.runs.length; i++) {
      const run = rows.runs[i]!;
      const step = runStep(run);
      const operation = rows.within[i] === true ? rows.operations[i] : undefined;
      if (operation === undefined || operation.outcome === 'fail') {
        found += this.#seen.count(run[0], run[1], step);
        continue;
      }
      found += runLength(run) - this.#seen.add(run[0], run[1], step);
      if (operation.cover!.rivals) this.#see(rows, event, i, findings);
    }
    if (asks && (found !== expected || rows.repeats)) this.#addMissing(rows, event, findings);
    for (const operation of rows.shown) {
      this.#seenAtUs[operation.index] = event.time;
      if (operation.outcome !== 'fail') this.sawCommit = true;
    }
  }

  /** How many rows that this read asks for were seen before. */
  #countSeen({ ids, intervals = NONE }: ReadEvent): number {
    if (ids !== undefined) return this.#seen.count(ids[0], ids[1], ids[2]);
    let count = 0;
    for (let i = 0; i < intervals.length; i++) {
      const interval = intervals[i]!;
      count += this.#seen.count(interval[0] + 1, (interval[1] ?? Infinity) - 1);
    }
    return count;
  }

  /** Moves on what the rows of a run have shown. */
  #see(rows: Rows, event: ReadEvent, index: number, findings: Findings): void {
    const operation = rows.operations[index]!;
    const only = SeenVersions.only(operation);
    const run = rows.runs[index]!;
    const step = runStep(run);
    let back: { from: Operation; ids: number[] } | undefined;
    for (let id = run[0]; id <= run[1]; id += step) {
      const known = this.#versions.get(id);
      if (this.#states.last(known) === operation) continue;
      // Two versions in one read have no order.
      if (rows.repeats && rows.versions().get(id)!.length > 1) continue;
      if (this.#states.follows(known, operation)) {
        this.#versions.set(id, only);
        continue;
      }
      const from = this.#states.forbids(known, operation);
      // After a way back the row is judged from there on: one way back is one finding.
      this.#versions.set(id, from === undefined ? this.#states.next(known, operation) : only);
      if (from === undefined) continue;
      if (back !== undefined && back.from !== from) {
        this.#addBack(findings, event, operation, back);
        back = undefined;
      }
      back ??= { from, ids: [] };
      back.ids.push(id);
    }
    if (back !== undefined) this.#addBack(findings, event, operation, back);
  }

  #addBack(
    findings: Findings,
    event: ReadEvent,
    operation: Operation,
    { from, ids }: { from: Operation; ids: number[] },
  ): void {
    findings.add(ids.length, () => {
      const text = `reader ${event.process} saw ${rowsText(ids)} of ${operationText(from)} at ${at(this.#seenAtUs[from.index]!)}, and ${operationText(operation)} again in ${readText(event)}`;
      return finding(text, ids, [from.batch, operation.batch], event);
    });
  }

  #addMissing(rows: Rows, event: ReadEvent, findings: Findings): void {
    const missing = new Map<Operation, number[]>();
    const versions = rows.versions();
    for (const range of askedBy(event)) {
      for (const id of this.#seen.ids(...range)) {
        if (versions.has(id)) continue;
        this.#seen.delete(id);
        const operation = this.#lastSeen(id);
        const group = missing.get(operation);
        if (group === undefined) missing.set(operation, [id]);
        else group.push(id);
      }
    }
    for (const [operation, gone] of missing) {
      findings.add(gone.length, () => {
        const when = operation.index === 0 ? '' : ` at ${at(this.#seenAtUs[operation.index]!)}`;
        const text = `reader ${event.process} saw ${rowsText(gone)} of ${operationText(operation)}${when} and not in ${readText(event)}`;
        return finding(text, gone, [operation.batch], event);
      });
    }
  }

  #lastSeen(id: number): Operation {
    return (
      this.#states.last(this.#versions.get(id)) ??
      this.#ledger.operationsOn(id)[0] ??
      this.#ledger.seed
    );
  }
}

/** What a read asks for by id. */
function askedBy({ ids, intervals = NONE }: ReadEvent): readonly IdRange[] {
  if (ids !== undefined) return [ids];
  return intervals.map(([after, before]) => [after + 1, (before ?? Infinity) - 1, 1]);
}

const NONE: NonNullable<ReadEvent['intervals']> = [];
