import type { ReadEvent } from '../../core/history.ts';
import type { Cover, Ledger, Operation } from '../../core/ledger.ts';
import { countAsked, isAsked, type Rows } from '../rows.ts';
import type { Chains } from './chains.ts';
import type { Reading } from './reading.ts';

/** Reads the rows of a read one by one: where covers cross, rows are there twice, or some are of nobody. */
export class RowReader {
  readonly #reading: Reading;
  readonly #ledger: Ledger;
  readonly #chains: Chains;

  constructor(reading: Reading, ledger: Ledger, chains: Chains) {
    this.#reading = reading;
    this.#ledger = ledger;
    this.#chains = chains;
  }

  read(rows: Rows, event: ReadEvent): void {
    const versions = this.#reading.versionsOf(rows);
    /** How many rows show each operation. */
    const shown = new Map<Operation, number>();
    for (const found of versions.values()) {
      for (const version of new Set(found)) {
        if (version === undefined || !this.#reading.exists(version)) continue;
        shown.set(version, (shown.get(version) ?? 0) + 1);
        this.#reading.show(version.index);
      }
    }
    for (const id of this.#idsOf(rows, event)) this.#readRow(id, versions.get(id), shown);
    for (const [{ cover, index }, visible] of shown) {
      const { size } = cover!;
      if (index !== 0 && visible === size && countAsked(event, cover!) === size)
        this.#reading.whole++;
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
      if (!isSure || !this.#reading.exists(version)) return;
    }
    const others = [...this.#ledger.operationsOn(id)];
    this.#reading.spend(1 + others.length);
    const { seed } = this.#ledger;
    if (id <= seed.cover!.last) others.push(seed);
    for (const other of others) {
      if (other === version || !this.#reading.exists(other)) continue;
      if (shown.has(other)) this.#reading.contrast(other, version, [id]);
      if (version === undefined || this.#chains.precedes(version, other))
        this.#reading.miss(other.index);
      else if (!this.#chains.precedes(other, version)) this.#reading.undecided = true;
    }
  }

  /** The rows that were returned, and those asked for that somebody may have written by the end of the read. */
  #idsOf(rows: Rows, event: ReadEvent): Set<number> {
    const ids = new Set(rows.versions().keys());
    const addAsked = (cover: Cover): void => {
      this.#reading.spend(1);
      if (countAsked(event, cover) === 0) return;
      for (let id = cover.first; id <= cover.last; id += cover.step) {
        this.#reading.spend(1);
        if (isAsked(event, id)) ids.add(id);
      }
    };
    if (event.f !== 'search') {
      for (const cover of this.#ledger.covers) {
        if (cover.operations.some((operation) => this.#reading.exists(operation))) addAsked(cover);
      }
      addAsked(this.#ledger.seed.cover!);
    }
    return ids;
  }
}
