/** Planted bugs that only those see who read during a run: what is stored is right, and so is the audit. */
import type { IdInterval, RowBatch } from '../../src/core/backend.ts';
import { WRITER_RANGE } from '../../src/core/dataset.ts';
import type { Role } from '../../src/core/names.ts';
import { StoreConnection } from './connection.ts';
import { columnsOf, embeddingOf, nearest, pagesOf, rowsWithin } from './rows.ts';
import type { Row, Slab, Store } from './store.ts';

const BACKWARDS_EVERY = 4;

/** Each poll returns its first row twice. */
export class DuplicateConnection extends StoreConnection {
  override async *poll(intervals: readonly IdInterval[]): AsyncGenerator<RowBatch> {
    const rows = rowsWithin(await this.rows(), intervals);
    yield* pagesOf([...rows.slice(0, 1), ...rows]);
  }
}

/** Each page of a poll has one wrong bit in the embedding of its first row. */
export class TornConnection extends StoreConnection {
  override async *poll(intervals: readonly IdInterval[]): AsyncGenerator<RowBatch> {
    for await (const page of super.poll(intervals)) {
      // The lowest bit of the first number: the row is still the nearest to its own embedding.
      const bytes = new Uint8Array(page.embeddings.buffer);
      bytes[0]! ^= 1;
      yield page;
    }
  }
}

/**
 * Of the newest insert only the first half is visible, until another one comes. The drain poll sees all of it:
 * otherwise half a commit would be missing long after it was acknowledged, which is `frozen`.
 */
export class FracturedConnection extends StoreConnection {
  override async *poll(intervals: readonly IdInterval[]): AsyncGenerator<RowBatch> {
    if (isDrain(intervals)) yield* pagesOf(rowsWithin(await super.rows(), intervals));
    else yield* super.poll(intervals);
  }

  protected override async rows(): Promise<Row[]> {
    const rows = await super.rows();
    if (this.role === 'auditor') return rows;
    const newest = newestInsert(rows);
    return rows.filter(({ slab, at }) => slab !== newest || at < slab.ids.length / 2);
  }
}

/**
 * Shows inserts in pairs, the second one first: a poll that finds at least two new ones withholds the last but one, and
 * shows it from the next poll on. What was visible stays visible, each insert is visible whole or not at all, and the
 * drain poll sees all.
 */
export class PrefixHoleConnection extends StoreConnection {
  readonly #shown = new Set<number>();
  #withheld: number[] = [];

  override async *poll(intervals: readonly IdInterval[]): AsyncGenerator<RowBatch> {
    const rows = await super.rows();
    this.#show(rows);
    yield* isDrain(intervals) ? pagesOf(rowsWithin(rows, intervals)) : super.poll(intervals);
  }

  protected override async rows(): Promise<Row[]> {
    const rows = await super.rows();
    if (this.role === 'auditor') return rows;
    return rows.filter(({ slab }) => !isNewInsert(slab) || this.#shown.has(slab.sequence));
  }

  #show(rows: readonly Row[]): void {
    for (const sequence of this.#withheld) this.#shown.add(sequence);
    this.#withheld = [];
    const ofWriters = new Map<number, Set<number>>();
    for (const { id, slab } of rows) {
      if (!isNewInsert(slab) || this.#shown.has(slab.sequence)) continue;
      const writer = Math.floor(id / WRITER_RANGE);
      const sequences = ofWriters.get(writer) ?? new Set();
      ofWriters.set(writer, sequences.add(slab.sequence));
    }
    for (const sequences of ofWriters.values()) {
      if (sequences.size < 2) continue;
      const [newest, withheld, ...older] = [...sequences].toSorted((a, b) => b - a);
      for (const sequence of [newest!, ...older]) this.#shown.add(sequence);
      this.#withheld.push(withheld!);
    }
  }
}

/** Now and then a poll comes from before the last one: the commits that were its newest, and all later ones, are not there. */
export class NonMonotonicConnection extends StoreConnection {
  #polls = 0;
  #returned = false;

  override async *poll(intervals: readonly IdInterval[]): AsyncGenerator<RowBatch> {
    // A reader asks again for the newest commits it has seen, so nothing at all is a consistent older state.
    if (this.#returned && !isDrain(intervals) && ++this.#polls % BACKWARDS_EVERY === 0) return;
    for await (const page of super.poll(intervals)) {
      this.#returned = true;
      yield page;
    }
  }
}

/** The first of the file rows asked for is not found. */
export class OrphanConnection extends StoreConnection {
  override async files(ids: Float64Array): Promise<Float64Array> {
    return (await super.files(ids)).subarray(1);
  }
}

/** A search does not find the row whose embedding is exactly what is searched for. */
export class SearchGapConnection extends StoreConnection {
  override async search(vector: Float32Array, k: number): Promise<RowBatch> {
    const rows = (await this.rows()).filter(
      ({ slab, at }) => !embeddingOf(slab, at).every((value, i) => value === vector[i]),
    );
    return columnsOf(nearest(rows, vector, k));
  }
}

/** Reads the rows as they were when the connection was made. */
export class FrozenConnection extends StoreConnection {
  readonly #rows: Row[];

  constructor(store: Store, role: Role) {
    super(store, role);
    this.#rows = store.chunks();
  }

  protected override async rows(): Promise<Row[]> {
    await super.rows();
    return this.#rows;
  }
}

/** The drain poll alone has no upper end. */
function isDrain(intervals: readonly IdInterval[]): boolean {
  return intervals.some(({ before }) => before === Infinity);
}

function isNewInsert(slab: Slab): boolean {
  return slab.kind === 'insert' && slab.batch > 0;
}

function newestInsert(rows: readonly Row[]): Slab | undefined {
  let newest: Slab | undefined;
  for (const { slab } of rows) {
    if (isNewInsert(slab) && slab.sequence > (newest?.sequence ?? -1)) newest = slab;
  }
  return newest;
}
