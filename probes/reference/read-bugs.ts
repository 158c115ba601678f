/** Planted bugs that only those see who read during a run: what is stored is right, and so is the audit. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { IdInterval, RowBatch, WriteBatch, WriteReceipt } from '../../src/core/backend.ts';
import { WRITER_RANGE } from '../../src/core/dataset.ts';
import type { Role } from '../../src/core/names.ts';
import { StoreConnection } from './connection.ts';
import { StoreError } from './failure.ts';
import type { ReadOperation } from './record.ts';
import { columnsOf, embeddingOf, nearest, pagesOf, rowsWithin } from './rows.ts';
import type { Row, Slab, Store } from './store.ts';

const BACKWARDS_EVERY = 4;
/** Long against the time between two inserts. */
const PAIR_LIMIT_MS = 500;
const INSERTS_BEFORE_REFUSAL = 3;

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
 * A poll waits for two more inserts of one writer, and shows the later one without the earlier. Nobody has shown that
 * one before, and all other reads are right: only the poll contradicts itself.
 */
export class PrefixHoleConnection extends StoreConnection {
  override async *poll(intervals: readonly IdInterval[]): AsyncGenerator<RowBatch> {
    const rows = isDrain(intervals) ? await this.rows() : await this.#rowsWithHole();
    yield* pagesOf(rowsWithin(rows, intervals));
  }

  async #rowsWithHole(): Promise<Row[]> {
    const before = this.store.chunks().reduce((most, { slab }) => Math.max(most, slab.sequence), 0);
    const deadline = performance.now() + PAIR_LIMIT_MS;
    for (;;) {
      const rows = await this.rows();
      const hidden = lastButOne(rows.filter(({ slab }) => slab.sequence > before));
      if (hidden !== undefined) return rows.filter(({ slab }) => slab !== hidden);
      if (performance.now() > deadline) return rows;
      await sleep(1);
    }
  }
}

/** The last but one of the inserts of a writer that has two among these rows. */
function lastButOne(rows: readonly Row[]): Slab | undefined {
  const newest = new Map<number, Slab>();
  let found: Slab | undefined;
  for (const slab of slabsOf(rows.filter((row) => isNewInsert(row.slab)))) {
    const writer = Math.floor(slab.ids[0]! / WRITER_RANGE);
    found = newest.get(writer) ?? found;
    newest.set(writer, slab);
  }
  return found;
}

/** Each once, in the order of their commits. */
function slabsOf(rows: readonly Row[]): Slab[] {
  return [...new Set(rows.map(({ slab }) => slab))].toSorted((a, b) => a.sequence - b.sequence);
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

/**
 * What was committed after the newest insert becomes visible with the next one, and from the fourth on inserts are
 * refused: then re-embeddings go on that nobody ever sees. What readers see is a state that there was.
 */
export class StaleUpdateConnection extends StoreConnection {
  #inserts = 0;

  override async insert(batch: WriteBatch): Promise<WriteReceipt> {
    if (++this.#inserts <= INSERTS_BEFORE_REFUSAL) return super.insert(batch);
    throw new StoreError('the insert was refused', { class: 'lock.conflict', outcome: 'fail' });
  }

  protected override allowed(fresh: readonly ReadOperation[]): number {
    if (this.role !== 'reader') return fresh.length;
    return fresh.findLastIndex(({ kind }) => kind === 'insert') + 1;
  }
}

/** The drain poll alone has no upper end. */
export function isDrain(intervals: readonly IdInterval[]): boolean {
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
