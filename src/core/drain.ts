/** What readers ask for after the window, beside all rows above the seed: the updates that they must have seen by then. */
import { countOf, operationOf, reembeddedIds, reembedIds } from './dataset.ts';
import type { DatasetShape, IdRange } from './dataset.ts';
import { OPERATIONS_PER_ITERATION } from './options.ts';
import { Random } from './random.ts';

/** Re-embedded rows that a drain samples. */
const DRAIN_SAMPLE_ROWS = 4096;
/** Rows of the sample that one statement asks for: a few MB at 1536 dimensions. */
const ROWS_PER_STATEMENT = 512;
/** Says which stream of random numbers the sample takes ("drain"). */
const STREAM = 0x647261696e;

/** The point reads of one drain, in their order. */
interface DrainPoints {
  /** All rows of each writer's last re-embedding. */
  last: IdRange[];
  /** Ids of re-embedded rows, ascending; a list is one statement. */
  sample: number[][];
}

/**
 * What one reader asks for, where the writers' last re-embeddings have these batches: a function of the seed and of the
 * reader's number.
 */
export function drainPoints(
  shape: DatasetShape,
  reembeds: readonly number[],
  reader: number,
): DrainPoints {
  const last: IdRange[] = [];
  /** By first id: writers with the same one share their rows, and the one that came farther covers the other's. */
  const covered = new Map<number, IdRange>();
  for (const batch of reembeds) {
    const { writer, op } = operationOf(shape, batch);
    const iteration = op / OPERATIONS_PER_ITERATION;
    last.push(reembedIds(shape, writer, iteration)!);
    const all = reembeddedIds(shape, writer, iteration + 1)!;
    if (all[1] >= (covered.get(all[0])?.[1] ?? 0)) covered.set(all[0], all);
  }
  const ids = sampleOf([...covered.values()], new Random(shape.seed, STREAM, reader));
  const sample: number[][] = [];
  for (let i = 0; i < ids.length; i += ROWS_PER_STATEMENT) {
    sample.push(ids.slice(i, i + ROWS_PER_STATEMENT));
  }
  return { last, sample };
}

/** Up to {@link DRAIN_SAMPLE_ROWS} ids of these ranges, each at most once, ascending. */
function sampleOf(ranges: readonly IdRange[], random: Random): number[] {
  const total = ranges.reduce((sum, range) => sum + countOf(range), 0);
  const places = placesOf(total, Math.min(total, DRAIN_SAMPLE_ROWS), random);
  return [...places].map((place) => idAt(ranges, place)).toSorted((a, b) => a - b);
}

/** So many different numbers in [0, total), by Floyd's algorithm: the work depends on their count alone. */
function placesOf(total: number, count: number, random: Random): Set<number> {
  const places = new Set<number>();
  for (let top = total - count; top < total; top++) {
    const place = random.below(top + 1);
    places.add(places.has(place) ? top : place);
  }
  return places;
}

function idAt(ranges: readonly IdRange[], place: number): number {
  let left = place;
  for (const range of ranges) {
    const count = countOf(range);
    if (left < count) return range[0] + left * range[2];
    left -= count;
  }
  throw new Error(`there is no row number ${place} in ${ranges.length} ranges`);
}
