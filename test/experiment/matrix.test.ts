import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reference } from '../../probes/reference.ts';
import type { Backend } from '../../src/core/backend.ts';
import { UsageError } from '../../src/core/errors.ts';
import { MATRIX_FORMAT, type Cell, type Matrix } from '../../src/core/matrix.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { runMatrix, type MatrixSetup } from '../../src/experiment/matrix.ts';
import { exclusionOf, planCells } from '../../src/experiment/matrix-plan.ts';
import { isMatrix, readMatrix } from '../../src/store/matrices.ts';
import { backend as toy } from '../cli/backend.ts';
import { never, SHORT, temporaryDirectory } from '../support/run.ts';

const options = (changes: Partial<RunOptions> = {}): RunOptions => ({
  ...SHORT,
  ...{ rows: 100, dims: 8, durationS: 0.4, stalenessBoundMs: 100 },
  ...changes,
});
const configuration = (changes: Partial<RunOptions>, backend: Backend = reference) => ({
  backend,
  options: options({ backend: backend.name, ...changes }),
});

describe('the plan of a matrix', () => {
  test('goes round by round, so that no configuration has its repeats in a row', () => {
    const one = configuration({ access: 'processes' });
    const two = configuration({ access: 'owner' });
    const cells = planCells([one, two], 3, null);
    expect(cells.map((cell) => `${cell.options.access} ${cell.round}`)).toEqual([
      ...['processes 0', 'owner 0', 'processes 1', 'owner 1', 'processes 2', 'owner 2'],
    ]);
    expect(cells.every(({ state }) => state === 'pending')).toBe(true);
  });

  test('names each combination that cannot exist once, with the reason', () => {
    const cells = planCells(
      [
        configuration({ access: 'owner', refresh: 'always' }, toy),
        configuration({ access: 'processes', refresh: 'reopen' }, toy),
        configuration({ access: 'processes', refresh: 5 }, toy),
        configuration({ access: 'processes', refresh: 'always', readers: 0, writers: 0 }, toy),
        configuration({ access: 'processes', refresh: 'always' }, toy),
      ],
      2,
      null,
    );
    expect(cells.map(({ state, reason }) => [state, reason])).toEqual([
      ['skipped', 'toys are not shared'],
      ['skipped', 'toy has no refresh reopen, only default, always'],
      ['skipped', 'toy has no refresh 5, only default, always'],
      ['skipped', 'no readers and no writers: nobody to do anything'],
      ['pending', null],
      ['pending', null],
    ]);
  });

  test('begins with the controls, which exist for their backends and plant no bug', () => {
    const cells = planCells(
      [
        configuration({ access: 'owner', refresh: 'always' }, toy),
        configuration({ access: 'threads', refresh: 'always', bug: 'lost', readers: 0 }, toy),
        configuration({ rows: 5000, dims: 1536, writers: 2, increment: 'sql' }),
      ],
      2,
      reference,
    );
    const controls = cells.filter(({ control }) => control !== null);
    expect(cells.slice(0, 3)).toEqual(controls);
    expect(controls.map((cell) => `${cell.control} ${cell.options.backend}`)).toEqual([
      ...['no-writers toy', 'no-writers reference', 'reference reference'],
    ]);
    for (const { options: own, round } of controls) {
      expect(exclusionOf(own, own.backend === 'toy' ? toy : reference)).toBeNull();
      expect([own.bug, round]).toEqual([null, 0]);
      expect(own.readers).toBeGreaterThan(0);
    }
    expect(controls[0]!.options).toMatchObject({ writers: 0, increment: 'none' });
    expect(controls[2]!.options.writers).toBeGreaterThan(0);
  });
});

describe('a matrix', () => {
  const matrixOf = (cells: Cell[]): Matrix => ({
    ...{ format: MATRIX_FORMAT, kind: 'matrix', tool: { version: 'test', node: 'v20' } },
    ...{ started_at: new Date(0).toISOString(), repeat: 1, history: false, expectations: [] },
    cells,
  });
  const backends = new Map<string, Backend>([
    ['reference', reference],
    ['toy', toy],
  ]);
  const setupOf = (directory: string, matrix: Matrix, changes: Partial<MatrixSetup> = {}) => ({
    ...{ directory, matrix, backends, results: new Map(), toolVersion: 'test' },
    ...{ interrupt: never, onStep: () => {}, onProgress: () => {}, onNote: () => {} },
    ...changes,
  });

  test('saves each result beside itself, and is read back with them', async () => {
    const directory = await temporaryDirectory();
    const matrix = matrixOf(planCells([configuration({}), configuration({ writers: 0 })], 1, null));
    const setup = setupOf(directory, matrix);
    const steps: string[] = [];
    await runMatrix({
      ...setup,
      onStep: ({ ended, finished, total }) => steps.push(`${ended} ${finished}/${total}`),
    });
    expect(steps).toEqual(['false 0/2', 'true 1/2', 'false 1/2', 'true 2/2']);
    const files = matrix.cells.map(({ file }) => file!);
    expect((await readdir(directory)).toSorted()).toEqual(['matrix.json', ...files].toSorted());
    expect(await isMatrix(directory)).toBe(true);
    const read = await readMatrix(directory);
    expect(read.matrix).toEqual(matrix);
    expect([...read.results.values()]).toEqual([...setup.results.values()]);
    expect(read.results.get(read.matrix.cells[1]!)!.counts.fresh_read_iterations).toBe(0);
  });

  test('goes on with the other cells where one cannot run, and tries that one again', async () => {
    const directory = await temporaryDirectory();
    const matrix = matrixOf(
      planCells([configuration({ refresh: 'always' }, toy), configuration({})], 1, null),
    );
    await runMatrix(setupOf(directory, matrix));
    const [failed, done] = matrix.cells;
    expect(failed).toMatchObject({ state: 'failed', file: null });
    expect(failed!.reason).toContain('toy');
    expect(done!.state).toBe('done');
    const begun: Cell[] = [];
    const saved = await readMatrix(join(directory, 'matrix.json'));
    await runMatrix({
      ...setupOf(directory, saved.matrix),
      onStep: ({ cell, ended }) => (ended ? undefined : begun.push(cell)),
    });
    expect(begun).toEqual([saved.matrix.cells[0]]);
  });

  test('gives up the cell in work when it is interrupted, and resumes with it', async () => {
    const directory = await temporaryDirectory();
    const configurations = [configuration({}), configuration({ readers: 1, durationS: 60 })];
    const matrix = matrixOf(planCells(configurations, 1, null));
    const controller = new AbortController();
    await runMatrix(
      setupOf(directory, matrix, {
        interrupt: { first: controller.signal, second: new AbortController().signal },
        onProgress: ({ phase }) => {
          if (phase === 'work' && matrix.cells[0]!.state === 'done') controller.abort();
        },
      }),
    );
    expect(matrix.cells.map(({ state }) => state)).toEqual(['done', 'pending']);
    const before = matrix.cells[0]!.file!;
    expect((await readdir(directory)).toSorted()).toEqual([before, 'matrix.json'].toSorted());
    const { matrix: again } = await readMatrix(directory);
    again.cells[1]!.options.durationS = 0.4;
    await runMatrix(setupOf(directory, again));
    expect(again.cells.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(again.cells[0]!.file).toBe(before);
  });

  test.each([
    ['{"format": 1', /matrix\.json is truncated/],
    ['{"format": 99}', /was written by a newer probe: format 99/],
    ['{"format": 1, "kind": "matrix"}', /is not a matrix of probe: no "tool"/],
    ['[]', /is not a matrix of probe/],
  ])('that is saved as %s is refused', async (text, message) => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'matrix.json'), text);
    const reading = readMatrix(directory);
    await expect(reading).rejects.toThrow(UsageError);
    await expect(reading).rejects.toThrow(message);
  });

  test('that names a result which is gone is refused by its name', async () => {
    const directory = await temporaryDirectory();
    const [cell] = planCells([configuration({})], 1, null);
    const saved = matrixOf([{ ...cell!, state: 'done', file: 'gone.json' }]);
    await writeFile(join(directory, 'matrix.json'), JSON.stringify(saved));
    await expect(readMatrix(directory)).rejects.toThrow(/gone\.json does not exist/);
  });
});
