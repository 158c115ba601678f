import { availableParallelism } from 'node:os';
import type { Piscina } from 'piscina';
import {
  CHUNKS_PER_FILE,
  fileColumns,
  fillEmbeddings,
  idsOf,
  textColumns,
  type ChunkColumns,
  type Dataset,
  type DatasetShape,
  type FileColumns,
} from '../core/dataset.ts';

export interface GenerateTask {
  seed: number;
  dims: number;
  first: number;
  count: number;
}

interface Generated {
  ids: Float64Array;
  embeddings: Float32Array;
  checksums: Float64Array;
}

/** Below this many floats, starting threads costs more than they save (bench: seeding). */
const THREADS_FROM_FLOATS = 40_000_000;
/** Batches that are generated ahead of the one being inserted: bounds the memory. */
const AHEAD = 2;
const MOST_THREADS = 4;

/**
 * The seed rows, generated while they are loaded: in worker threads where that is faster, the same bytes either way.
 * `threads` undefined = decide by size.
 */
export function seedData(
  shape: DatasetShape,
  onChunks: (rows: number) => void,
  threads: boolean = shape.rows * shape.dims >= THREADS_FROM_FLOATS,
): Dataset {
  async function* chunks(rowsPerBatch: number): AsyncGenerator<ChunkColumns> {
    for await (const { ids, embeddings, checksums } of embedded(rowsPerBatch)) {
      yield { ...textColumns(shape, ids, 0), embeddings, checksums };
      onChunks(ids.length);
    }
  }

  async function* embedded(rowsPerBatch: number): AsyncGenerator<Generated> {
    const tasks = batches(shape.rows, rowsPerBatch).map(([first, count]): GenerateTask => ({
      seed: shape.seed,
      dims: shape.dims,
      first,
      count,
    }));
    if (!threads) {
      for (const task of tasks) yield generateHere(task);
      return;
    }
    const pool = await openPool();
    try {
      const ahead: Promise<Generated>[] = [];
      for (const task of tasks) {
        ahead.push(pool.run(task) as Promise<Generated>);
        if (ahead.length > AHEAD) yield await ahead.shift()!;
      }
      for (const rest of ahead) yield await rest;
    } finally {
      await pool.destroy();
    }
  }

  async function* files(rowsPerBatch: number): AsyncGenerator<FileColumns> {
    const count = Math.ceil(shape.rows / CHUNKS_PER_FILE);
    for (const [first, size] of batches(count, rowsPerBatch)) {
      const ids = Float64Array.from(
        { length: size },
        (_, i) => 1 + (first - 1 + i) * CHUNKS_PER_FILE,
      );
      yield fileColumns(shape, ids);
    }
  }

  return { rows: shape.rows, dims: shape.dims, chunks, files };
}

/** Embeddings and checksums of consecutive seed rows, on this thread. */
export function generateHere({ seed, dims, first, count }: GenerateTask): Generated {
  const ids = idsOf([first, first + count - 1, 1]);
  const embeddings = new Float32Array(count * dims);
  const checksums = new Float64Array(count);
  fillEmbeddings({ seed, dims }, ids, 0, embeddings, checksums);
  return { ids, embeddings, checksums };
}

async function openPool(): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  return new Piscina({
    filename: import.meta.resolve('#generate'),
    name: 'generate',
    maxThreads: Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1)),
  });
}

/** [first, count] of consecutive parts of 1..total. */
function batches(total: number, size: number): [first: number, count: number][] {
  const parts: [number, number][] = [];
  for (let first = 1; first <= total; first += size) {
    parts.push([first, Math.min(size, total - first + 1)]);
  }
  return parts;
}
