/** Rows of histories, one by one. */
import { idsOf } from '../../src/core/dataset.ts';
import { RunEncoder, type Run } from '../../src/core/history.ts';

export type Row = readonly [id: number, batch: number];

/** Rows in runs, in the order given. */
export function encode(rows: Iterable<Row>): Run[] {
  const encoder = new RunEncoder();
  for (const [id, batch] of rows) encoder.add(id, batch);
  return encoder.take();
}

/** The rows of runs, in their order. */
export function decode(runs: readonly Run[]): Row[] {
  return runs.flatMap(([first, last, batch, step = 1]) =>
    [...idsOf([first, last, step])].map((id): Row => [id, batch]),
  );
}
