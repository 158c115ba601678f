import { expect, test } from 'vitest';
import type { CrashResult } from '../../src/core/crash.ts';
import type { Matrix } from '../../src/core/matrix.ts';
import type { RunOptions } from '../../src/core/options.ts';
import type { Result } from '../../src/core/result.ts';
import { evidencePage } from '../../src/report/evidence.ts';
import type { Evidence } from '../../src/report/evidence-source.ts';
import { findingsTable } from '../../src/report/findings-table.ts';
import { sharingTable } from '../../src/report/sharing-table.ts';
import { crashOf, crashResult, losing, round, rounds } from '../core/crash-rounds.ts';
import { SHORT } from '../support/run.ts';
import { processOf, resultOf, counts, wrong } from './results.ts';

type Run = [Partial<RunOptions> & Pick<RunOptions, 'access'>, Result];

/** LanceDB can refresh, and does by default; DuckDB cannot. */
const refreshes: Evidence['refreshes'] = new Map([
  ['lancedb', { default: 'reopen', kinds: ['default', 'reopen'] }],
  ['duckdb', { default: 'default', kinds: ['default'] }],
]);

function evidenceOf(runs: Run[], crashes: CrashResult[] = []): Evidence {
  const cells = runs.map(([options], i) => ({
    options: { ...SHORT, backend: 'lancedb', refresh: 'reopen' as const, ...options },
    ...{ round: 0, control: null, state: 'done' as const, reason: null, file: `${i}.json` },
  }));
  const matrix: Matrix = {
    ...{ format: 1, kind: 'matrix', tool: { version: '0.1.0', node: 'v20.20.2' } },
    ...{ started_at: '2026-01-02T03:04:05.000Z', repeat: 1, history: false, expectations: [] },
    cells,
  };
  const results = new Map(cells.map((cell, i) => [cell, runs[i]![1]]));
  return { matrix, results, crashes, refreshes };
}

/** A campaign on LanceDB with one writer. */
const crashed = (changes: Partial<CrashResult> = {}): CrashResult =>
  crashResult({
    backend: { name: 'lancedb', package: 'lance', version: '1', engine: 'lance 1' },
    options: {
      ...{ backend: 'lancedb', access: 'processes', refresh: 'reopen', writers: 1, readers: 1 },
      ...{ rows: 1000, dims: 128 },
    },
    rounds: rounds(30),
    ...changes,
  });

const cellsOf = (line: string): string[] => line.split(' | ').map((cell) => cell.trim());
const works = resultOf();
const stale = resultOf({ verdict: 'stale', because: 'late' });
const inconsistent = resultOf({ verdict: 'inconsistent', because: 'fractured: in part' });

test('what harmed data and what contradicted itself stand out, each with what to do', () => {
  const rows = sharingTable(
    evidenceOf([
      [{ access: 'processes' }, wrong],
      [{ access: 'reopen' }, inconsistent],
      [{ access: 'threads' }, wrong],
    ]),
  );
  expect(rows[2]).toMatch(/processes .*\*\*wrong\*\*.*\*\*Never: acknowledged data was lost/);
  expect(rows[3]).toMatch(
    /reopen .*\*\*inconsistent\*\*.*\*\*Never: what is read contradicts itself/,
  );
  expect(rows[4]).toMatch(/threads .*\*\*Never open it twice in one process/);
});

test('a refresh is advised only where the backend has one, and a baseline is no advice', () => {
  const rows = sharingTable(
    evidenceOf([
      [{ access: 'processes', refresh: 'default' }, stale],
      [{ access: 'threads', backend: 'duckdb', refresh: 'default' }, stale],
      [{ access: 'connections', backend: 'duckdb', refresh: 'default' }, stale],
      [{ access: 'isolated' }, works],
    ]),
  ).map((line) => cellsOf(line).at(-1));
  expect(rows.slice(2)).toEqual([
    'Refresh before reading, or readers never see a commit. |',
    '**Never open it twice in one process: share one instance.** |',
    'Not like this: readers never see a commit. |',
    'Baseline: nothing is shared. |',
  ]);
});

test('a row has the class of campaigns that crashed this very sharing, and no other', () => {
  const rows = sharingTable(
    evidenceOf(
      [
        [{ access: 'processes' }, works],
        [{ access: 'processes', writers: 2 }, works],
        [{ access: 'processes', refresh: 'default' }, works],
        [{ access: 'isolated' }, works],
        [{ access: 'processes', backend: 'duckdb' }, works],
      ],
      [crashed()],
    ),
  ).map((line) => cellsOf(line).at(-2));
  expect(rows.slice(2)).toEqual(['process-safe', '–', '–', '–', '–']);
});

test('a class is what the rules of today say of the rounds, and a cut that lost rows is named', () => {
  const durability = (...crashes: CrashResult[]) =>
    cellsOf(sharingTable(evidenceOf([[{ access: 'processes' }, works]], crashes))[2]!).at(-2);
  const few = crashed({ durability: 'process-safe', rounds: rounds(5) });
  expect(durability(few)).toBe('unknown');
  const cuts = (of: CrashResult['rounds']) =>
    crashed({
      crash: crashOf('power-loss'),
      rounds: [...rounds(20, { control: true, filesystem: 'xfs' }), ...of],
    });
  expect(durability(crashed(), cuts(rounds(20, { filesystem: 'xfs' })))).toBe('power-safe');
  // A power cut that proves nothing hides no kill.
  expect(durability(crashed(), cuts(rounds(5, { filesystem: 'xfs' })))).toBe('process-safe');
  expect(durability(crashed(), cuts([losing({ filesystem: 'xfs' })]))).toBe(
    'process-safe; power cuts lost rows',
  );
});

test('the first table says what was found in each way to share, and where it makes a difference', () => {
  const refused = resultOf({
    verdict: 'blocked',
    processes: [
      processOf('writer', 0),
      ...[0, 1].map((i) => processOf('reader', i, { counts: counts({ open_err: 9 - i * 9 }) })),
    ],
  });
  const lost = resultOf({
    ...{ verdict: 'wrong', errors: [] },
    audit: { ...works.audit!, lost: 7236, acknowledged: 14_472 },
  });
  const text = findingsTable(
    evidenceOf(
      [
        [{ access: 'processes' }, works],
        [{ access: 'processes', refresh: 'default' }, stale],
        [{ access: 'owner' }, works],
        [{ access: 'owner', refresh: 'default' }, works],
        [{ access: 'processes', backend: 'duckdb', refresh: 'default' }, refused],
        [{ access: 'threads', backend: 'duckdb', refresh: 'default' }, stale],
        [{ access: 'threads', backend: 'duckdb', refresh: 'default', writers: 2 }, lost],
      ],
      [crashed()],
    ),
  ).join('\n');
  expect(text).toMatch(/^\| +\| LanceDB \| DuckDB \|\n/);
  for (const row of [
    '| no fault found; with `--refresh default`: readers did not see commits | 1 of 2 readers refused |',
    '| One process owns it, the others ask it | no fault found | not measured |',
    '| 1 writer: readers did not see commits; 2 writers: **7,236 of 14,472 acknowledged rows lost, and no operation failed** |',
    '| nothing lost in 30 kills (with 95 % confidence fewer than 9.6 % of kills inside a commit lose anything) | not measured |',
    '| Power cut | not measured | not measured |',
    '(n = 1)',
    'it is no proof of what cannot happen',
  ]) {
    expect(text).toContain(row);
  }
});

test('a kill before a power cut that lost rows is no campaign in which nothing was lost', () => {
  const crash = crashOf('power-loss');
  const onExt4 = { filesystem: 'ext4' } as const;
  const cellOf = (all: CrashResult['rounds']): string =>
    findingsTable(
      evidenceOf([[{ access: 'processes' }, works]], [crashed({ crash, rounds: all })]),
    ).find((line) => line.startsWith('| Power cut'))!;
  const controls = rounds(19, { ...onExt4, control: true });
  const cuts = rounds(20, onExt4);
  const lostByKill = [losing({ ...onExt4, control: true }), ...controls, ...cuts];
  expect(cellOf(lostByKill)).toContain(
    '**1 of 20 kills lost data: 8 of 20,000 acknowledged rows**',
  );
  const shut = [
    ...rounds(20, { ...onExt4, control: true }),
    round({ ...onExt4, state: 'unopenable' }),
  ];
  expect(cellOf(shut)).toContain('**1 of 1 cut left a database that is not what had been');
  const blind = [
    ...rounds(20, { ...onExt4, control: true }),
    round({ ...onExt4, state: 'unknown' }),
  ];
  expect(cellOf(blind)).toContain('1 cut, not all of which could be audited');
});

test('a cut before which nothing was acknowledged is not counted, and the file systems are named', () => {
  const idle = { acknowledged_operations: 0, acknowledged_rows: 0, filesystem: 'xfs' } as const;
  const cuts = (...of: CrashResult['rounds']) =>
    findingsTable(
      evidenceOf(
        [[{ access: 'processes' }, works]],
        [crashed({ crash: crashOf('power-loss'), rounds: of })],
      ),
    ).join('\n');
  const broken = losing({ filesystem: 'ext4', lost: 1000 });
  expect(cuts(broken, ...rounds(4, idle))).toContain('| **1 of 1 cut lost data: 1,000 of 1,000');
  const whole = cuts(...rounds(29, { filesystem: 'ext4' }), ...rounds(1, idle));
  expect(whole).toContain('| nothing lost in 29 cuts (with 95 % confidence fewer than 9.9 %');
  expect(whole).toContain('The power was cut of ext4 and xfs in turn');
});

test('the page says how often each row was run, and on what its crashes were', () => {
  const page = evidencePage(evidenceOf([[{ access: 'threads' }, wrong]], [crashed()]));
  expect(page).toContain('Each row is one run (n = 1).');
  expect(page).toContain('access processes, refresh reopen, 1 writer, 1 reader, 1000 rows × 128');
  expect(page).toContain('30 kills inside a commit: with 95 % confidence fewer than 9.6 %');
});

test('the ways to share stand by their worst verdict, without the baseline', () => {
  const page = evidencePage(
    evidenceOf([
      [{ access: 'threads' }, works],
      [{ access: 'threads', writers: 2 }, wrong],
      [{ access: 'owner' }, works],
      [{ access: 'isolated' }, works],
    ]),
  );
  expect(page).toContain('- **lancedb**: works: `owner`; wrong: `threads`.');
});
