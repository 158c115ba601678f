import { expect, test } from 'vitest';
import type { Matrix } from '../../src/core/matrix.ts';
import type { RunOptions } from '../../src/core/options.ts';
import type { Result } from '../../src/core/result.ts';
import { evidencePage, sharingTable, type Evidence } from '../../src/report/evidence.ts';
import { SHORT } from '../support/run.ts';
import { resultOf, wrong } from './results.ts';

function evidenceOf(...runs: [RunOptions['access'], Result][]): Evidence {
  const cells = runs.map(([access]) => ({
    ...{ options: { ...SHORT, backend: 'lancedb', access }, round: 0, control: null },
    ...{ state: 'done' as const, reason: null, file: `${access}.json` },
  }));
  const matrix: Matrix = {
    ...{ format: 1, kind: 'matrix', tool: { version: '0.1.0', node: 'v20.20.2' } },
    ...{ started_at: '2026-01-02T03:04:05.000Z', repeat: 1, history: false, expectations: [] },
    cells,
  };
  const results = new Map(cells.map((cell, i) => [cell, runs[i]![1]]));
  return { matrix, results, crashes: [] };
}

const inconsistent = resultOf({ verdict: 'inconsistent', because: 'fractured: in part' });

test('what harmed data and what contradicted itself stand out, each with what to do', () => {
  const rows = sharingTable(evidenceOf(['threads', wrong], ['reopen', inconsistent]));
  expect(rows[2]).toMatch(/threads .*\*\*wrong\*\*.*\*\*Never: acknowledged data is lost/);
  expect(rows[3]).toMatch(
    /reopen .*\*\*inconsistent\*\*.*\*\*Never: what is read contradicts itself/,
  );
});

test('the advice names contradicting reads apart from lost data, and only where there are some', () => {
  const both = evidencePage(evidenceOf(['threads', wrong], ['reopen', inconsistent]));
  expect(both).toContain(
    'disagree: reads contradicted each other in `reopen`; harmful: acknowledged data was lost or corrupted in `threads`.',
  );
  const one = evidencePage(evidenceOf(['threads', wrong], ['owner', resultOf()]));
  expect(one).toContain('harmful: acknowledged data was lost or corrupted in `threads`.');
  expect(one).not.toContain('disagree');
});

test('a refresh is advice only where one was measured and worked', () => {
  const stale = resultOf({ verdict: 'stale' });
  const bare = evidenceOf(['threads', stale]);
  expect(sharingTable(bare)[2]).toMatch(/Do not: readers never see a commit\. \|$/);
  const [cell] = bare.matrix.cells;
  const refreshed = { ...cell!, options: { ...cell!.options, refresh: 'reopen' as const } };
  const both: Evidence = {
    ...bare,
    matrix: { ...bare.matrix, cells: [cell!, refreshed] },
    results: new Map([
      [cell!, stale],
      [refreshed, resultOf()],
    ]),
  };
  expect(sharingTable(both)[2]).toContain('Refresh before reading (`--refresh reopen`)');
});

test('`isolated` is called the baseline, and conflicts alone are usable with retries', () => {
  const conflict = { operation: 'insert', class: 'txn.conflict', count: 3 } as const;
  const errors = [{ ...conflict, example: 'conflict', holder: null }];
  const rows = sharingTable(
    evidenceOf(['isolated', resultOf()], ['connections', resultOf({ verdict: 'errors', errors })]),
  );
  expect(rows[2]).toContain('Nothing is shared: the baseline.');
  expect(rows[3]).toContain('Usable if the application tries conflicts again.');
});
