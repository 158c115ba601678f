/** Planted bugs that only the audit sees: no reader of the run meets them. */
import type { RowBatch } from '../../src/core/backend.ts';
import { fillEmbeddings } from '../../src/core/dataset.ts';
import { StoreConnection } from './connection.ts';
import type { ReadOperation } from './record.ts';
import { pagesOf } from './rows.ts';
import { Store, type Row } from './store.ts';

/** Operations numbered so far beyond all others were never made. */
const NOBODYS_BATCHES = 1_000_000;

/**
 * After the run the database is as it was before the last insert of all. What was committed after it is gone with it,
 * because a hole before a later commit is `prefix-hole`.
 */
export class LostConnection extends StoreConnection {
  protected override async rows(): Promise<Row[]> {
    if (this.role !== 'auditor') return super.rows();
    const earlier = await Store.open(this.store.path, beforeLastInsert);
    try {
      return earlier.chunks(() => 0);
    } finally {
      await earlier.close();
    }
  }
}

function beforeLastInsert(log: readonly ReadOperation[]): number {
  const last = log.findLastIndex(
    ({ kind, chunks }) => kind !== 'reembed' && chunks !== undefined && chunks.batch > 0,
  );
  return last < 0 ? log.length : last;
}

/** One more row than anybody wrote, with the right checksum; with a file row, or it would be an `orphan` too. */
export class UnexpectedConnection extends StoreConnection {
  override async *scanChunks(): AsyncGenerator<RowBatch> {
    const rows = await this.rows();
    yield* pagesOf(rows);
    yield nobodysRow(rows);
  }

  override async *scanFiles(): AsyncGenerator<Float64Array> {
    yield* super.scanFiles();
    yield nobodysRow(await this.rows()).ids;
  }
}

function nobodysRow(rows: readonly Row[]): RowBatch {
  const ids = Float64Array.of(rows.reduce((most, { id }) => Math.max(most, id), 0) + 1);
  const batch = rows.reduce((most, { slab }) => Math.max(most, slab.batch), 0) + NOBODYS_BATCHES;
  const dims = rows[0]?.slab.dims ?? 0;
  const embeddings = new Float32Array(dims);
  const checksums = new Float64Array(1);
  fillEmbeddings({ seed: 0, dims }, ids, batch, embeddings, checksums);
  return { count: 1, ids, batches: Float64Array.of(batch), checksums, embeddings };
}
