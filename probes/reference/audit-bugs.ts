/** Planted bugs that only the audit sees: no reader of the run meets them. */
import type { RowBatch } from '../../src/core/backend.ts';
import { fillEmbeddings } from '../../src/core/dataset.ts';
import { StoreConnection } from './connection.ts';
import { pagesOf } from './rows.ts';
import type { Row } from './store.ts';

/** Operations numbered so far beyond all others were never made. */
const NOBODYS_BATCHES = 1_000_000;

/**
 * The last insert of all is not there after the run. The last, because a hole before a later insert is `prefix-hole`;
 * whole, because a part of it is `fractured`.
 */
export class LostConnection extends StoreConnection {
  protected override async rows(): Promise<Row[]> {
    const rows = await super.rows();
    if (this.role !== 'auditor') return rows;
    const inserted = rows.filter(({ slab }) => slab.kind !== 'reembed' && slab.batch > 0);
    const last = inserted.reduce((most, { slab }) => Math.max(most, slab.sequence), -1);
    return rows.filter(({ slab }) => slab.sequence !== last);
  }
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
