/** The rows that a bare script loads: from the one generator, inline on this thread. */
import { CHUNKS_PER_FILE, chunkColumns, fileColumns } from '../../dist/src/core/dataset.js';

export const shapeOf = ({ rows, dims }) => ({
  seed: 42,
  rows,
  dims,
  writers: 1,
  batch: 128,
  keys: 'own',
});

export function chunksFrom(shape, first, count) {
  return chunkColumns(
    shape,
    Float64Array.from({ length: count }, (_, i) => first + i),
    0,
  );
}

export function allFiles(shape) {
  const length = Math.ceil(shape.rows / CHUNKS_PER_FILE);
  return fileColumns(
    shape,
    Float64Array.from({ length }, (_, i) => 1 + i * CHUNKS_PER_FILE),
  );
}

/** The parameters that the bench gives, and the outcome that it reads. */
export const parameters = JSON.parse(process.argv[2] ?? '{}');
export const report = (outcome) => console.log(JSON.stringify(outcome));
export const secondsSince = (began) => (performance.now() - began) / 1000;
