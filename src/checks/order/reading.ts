import type { ReadEvent } from '../../core/history.ts';
import { countBetween, hasId, holdsRun } from '../../core/id-range.ts';
import type { Cover, Ledger, Operation } from '../../core/ledger.ts';
import { countAsked, isAsked, type Rows } from '../rows.ts';
import type { Chains } from './chains.ts';
import { firstBeyond, type ChainRows, type WrittenRows } from './written-rows.ts';

/** Rows and operations that may be compared one by one in a whole history: some ten seconds. */
const MOST_STEPS = 1_000_000_000;

/** Part of an operation's rows is shown, and these are not. */
export interface Fracture {
  readonly operation: Operation;
  readonly absent: number[];
}

/** Which of several operations one read shows or misses, by chain. */
class Marks {
  /** The chains with a mark. */
  readonly chains: number[] = [];
  readonly #operations: Int32Array;
  readonly #loads: Float64Array;

  constructor(chains: number) {
    this.#operations = new Int32Array(chains);
    this.#loads = new Float64Array(chains);
  }

  clear(): void {
    this.chains.length = 0;
  }

  /** The operation that is marked; -1 for none. */
  get(chain: number, load: number): number {
    return this.#loads[chain] === load ? this.#operations[chain]! : -1;
  }

  set(chain: number, index: number, load: number): void {
    if (this.#loads[chain] !== load) {
      this.#loads[chain] = load;
      this.chains.push(chain);
    }
    this.#operations[chain] = index;
  }

  list(load: number): number[] {
    return this.chains.map((chain) => this.get(chain, load));
  }
}

/**
 * What one read says of the order: which operations it shows, and which it cannot have seen, because a row that it asked
 * for shows what they replaced. One object for all reads of a copy; loaded with one after the other.
 */
export class Reading {
  /** Two operations wrote a row at once, and it shows one of them: nobody knows which came first. */
  undecided = false;
  /** The read could have shown something else. */
  discriminating = false;
  /** Operations of which it shows a part. */
  readonly fractures: Fracture[] = [];
  /** Pairs: the first is shown in another row, and in a row of both the second. */
  readonly replaced: [number, number][] = [];
  /** How many operations it shows with all their rows. */
  whole = 0;
  #load = 0;
  #steps = 0;
  #startUs = 0;
  #endUs = 0;
  readonly #ledger: Ledger;
  readonly #chains: Chains;
  readonly #written: WrittenRows;
  readonly #shown: Marks;
  readonly #missed: Marks;
  /** By cover: the load that last showed a row of it, and the one that last looked at its rows one by one. */
  readonly #coverAt: Float64Array;
  readonly #examinedAt: Float64Array;

  constructor(ledger: Ledger, chains: Chains, written: WrittenRows) {
    this.#ledger = ledger;
    this.#chains = chains;
    this.#written = written;
    this.#shown = new Marks(chains.members.length);
    this.#missed = new Marks(chains.members.length);
    this.#coverAt = new Float64Array(ledger.covers.length + 1);
    this.#examinedAt = new Float64Array(ledger.covers.length + 1);
  }

  load(rows: Rows, event: ReadEvent): void {
    this.#load++;
    this.undecided = this.discriminating = false;
    this.whole = 0;
    if (this.fractures.length > 0) this.fractures.length = 0;
    if (this.replaced.length > 0) this.replaced.length = 0;
    this.#shown.clear();
    this.#missed.clear();
    this.#startUs = event.start;
    this.#endUs = event.time;
    if (this.#isPlain(rows, event)) this.#readCovers(rows, event);
    else this.#readRows(rows, event);
  }

  /** Of each chain the last operation that is shown. */
  shown(): number[] {
    return this.#shown.list(this.#load);
  }

  /** Of each chain the first operation that is missed. */
  missed(): number[] {
    return this.#missed.list(this.#load);
  }

  get missesSomething(): boolean {
    return this.#missed.chains.length > 0;
  }

  /** The chains of which it shows something. */
  get shownChains(): readonly number[] {
    return this.#shown.chains;
  }

  /** The last operation of one of {@link shownChains} that it shows. */
  shownOn(chain: number): number {
    return this.#shown.get(chain, this.#load);
  }

  /** Whether it shows any operation of the run. */
  get showsOperation(): boolean {
    return this.#shown.chains.some((chain) => chain !== 0);
  }

  get showsSeed(): boolean {
    return this.#shown.get(0, this.#load) === 0;
  }

  /** Whether rows need not be looked at one by one: all are of the operations they name, once, and whole covers are asked for. */
  #isPlain(rows: Rows, { f, ids, keys, intervals }: ReadEvent): boolean {
    if (this.#written.crossing || rows.strays || rows.repeats) return false;
    if (f === 'search') return true;
    if (keys !== undefined) return rows.count === keys.length;
    if (ids !== undefined) {
      const [first, last, step] = ids;
      const asked = { first, last, step };
      return (
        rows.count === (last - first) / step + 1 &&
        rows.runs.every((run) => holdsRun(asked, run[0], run[1], run[3] ?? 1))
      );
    }
    const seeded = this.#ledger.seed.cover!.last;
    return intervals?.every(([after]) => after >= seeded) ?? true;
  }

  #readCovers(rows: Rows, event: ReadEvent): void {
    const { shown } = rows;
    for (let i = 0; i < shown.length; i++) this.#coverAt[shown[i]!.cover!.index] = this.#load;
    for (let i = 0; i < shown.length; i++) this.#readOperation(rows, event, shown[i]!);
    for (let i = 0; i < rows.runs.length; i++) {
      if (rows.operations[i]!.index !== 0) continue;
      const run = rows.runs[i]!;
      this.#show(0);
      this.#readSeedRows(rows, event, run[0], run[1], run[3] ?? 1);
    }
    if (event.f !== 'search' && event.intervals !== undefined) this.#readIntervals(event);
  }

  /** An operation of which rows are shown. */
  #readOperation(rows: Rows, event: ReadEvent, operation: Operation): void {
    const cover = operation.cover!;
    if (!this.#exists(operation)) return this.#examine(rows, event, cover);
    this.#show(operation.index);
    const visible = rows.shownOf(operation);
    if (event.f !== 'search') {
      const asked = countAsked(event, cover);
      if (visible !== asked) return this.#examine(rows, event, cover);
      if (asked === cover.size) this.whole++;
    } else if (cover.rivals && visible < cover.size && rows.shown.length > 1) {
      for (const other of rows.shown) {
        if (other !== operation && other.cover === cover) this.#examine(rows, event, cover);
      }
    }
    if (cover.operations.length > 1) this.#missNewer(operation.index, cover);
  }

  /** Rows in the version of the seed: they miss all that was written over them. */
  #readSeedRows(rows: Rows, event: ReadEvent, first: number, last: number, step: number): void {
    const run = { first, last, step };
    for (const own of this.#written.rewritten) {
      for (let i = firstBeyond(own, first - 1); i < own.covers.length; i++) {
        const cover = own.covers[i]!;
        if (cover.first > last) break;
        this.#spend(1);
        if (!sharesRow(run, cover)) continue;
        if (this.#coverAt[cover.index] === this.#load) this.#examine(rows, event, cover);
        else this.#miss(own.firsts[i]!);
        if (own.ascending && this.#coverAt[cover.index] !== this.#load) break;
      }
    }
    for (const chain of this.#chains.doubtful) {
      this.#spend(1);
      const [index] = this.#chains.members[chain]!;
      const cover = this.#chains.operations[index!]!.cover!;
      if (cover.first > last || cover.last < first || !sharesRow(run, cover)) continue;
      if (this.#coverAt[cover.index] === this.#load) this.#examine(rows, event, cover);
      else this.#miss(index!);
    }
  }

  /** Covers of which a poll shows no row at all. */
  #readIntervals({ intervals }: ReadEvent): void {
    for (let k = 0; k < intervals!.length; k++) {
      const after = intervals![k]![0];
      const before = intervals![k]![1] ?? Infinity;
      const { added } = this.#written;
      for (let j = 0; j < added.length; j++) this.#readInterval(added[j]!, after, before);
      for (const chain of this.#chains.doubtful) {
        this.#spend(1);
        const [index] = this.#chains.members[chain]!;
        const cover = this.#chains.operations[index!]!.cover!;
        if (this.#coverAt[cover.index] === this.#load) continue;
        if (countBetween(cover, after, before) > 0) this.#miss(index!);
      }
    }
  }

  #readInterval(own: ChainRows, after: number, before: number): void {
    const { covers } = own;
    if (covers.at(-1)!.last <= after || covers[0]!.first >= before) return;
    for (let i = firstBeyond(own, after); i < covers.length; i++) {
      const cover = covers[i]!;
      if (cover.first >= before) return;
      this.#spend(1);
      if (this.#coverAt[cover.index] === this.#load || !countBetween(cover, after, before))
        continue;
      this.#miss(own.firsts[i]!);
      if (own.ascending) return;
    }
  }

  /** Row by row: what each row of the cover that was asked for shows. */
  #examine(rows: Rows, event: ReadEvent, cover: Cover): void {
    if (this.#examinedAt[cover.index] === this.#load) return;
    this.#examinedAt[cover.index] = this.#load;
    const { first, last, step } = cover;
    const versions = rows.versions();
    /** The ids by what they show; undefined for nothing. */
    const groups = new Map<Operation | undefined, number[]>();
    for (let id = first; id <= last; id += step) {
      this.#spend(1);
      const found = versions.get(id);
      if (found === undefined && !isAsked(event, id)) continue;
      const version = found?.[0];
      if (found !== undefined && (version === undefined || !this.#exists(version))) continue;
      const group = groups.get(version);
      if (group === undefined) groups.set(version, [id]);
      else group.push(id);
    }
    for (const [version, ids] of groups) {
      if (version !== undefined && version.index !== 0) this.#missNewer(version.index, cover);
      else {
        if (version === undefined && first <= this.#ledger.seed.cover!.last) this.#miss(0);
        for (const { operations } of this.#written.rewritesOf(cover)) this.#miss(operations[0]!);
      }
      for (const operation of groups.keys()) {
        if (operation !== undefined && operation !== version) {
          this.#contrast(operation, version, ids);
        }
      }
    }
  }

  /** A read shows `operation` in some rows, and in others that it wrote too `version` or nothing. */
  #contrast(operation: Operation, version: Operation | undefined, ids: number[]): void {
    if (version === undefined || this.#chains.precedes(version, operation)) {
      const known = this.fractures.find((fracture) => fracture.operation === operation);
      if (known === undefined) this.fractures.push({ operation, absent: [...ids] });
      else for (const id of ids) known.absent.push(id);
    } else if (!this.#chains.precedes(operation, version)) {
      this.replaced.push([operation.index, version.index]);
    }
  }

  /** All rows one by one: where covers cross, rows are there twice, or some are of nobody. */
  #readRows(rows: Rows, event: ReadEvent): void {
    const versions = rows.versions();
    /** How many rows show each operation. */
    const shown = new Map<Operation, number>();
    for (const found of versions.values()) {
      for (const version of new Set(found)) {
        if (version === undefined || !this.#exists(version)) continue;
        shown.set(version, (shown.get(version) ?? 0) + 1);
        this.#show(version.index);
      }
    }
    for (const id of this.#idsOf(rows, event)) this.#readRow(id, versions.get(id), shown);
    for (const [{ cover, index }, visible] of shown) {
      const { size } = cover!;
      if (index !== 0 && visible === size && countAsked(event, cover!) === size) this.whole++;
    }
  }

  #readRow(
    id: number,
    found: readonly (Operation | undefined)[] | undefined,
    shown: ReadonlyMap<Operation, number>,
  ): void {
    const version = found?.[0];
    if (found !== undefined) {
      const isSure = version !== undefined && found.every((other) => other === version);
      if (!isSure || !this.#exists(version)) return;
    }
    const others = this.#ledger.operationsOn(id);
    this.#spend(1 + others.length);
    const { seed } = this.#ledger;
    if (id <= seed.cover!.last) others.push(seed);
    for (const other of others) {
      if (other === version || !this.#exists(other)) continue;
      if (shown.has(other)) this.#contrast(other, version, [id]);
      if (version === undefined || this.#chains.precedes(version, other)) this.#miss(other.index);
      else if (!this.#chains.precedes(other, version)) this.undecided = true;
    }
  }

  /** The rows that were returned, and those asked for that somebody may have written by the end of the read. */
  #idsOf(rows: Rows, event: ReadEvent): Set<number> {
    const ids = new Set(rows.versions().keys());
    const addAsked = (cover: Cover): void => {
      this.#spend(1);
      if (countAsked(event, cover) === 0) return;
      for (let id = cover.first; id <= cover.last; id += cover.step) {
        this.#spend(1);
        if (isAsked(event, id)) ids.add(id);
      }
    };
    if (event.f !== 'search') {
      for (const cover of this.#ledger.covers) {
        if (cover.operations.some((operation) => this.#exists(operation))) addAsked(cover);
      }
      addAsked(this.#ledger.seed.cover!);
    }
    return ids;
  }

  /** Marks what was written over this version of the cover's rows. */
  #missNewer(version: number, cover: Cover): void {
    const { chain, beganUs, acknowledgedUs } = this.#chains;
    const lists = this.#written.rewritesOf(cover);
    for (let j = 0; j < lists.length; j++) {
      const list = lists[j]!;
      const own = list.operations;
      if (list.chain === chain[version]) {
        const next = placeIn(own, version) + 1;
        if (next < own.length) this.#miss(own[next]!);
        continue;
      }
      let next = version === 0 ? 0 : this.#firstAfter(own, acknowledgedUs[version]!);
      if (next < own.length) this.#miss(own[next]!);
      while (next > 0 && acknowledgedUs[own[next - 1]!]! >= beganUs[version]!) {
        next--;
        this.#spend(1);
        if (beganUs[own[next]!]! <= this.#endUs) this.undecided = true;
      }
    }
  }

  /** How many of these operations of a chain began at this time or before. */
  #firstAfter(own: readonly number[], timeUs: number): number {
    const { beganUs } = this.#chains;
    let low = 0;
    let high = own.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (beganUs[own[middle]!]! <= timeUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether the order has the operation, and it can have been seen by the end of this read. */
  #exists({ index, beganUs }: Operation): boolean {
    return this.#chains.chain[index]! >= 0 && beganUs <= this.#endUs;
  }

  #show(index: number): void {
    const chain = this.#chains.chain[index]!;
    const known = this.#shown.get(chain, this.#load);
    if (known < 0 || this.#chains.place[known]! < this.#chains.place[index]!) {
      this.#shown.set(chain, index, this.#load);
    }
    if (index !== 0 && this.#chains.acknowledgedUs[index]! >= this.#startUs) {
      this.discriminating = true;
    }
  }

  /** What begins after the read has ended need not be said: it comes after all that the read shows. */
  #miss(index: number): void {
    if (this.#chains.beganUs[index]! > this.#endUs) return;
    const chain = this.#chains.chain[index]!;
    const known = this.#missed.get(chain, this.#load);
    if (known < 0 || this.#chains.place[index]! < this.#chains.place[known]!) {
      this.#missed.set(chain, index, this.#load);
    }
    this.discriminating = true;
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MOST_STEPS) {
      throw new Error(`its reads take more than ${MOST_STEPS} comparisons: it is too tangled`);
    }
  }
}

type Run = { first: number; last: number; step: number };

/** Whether a run of rows and a cover have a row in common; both are short, or one lies within the other. */
function sharesRow(run: Run, cover: Cover): boolean {
  if (run.first === run.last) return hasId(cover, run.first);
  if (run.step === 1 && cover.first >= run.first && cover.first <= run.last) return true;
  const from = Math.max(run.first, cover.first);
  const to = Math.min(run.last, cover.last);
  const base = run.first + Math.ceil((from - run.first) / run.step) * run.step;
  for (let id = base; id <= to; id += run.step) if (hasId(cover, id)) return true;
  return false;
}

function placeIn(own: readonly number[], index: number): number {
  let low = 0;
  let high = own.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (own[middle]! < index) low = middle + 1;
    else high = middle;
  }
  return low;
}
