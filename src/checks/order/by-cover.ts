import { countBelow } from '../../core/bisect.ts';
import { idsOfRun, runLength, runStep, type ReadEvent, type Run } from '../../core/history.ts';
import { countBetween, holdsRun, intersects } from '../../core/id-range.ts';
import type { Cover, Ledger, Operation } from '../../core/ledger.ts';
import { countAsked, isAsked, type Rows } from '../rows.ts';
import { countUntil, type Chains } from './chains.ts';
import type { Reading } from './reading.ts';
import { firstBeyond, type ChainRows, type WrittenRows } from './written-rows.ts';

/** Reads the rows of a read by the covers that they belong to: the way of almost all reads. */
export class CoverReader {
  #load = 0;
  readonly #reading: Reading;
  readonly #ledger: Ledger;
  readonly #chains: Chains;
  readonly #written: WrittenRows;
  /** By cover: the read that last showed a row of it, and the one whose rows of it were last looked at one by one. */
  readonly #coverAt: Float64Array;
  readonly #examinedAt: Float64Array;

  constructor(reading: Reading, ledger: Ledger, chains: Chains, written: WrittenRows) {
    this.#reading = reading;
    this.#ledger = ledger;
    this.#chains = chains;
    this.#written = written;
    this.#coverAt = new Float64Array(ledger.covers.length + 1);
    this.#examinedAt = new Float64Array(ledger.covers.length + 1);
  }

  /** Whether it can: all rows are of the operations that they name, each is there once, and whole covers are asked for. */
  canRead(rows: Rows, event: ReadEvent): boolean {
    if (this.#written.crossing || rows.strays || rows.repeats) return false;
    const { ids, keys, intervals } = event;
    if (keys !== undefined) {
      return rows.count === keys.length && rows.runs.every((run) => isAskedWhole(event, run));
    }
    if (ids !== undefined) {
      const [first, last, step] = ids;
      const asked = { first, last, step };
      return (
        rows.count === (last - first) / step + 1 &&
        rows.runs.every((run) => holdsRun(asked, run[0], run[1], runStep(run)))
      );
    }
    const seeded = this.#ledger.seed.cover!.last;
    return intervals?.every(([after]) => after >= seeded) ?? true;
  }

  read(rows: Rows, event: ReadEvent): void {
    this.#load++;
    const { shown } = rows;
    for (let i = 0; i < shown.length; i++) this.#coverAt[shown[i]!.cover!.index] = this.#load;
    for (let i = 0; i < shown.length; i++) this.#readOperation(rows, event, shown[i]!);
    for (let i = 0; i < rows.runs.length; i++) {
      if (rows.operations[i]!.index !== 0) continue;
      const run = rows.runs[i]!;
      this.#reading.show(0);
      this.#readSeedRows(rows, event, run[0], run[1], runStep(run));
    }
    if (event.intervals !== undefined) this.#readIntervals(event.intervals);
  }

  /** An operation of which rows are shown. */
  #readOperation(rows: Rows, event: ReadEvent, operation: Operation): void {
    const cover = operation.cover!;
    if (!this.#reading.exists(operation)) return this.#examine(rows, event, cover);
    this.#reading.show(operation.index);
    const visible = rows.shownOf(operation);
    if (event.f !== 'search') {
      const asked = countAsked(event, cover);
      if (visible !== asked) return this.#examine(rows, event, cover);
      if (asked === cover.size) this.#reading.whole++;
      else if (!this.#wereAsked(rows, event, operation)) return this.#examine(rows, event, cover);
    } else if (cover.rivals && visible < cover.size && rows.shown.length > 1) {
      this.#reading.spend(rows.shown.length);
      for (const other of rows.shown) {
        if (other !== operation && other.cover === cover) this.#examine(rows, event, cover);
      }
    }
    if (cover.operations.length > 1) this.#missNewer(operation.index, cover);
  }

  /** Whether a poll asked for the rows of the operation that it shows: others may stand in for some that it misses. */
  #wereAsked({ runs, operations }: Rows, event: ReadEvent, operation: Operation): boolean {
    if (event.intervals === undefined) return true;
    this.#reading.spend(runs.length);
    return runs.every((run, i) => operations[i] !== operation || isAskedWhole(event, run));
  }

  /** Rows in the version of the seed: they miss all that was written over them. */
  #readSeedRows(rows: Rows, event: ReadEvent, first: number, last: number, step: number): void {
    const run = { first, last, step };
    for (const own of this.#written.rewritten) {
      for (let i = firstBeyond(own, first - 1); i < own.covers.length; i++) {
        const cover = own.covers[i]!;
        if (cover.first > last) break;
        this.#reading.spend(1);
        if (!intersects(run, cover)) continue;
        if (this.#coverAt[cover.index] === this.#load) this.#examine(rows, event, cover);
        else this.#reading.miss(own.firsts[i]!);
        // What follows of its chain is missed too, but a search may show a part of it.
        if (own.ascending && event.f !== 'search') break;
      }
    }
    for (const chain of this.#chains.doubtful) {
      this.#reading.spend(1);
      const [index] = this.#chains.members[chain]!;
      const cover = this.#chains.operations[index!]!.cover!;
      if (!intersects(run, cover)) continue;
      if (this.#coverAt[cover.index] === this.#load) this.#examine(rows, event, cover);
      else this.#reading.miss(index!);
    }
  }

  /** Covers of which a poll shows no row at all. */
  #readIntervals(intervals: NonNullable<ReadEvent['intervals']>): void {
    for (let k = 0; k < intervals.length; k++) {
      const after = intervals[k]![0];
      const before = intervals[k]![1] ?? Infinity;
      const { added } = this.#written;
      for (let j = 0; j < added.length; j++) this.#readInterval(added[j]!, after, before);
      for (const chain of this.#chains.doubtful) {
        this.#reading.spend(1);
        const [index] = this.#chains.members[chain]!;
        const cover = this.#chains.operations[index!]!.cover!;
        if (this.#coverAt[cover.index] === this.#load) continue;
        if (countBetween(cover, after, before) > 0) this.#reading.miss(index!);
      }
    }
  }

  #readInterval(own: ChainRows, after: number, before: number): void {
    const { covers } = own;
    if (covers.at(-1)!.last <= after || covers[0]!.first >= before) return;
    this.#reading.spend(1);
    for (let i = firstBeyond(own, after); i < covers.length; i++) {
      const cover = covers[i]!;
      if (cover.first >= before) return;
      this.#reading.spend(1);
      if (this.#coverAt[cover.index] === this.#load || !countBetween(cover, after, before))
        continue;
      this.#reading.miss(own.firsts[i]!);
      if (own.ascending) return;
    }
  }

  /** Row by row: what each row of the cover that was asked for shows. */
  #examine(rows: Rows, event: ReadEvent, cover: Cover): void {
    if (this.#examinedAt[cover.index] === this.#load) return;
    this.#examinedAt[cover.index] = this.#load;
    const { first, last, step } = cover;
    const versions = this.#reading.versionsOf(rows);
    /** The ids by what they show; undefined for nothing. */
    const groups = new Map<Operation | undefined, number[]>();
    for (let id = first; id <= last; id += step) {
      this.#reading.spend(1);
      const version = versions.get(id)?.[0];
      if (version === undefined ? !isAsked(event, id) : !this.#reading.exists(version)) continue;
      const group = groups.get(version);
      if (group === undefined) groups.set(version, [id]);
      else group.push(id);
    }
    for (const [version, ids] of groups) {
      // No row of the seed is absent: a poll asked for none, and others show all that they asked for.
      this.#missNewer(version?.index ?? 0, cover);
      for (const operation of groups.keys()) {
        if (operation !== undefined && operation !== version) {
          this.#reading.contrast(operation, version, ids);
        }
      }
    }
  }

  /** Marks what was written over this version of the cover's rows; 0 where none of them wrote it. */
  #missNewer(version: number, cover: Cover): void {
    const { chain, beganUs, acknowledgedUs } = this.#chains;
    const lists = this.#written.rewritesOf(cover);
    this.#reading.spend(lists.length);
    for (let j = 0; j < lists.length; j++) {
      const list = lists[j]!;
      const own = list.operations;
      if (list.chain === chain[version]) {
        const next = countBelow(own, version) + 1;
        if (next < own.length) this.#reading.miss(own[next]!);
        continue;
      }
      const next = version === 0 ? 0 : countUntil(own, beganUs, acknowledgedUs[version]!);
      if (next < own.length) this.#reading.miss(own[next]!);
      for (let i = next - 1; i >= 0; i--) {
        if (acknowledgedUs[own[i]!]! < beganUs[version]!) break;
        this.#reading.spend(1);
        if (beganUs[own[i]!]! <= this.#reading.endUs) this.#reading.undecided = true;
      }
    }
  }
}

/** Whether a read asked for all rows of a run. */
function isAskedWhole(event: ReadEvent, run: Run): boolean {
  return countAsked(event, idsOfRun(run)) === runLength(run);
}
