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
  expect(both).toContain('lost or corrupted data: `threads`; contradicting reads: `reopen`.');
  const one = evidencePage(evidenceOf(['threads', wrong], ['owner', resultOf()]));
  expect(one).toContain('lost or corrupted data: `threads`.');
});
