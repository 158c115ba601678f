import { chunkColumns, idsOf, type DatasetShape } from '../src/core/dataset.ts';
import type { Figure } from './harness/figure.ts';
import { medianOf } from './harness/statistics.ts';

const shape: DatasetShape = {
  seed: 42,
  rows: 1_000_000,
  dims: 1536,
  writers: 1,
  batch: 128,
  keys: 'own',
};
const ROWS = 512;
/** The first ones run before the compiler has seen the loop. */
const WARM_UP = 5;

export const generating: Figure = {
  name: 'generating',
  issue: 3,
  about: 'generating and checksumming one row of 1536 floats, all columns',
  async *measure({ pairs }) {
    const perRowUs: number[] = [];
    for (let sample = 0; sample < WARM_UP + 3 * pairs; sample++) {
      const ids = idsOf([1 + sample * ROWS, (sample + 1) * ROWS, 1]);
      const began = performance.now();
      chunkColumns(shape, ids, 0);
      perRowUs.push(((performance.now() - began) * 1000) / ROWS);
    }
    const estimate = medianOf(perRowUs.slice(WARM_UP));
    yield { figure: 'a row of 1536 floats', estimate, unit: 'us', limit: { atMost: 20 } };
  },
};
