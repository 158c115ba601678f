import { idsOf } from '../../../src/core/dataset.ts';
import type { Row } from '../../support/rows.ts';
import type { Write } from './writes.ts';

/** Whether a read sees what this operation of the log wrote to this row. */
export type Sees = (index: number, id: number) => boolean;

/** All operations in the order in which they took effect. */
export class Log {
  readonly writes: readonly Write[];
  readonly #seedRows: number;
  /** By id: which operations wrote it. */
  readonly #writers = new Map<number, number[]>();
  readonly #inserted: readonly number[];

  constructor(writes: readonly Write[], seedRows: number) {
    this.writes = writes.toSorted((a, b) => a.commitUs - b.commitUs);
    this.#seedRows = seedRows;
    for (const [index, { invoke }] of this.writes.entries()) {
      for (const id of idsOf(invoke.ids)) {
        const known = this.#writers.get(id);
        if (known === undefined) this.#writers.set(id, [index]);
        else known.push(index);
      }
    }
    const ids = [...this.#writers.keys()].filter((id) => id > seedRows);
    this.#inserted = ids.toSorted((a, b) => a - b);
  }

  /** How many took effect until this instant. */
  countAt(timeUs: number): number {
    return placeOf(this.writes.length, (index) => this.writes[index]!.commitUs <= timeUs);
  }

  /** The ids between these, exclusive, that were inserted until this instant. */
  insertedBetween(after: number, before: number, untilUs: number): number[] {
    const found: number[] = [];
    for (
      let i = placeOf(this.#inserted.length, (at) => this.#inserted[at]! <= after);
      i < this.#inserted.length;
      i++
    ) {
      const id = this.#inserted[i]!;
      // Writers insert upwards.
      if (id >= before || this.writes[this.#writers.get(id)![0]!]!.commitUs > untilUs) break;
      found.push(id);
    }
    return found;
  }

  /** Those of these rows that are there, each as the last one left it that is seen. */
  rows(ids: Iterable<number>, sees: Sees): Row[] {
    const found: Row[] = [];
    for (const id of ids) {
      const last = this.#writers.get(id)?.findLast((index) => sees(index, id));
      if (last !== undefined) found.push([id, this.writes[last]!.invoke.batch]);
      else if (id <= this.#seedRows) found.push([id, 0]);
    }
    return found;
  }
}

/** Of a sorted list: how many of its first places are below what is looked for. */
function placeOf(length: number, isBelow: (place: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBelow(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
