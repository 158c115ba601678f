import { describe, expect, it } from 'vitest';
import { batchNumber, idsOf, reembedIds, type DatasetShape } from '../../src/core/dataset.ts';
import { drainPoints } from '../../src/core/drain.ts';
import { OPERATIONS_PER_ITERATION } from '../../src/core/options.ts';

const SHAPE: DatasetShape = { seed: 7, rows: 100, dims: 8, writers: 2, batch: 16, keys: 'own' };

/** The batch of a writer's re-embedding number `iteration`. */
const reembed = (shape: DatasetShape, writer: number, iteration: number): number =>
  batchNumber(shape, writer, iteration * OPERATIONS_PER_ITERATION);

/** All rows that re-embeddings 0 to `last` of a writer cover. */
const covered = (shape: DatasetShape, writer: number, last: number): number[] =>
  Array.from({ length: last + 1 }, (_, n) => [...idsOf(reembedIds(shape, writer, n)!)]).flat();

const distinct = (ids: number[]): number[] => [...new Set(ids)].toSorted((a, b) => a - b);

describe('the point reads of a drain', () => {
  it('are none where nobody has re-embedded anything', () => {
    expect(drainPoints(SHAPE, [], 0)).toEqual({ last: [], sample: [] });
  });

  it('are all rows of the last re-embedding of each writer', () => {
    const { last } = drainPoints(SHAPE, [reembed(SHAPE, 0, 2), reembed(SHAPE, 1, 30)], 0);
    expect(last).toEqual([reembedIds(SHAPE, 0, 2), reembedIds(SHAPE, 1, 30)]);
  });

  it.each(['own', 'shared'] as const)(
    'are all re-embedded rows and no others while these are few, with keys %s',
    (keys) => {
      const shape = { ...SHAPE, keys };
      for (const [first, second] of [
        [0, 0],
        [3, 1],
        [2, 200],
      ] as const) {
        const reembeds = [reembed(shape, 0, first), reembed(shape, 1, second)];
        const { sample } = drainPoints(shape, reembeds, 1);
        const expected = distinct([...covered(shape, 0, first), ...covered(shape, 1, second)]);
        expect(sample.flat()).toEqual(expected);
      }
    },
  );

  it('are 4,096 of many rows, in statements of 512, by the seed and the reader', () => {
    const shape = { ...SHAPE, rows: 1_000_000, batch: 2000 };
    const reembeds = [reembed(shape, 0, 20), reembed(shape, 1, 9)];
    const sampleOf = (reader: number, seed = shape.seed): number[][] =>
      drainPoints({ ...shape, seed }, reembeds, reader).sample;
    const sample = sampleOf(0);
    expect(sample.map(({ length }) => length)).toEqual(Array.from({ length: 8 }, () => 512));
    expect(sample.flat()).toEqual(distinct(sample.flat()));
    const real = new Set([...covered(shape, 0, 20), ...covered(shape, 1, 9)]);
    expect(sample.flat().filter((id) => !real.has(id))).toEqual([]);
    expect(new Set(sample.flat().map((id) => id % 2))).toEqual(new Set([0, 1]));
    expect(sampleOf(0)).toEqual(sample);
    expect(sampleOf(1)).not.toEqual(sample);
    expect(sampleOf(0, 8)).not.toEqual(sample);
  });
});
