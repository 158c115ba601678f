/** What was saved before an option existed is read as if it had been given its fixed meaning. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCrash } from '../../src/store/crashes.ts';
import { readMatrix } from '../../src/store/matrices.ts';

const EVIDENCE = 'results/evidence';
const shipped = readdirSync(EVIDENCE).toSorted();
const matrix = shipped.find((name) => name.includes('-matrix-'))!;
const campaign = shipped.find((name) => name.includes('-crash-'))!;

test('the shipped matrix names no --read-rate, and its cells and results are read as of rate 0', async () => {
  const directory = join(EVIDENCE, matrix);
  expect(readFileSync(join(directory, 'matrix.json'), 'utf8')).not.toContain('readRate');
  const { matrix: read, results } = await readMatrix(directory);
  expect(read.cells.map(({ options }) => options.readRate)).toEqual(read.cells.map(() => 0));
  expect(results.size).toBeGreaterThan(0);
  for (const { options } of results.values()) expect(options['read_rate']).toBe(0);
});

test('the shipped campaigns are read as of rate 0', async () => {
  expect((await readCrash(join(EVIDENCE, campaign))).options['read_rate']).toBe(0);
});
