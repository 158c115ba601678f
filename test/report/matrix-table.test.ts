import { describe, expect, test } from 'vitest';
import { configurationKey, type Cell, type Matrix } from '../../src/core/matrix.ts';
import { adviceOf, type Advice, type AdviceClass } from '../../src/core/advice.ts';
import { rowsOf } from '../../src/core/matrix-rows.ts';
import type { RunOptions } from '../../src/core/options.ts';
import type { Result } from '../../src/core/result.ts';
import { renderMatrix } from '../../src/report/matrix-table.ts';
import { SHORT } from '../support/run.ts';
import { blocked, counts, resultOf, wrong } from './results.ts';

type Run = [changes: Partial<RunOptions>, result: Result | string | null, more?: Partial<Cell>];

/** A result is a cell that is done, a text one that failed, null one that is pending. */
function matrixOf(runs: Run[], repeat = 1): [Matrix, Map<Cell, Result>] {
  const results = new Map<Cell, Result>();
  const cells = runs.map(([changes, result, more]): Cell => {
    const done = result !== null && typeof result === 'object';
    const cell: Cell = {
      options: { ...SHORT, backend: 'lancedb', ...changes },
      ...{ round: 0, control: null, file: done ? 'x.json' : null },
      state: done ? 'done' : result === null ? 'pending' : 'failed',
      reason: typeof result === 'string' ? result : null,
      ...more,
    };
    if (done) results.set(cell, result);
    return cell;
  });
  const matrix: Matrix = {
    ...{ format: 1, kind: 'matrix', tool: { version: '0.1.0', node: 'v20.20.2' } },
    ...{ started_at: '2026-01-02T03:04:05.000Z', repeat, history: false, expectations: [] },
    cells,
  };
  return [matrix, results];
}

const reads = (perS: number, changes: Partial<Result> = {}): Result =>
  resultOf({ counts: counts({ reads_ok: perS * 10, writes_ok: 100 }), ...changes });
const text = ([matrix, results]: [Matrix, Map<Cell, Result>], width = 100): string =>
  renderMatrix(matrix, results, { color: false, width });

describe('the table of a matrix', () => {
  const matrix = matrixOf([
    [{}, resultOf()],
    [{ access: 'owner' }, reads(900)],
    [{ access: 'threads' }, wrong],
    [{ access: 'reopen' }, 'seeding took too long'],
    [{ access: 'connections' }, null],
    [{ backend: 'duckdb' }, blocked],
    [
      { backend: 'duckdb', access: 'isolated' },
      null,
      { state: 'skipped', reason: 'it cannot be copied' },
    ],
  ]);

  test('has a row per configuration with what to know of it', () => {
    const lines = text(matrix).split('\n');
    const line = (name: RegExp): string => lines.find((candidate) => name.test(candidate))!;
    expect(line(/^ {2}backend/)).toMatch(
      /access +verdict +reads\/s +writes\/s +errors +lag p50 +lag p99 +lost$/,
    );
    expect(line(/lancedb +processes/)).toMatch(/works +1,835 +64\.2 +0 +18\.0 ms +212 ms +0$/);
    expect(line(/lancedb +threads/)).toMatch(/WRONG/);
    expect(line(/400 of 600/)).toBe('      400 of 600 acknowledged rows are lost.');
    expect(line(/lancedb +reopen/)).toMatch(/FAILED +–/);
    expect(text(matrix)).toContain('      seeding took too long\n');
    expect(line(/lancedb +connections/)).toMatch(/pending +–/);
    expect(line(/duckdb +processes/)).toMatch(/blocked/);
    expect(text(matrix)).toMatch(/Skipped +duckdb isolated 1w\+2r refresh default: it cannot be/);
  });

  test('is never wider than the terminal, but for what cannot be broken', () => {
    for (const width of [44, 60, 80, 90, 120, 200]) {
      for (const line of text(matrix, width).split('\n')) {
        expect(line.length).toBeLessThanOrEqual(width);
      }
    }
  });

  test('leaves columns out where there is no room, those that say least first, and names them', () => {
    const head = (width: number): string =>
      text(matrix, width)
        .split('\n')
        .find((line) => line.startsWith('  backend'))!;
    expect(text(matrix, 100)).not.toContain('Not shown');
    expect(head(80)).toMatch(/reads\/s +writes\/s +lag p50 +lag p99 +lost$/);
    expect(text(matrix, 80)).toContain('Not shown, for want of room: errors. A wider');
    expect(head(60)).toMatch(/verdict +reads\/s +writes\/s +lag p99$/);
    expect(head(30)).toMatch(/backend +access +verdict$/);
    const alike = matrixOf([
      [{}, resultOf()],
      [{ access: 'owner' }, reads(900)],
    ]);
    expect(text(alike, 60).replaceAll(/\s+/g, ' ')).toMatch(
      /Not shown, for want of room: errors \(0 in all rows\), lag p50 \(18.0 ms in all rows\)/,
    );
  });

  test('says that no cell is done where the drivers would be named', () => {
    expect(text(matrixOf([[{}, null]]))).toContain('\nNode 20.20.2 · no cell is done yet\n');
  });

  test('says what its rates count', () => {
    expect(text(matrix, 200)).toContain('reads/s are iterations of a reader (a search and a poll)');
  });

  test('says that a percentile of few lags is the longest of them', () => {
    const lag = { count: 3, p50: 18_000, p99: 30_000, max: 30_000, after_window: 0, never_seen: 0 };
    const few = matrixOf([[{}, resultOf({ freshness_us: lag })]]);
    expect(text(few, 200)).toContain(
      'lag p99 is the longest lag where a run showed fewer than 100',
    );
    expect(text(matrix, 200)).not.toContain('longest lag');
  });

  test('puts what to know beside the row where there is room', () => {
    expect(text(matrix, 200)).toMatch(/WRONG .* 0 +400 of 600 acknowledged rows are lost\.\n/);
  });

  test('shows only the lists in which the rows differ', () => {
    expect(text(matrix)).not.toMatch(/refresh +verdict|w\+r/);
    const varied = matrixOf([
      [{ readers: 1, refresh: 'always' }, resultOf()],
      [{ readers: 4, refresh: 2 }, resultOf()],
    ]);
    expect(text(varied)).toMatch(/backend +access +refresh +w\+r +verdict/);
    expect(text(varied)).toMatch(/always +1\+1 [^]* 2 +1\+4 /);
  });

  test('says that a closed loop lets reads and writes trade against each other', () => {
    expect(text(matrix, 200)).toMatch(/Closed loop: .* trade against each other; --write-rate/);
    const held = matrixOf([[{ writeRate: 10 }, resultOf()]]);
    const alone = matrixOf([[{ writers: 0 }, resultOf()]]);
    expect(text(held) + text(alone)).not.toContain('Closed loop');
  });

  test('says loudly which control failed', () => {
    const fresh = resultOf({ counts: counts({ reads_ok: 5, fresh_read_iterations: 3 }) });
    const controls = matrixOf([
      [{ writers: 0 }, fresh, { control: 'no-writers' }],
      [{ backend: 'reference' }, resultOf(), { control: 'reference' }],
      [{ backend: 'duckdb', writers: 0 }, null, { control: 'no-writers' }],
      [{}, resultOf()],
    ]);
    expect(text(controls, 200)).toMatch(
      /CONTROL FAILED, this matrix proves nothing: no-writers, lancedb .* nobody wrote, and 3 reads/,
    );
    expect(text(controls)).toContain('Control as it must be: reference, reference processes');
    expect(text(controls)).toContain('Control has not run: no-writers, duckdb processes');
    expect(text(controls)).toContain('1 configuration');
  });
});

describe('repeats', () => {
  test('are one row: medians, the worst verdict, the most of what must not be', () => {
    const runs: Run[] = [
      [{}, reads(100)],
      [{}, reads(900)],
      [{}, { ...wrong, audit: { ...wrong.audit!, lost: 400 } }],
    ];
    const [row, ...others] = rowsOf(...rowArguments(matrixOf(runs, 3)));
    expect(others).toEqual([]);
    expect(row).toMatchObject({ verdict: 'wrong', because: wrong.because });
    expect(text(matrixOf(runs, 3))).toMatch(/WRONG +900 .* 400\n/);
    expect(text(matrixOf(runs, 3))).toContain('Medians of the runs');
  });

  test('that failed are told beside those that ran', () => {
    const [row] = rowsOf(
      ...rowArguments(
        matrixOf([
          [{}, blocked],
          [{}, 'no space'],
          [{}, null],
        ]),
      ),
    );
    expect(row!.verdict).toBe('blocked');
    expect(row!.because).toContain('1 of 3 runs failed: no space');
  });

  test('are recognized whatever the order of their options', () => {
    const { rows, ...others } = SHORT;
    expect(configurationKey({ ...others, rows })).toBe(configurationKey(SHORT));
    expect(configurationKey({ ...SHORT, rows: 1 })).not.toBe(configurationKey(SHORT));
  });
});

describe('the advice', () => {
  const adviceFor = (runs: Run[]): Advice[] => adviceOf(rowsOf(...rowArguments(matrixOf(runs))));
  const namesOf = ({ ways }: Advice, wanted: AdviceClass): string[] =>
    ways.filter((way) => way.class === wanted).map(({ name }) => name);
  const conflicts = { operation: 'insert', class: 'txn.conflict', count: 3 } as const;
  const errors = [{ ...conflicts, example: 'conflict', holder: null }];

  test('has a class for each verdict, most reads first, and `isolated` is none of them', () => {
    const [advice] = adviceFor([
      [{ access: 'owner' }, reads(500)],
      [{ access: 'connections' }, reads(900)],
      [{ access: 'isolated' }, reads(2000)],
      [{ access: 'processes' }, blocked],
      [{ access: 'reopen' }, resultOf({ verdict: 'unknown' })],
      [{ access: 'threads' }, wrong],
    ]);
    expect(namesOf(advice!, 'works')).toEqual(['connections', 'owner']);
    expect(namesOf(advice!, 'refused')).toEqual(['processes']);
    expect(namesOf(advice!, 'unproven')).toEqual(['reopen']);
    expect(namesOf(advice!, 'wrong')).toEqual(['threads']);
    expect(namesOf(advice!, 'baseline')).toEqual(['isolated']);
  });

  test('calls conflicts usable with retries, and other failures failing', () => {
    const other = { ...errors[0]!, class: 'io' as const };
    const [advice] = adviceFor([
      [{ access: 'connections' }, resultOf({ verdict: 'errors', errors })],
      [{ access: 'owner' }, resultOf({ verdict: 'errors', errors: [other] })],
    ]);
    expect(namesOf(advice!, 'retry')).toEqual(['connections']);
    expect(namesOf(advice!, 'fails')).toEqual(['owner']);
  });

  test('calls slow what does not a quarter of the reads and writes of another way', () => {
    const slow = resultOf({ counts: counts({ reads_ok: 2000, writes_ok: 20 }) });
    const fewReads = resultOf({ counts: counts({ reads_ok: 2000, writes_ok: 100 }) });
    const [advice] = adviceFor([
      [{ access: 'connections' }, reads(900)],
      [{ access: 'owner' }, slow],
      [{ access: 'processes' }, fewReads],
    ]);
    expect(namesOf(advice!, 'slow')).toEqual(['owner']);
    expect(namesOf(advice!, 'works')).toEqual(['connections', 'processes']);
  });

  test('takes reads that contradict each other for harm, and says which harm it was', () => {
    const inconsistent = resultOf({ verdict: 'inconsistent', because: 'fractured: in part' });
    const matrix = matrixOf([
      [{ access: 'reopen' }, inconsistent],
      [{ access: 'threads' }, wrong],
      [{ access: 'owner' }, reads(500)],
    ]);
    expect(text(matrix)).toMatch(/DISAGREE +reads contradicted each other in reopen\n/);
    expect(text(matrix)).toMatch(/HARMFUL +acknowledged data was lost or corrupted in threads\n/);
    expect(text(matrix)).toMatch(/reopen +INCONSISTENT /);
    for (const line of text(matrix, 90).split('\n')) expect(line.length).toBeLessThanOrEqual(90);
  });

  test('says of nothing that it works which did not so in every row', () => {
    const [advice] = adviceFor([
      [{ readers: 1 }, reads(500)],
      [{ readers: 8 }, wrong],
    ]);
    expect(namesOf(advice!, 'works')).toEqual([]);
    expect(namesOf(advice!, 'wrong')).toHaveLength(1);
  });

  test('tells refresh policies apart where there are several', () => {
    const [advice] = adviceFor([
      [{ refresh: 'default' }, resultOf({ verdict: 'stale' })],
      [{ refresh: 'reopen' }, resultOf()],
    ]);
    expect(namesOf(advice!, 'works')).toEqual(['processes --refresh reopen']);
    expect(namesOf(advice!, 'stale')).toEqual(['processes --refresh default']);
  });

  test('learns nothing from rows in which nobody wrote', () => {
    expect(adviceFor([[{ writers: 0 }, resultOf()]])).toEqual([]);
  });

  test('is printed by backend with how much was seen, and calls nothing safe', () => {
    const evidence = { reads: 9000, overlapping_reads: 4100, writes: 100, sessions: 3 };
    const printed = text(
      matrixOf([
        [{ access: 'owner' }, reads(500, { evidence })],
        [{ access: 'reopen' }, reads(400, { evidence, thin: 'only 2 writes' })],
        [{ access: 'isolated' }, reads(500)],
        [{ backend: 'duckdb' }, blocked],
      ]),
      300,
    );
    expect(printed).toContain('Advice for lancedb, from this matrix, most reads first:');
    expect(printed).toMatch(
      /Works +nothing was found in owner \(500 reads\/s; 10\.0 writes\/s; 1 run, 4,100 reads during 100 writes\), reopen \(.* writes; too few to tell much\)\n/,
    );
    expect(printed).toMatch(/Baseline +shares nothing, to compare with: isolated \(500 reads/);
    expect(printed).toMatch(/Refused +processes were refused a lock in processes\n/);
    expect(printed).not.toMatch(/\bsafe\b/i);
  });
});

function rowArguments([{ cells }, results]: [Matrix, Map<Cell, Result>]) {
  return [cells, results] as const;
}
