import type { Backend, Connection, RowBatch } from '../../src/core/backend.ts';
import { delay } from '../../src/system/delay.ts';

const NO_ROWS: RowBatch = {
  count: 0,
  ids: new Float64Array(0),
  batches: new Float64Array(0),
  checksums: new Float64Array(0),
  embeddings: new Float32Array(0),
};

/** A backend without a database. Searches rest so long, idle, before they return nothing; all else returns at once. */
export function noOpBackend(restMs: number): Backend {
  const connection: Connection = {
    async search() {
      await delay(restMs);
      return NO_ROWS;
    },
    async *poll() {},
    point: async () => NO_ROWS,
    files: async () => new Float64Array(0),
    insert: async () => ({}),
    upsert: async () => ({}),
    reembed: async () => ({}),
    increment: async () => ({}),
    async *scanKeys() {},
    async *scanChunks() {},
    async *scanFiles() {},
    counter: async () => 0,
    close: async () => undefined,
  };
  return {
    name: 'no-op',
    package: undefined,
    claims: 'nothing',
    refresh: { default: 'default', kinds: ['default'] },
    lacks: {},
    describe: async () => ({ version: '0', engine: 'none' }),
    prepare: async () => undefined,
    open: async () => ({ connect: async () => connection, close: async () => undefined }),
    classify: () => ({ class: 'unclassified', outcome: 'info' }),
    sideFiles: () => [],
  };
}
