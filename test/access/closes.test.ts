/** What comes after the driver's acknowledgement lowers no outcome: real processes whose closes fail. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../../src/core/options.ts';
import type { Result } from '../../src/core/result.ts';
import { probe } from '../cli/probe.ts';
import { shortRun, temporaryDirectory, workerFixture } from '../support/run.ts';

const failing = (result: Result) => result.checks.filter(({ verdict }) => verdict === 'fail');

/** How many databases are closed once everybody closes. */
const ways: [string, number, Partial<RunOptions>][] = [
  ['processes', 3, { access: 'processes' }],
  ['connections', 1, { access: 'connections' }],
  ['owner', 1, { access: 'owner' }],
  ['isolated', 3, { access: 'isolated' }],
];

describe('a close that fails', () => {
  const workerEntry = workerFixture('close-fails');

  it.each(ways)(
    'is an error of its own with %s, and ends no process',
    async (_, closes, options) => {
      const { result } = await shortRun({ durationS: 0.5, ...options }, { workerEntry });
      expect(result.processes.map(({ state }) => state)).not.toContain('died');
      expect(result.errors).toMatchObject([
        { operation: 'close', class: 'lock.conflict', count: closes },
      ]);
      expect(failing(result)).toEqual([]);
      expect(result.verdict).toBe('errors');
      expect(result.because).toContain('close');
    },
  );

  it('makes no operation fail that opens and closes by itself, and recheck judges it alike', async () => {
    const dir = await temporaryDirectory();
    const results = { dir, save: true, history: true };
    for (const intent of [false, true]) {
      const options = { access: 'reopen', intent, increment: 'sql', durationS: 0.5 } as const;
      const { result, saved } = await shortRun(options, { workerEntry, results });
      const { counts, errors } = result;
      expect(counts).toMatchObject({ reads_err: 0, writes_err: 0, increments_err: 0, open_err: 0 });
      expect(Math.min(counts.reads_ok, counts.writes_ok, counts.increments_ok)).toBeGreaterThan(0);
      expect(errors).toMatchObject([{ operation: 'close', class: 'lock.conflict' }]);
      expect(errors[0]!.count).toBe(counts.open_ok);
      expect(failing(result)).toEqual([]);
      expect(result.verdict).toBe('errors');
      expect(Object.keys(result.latency_us)).not.toContain('close');

      const again = await probe(['recheck', saved.result!, '--json']);
      expect(JSON.parse(again.stdout)).toMatchObject({ verdict: 'errors' });
      const history = gunzipSync(readFileSync(join(dir, result.history ?? saved.history!)));
      expect(history.toString()).toContain('"f":"close"');
    }
  });
});

describe('an auditor that has read everything', () => {
  const endings = [
    ['cannot close the database', 'audit-close-fails', /no space left for the checkpoint at close/],
    ['dies at its close', 'audit-dies-at-close', /SIGSEGV/],
  ] as const;

  it.each(endings)(
    'and %s has found all rows: errors, nothing is lost',
    async (_, fixture, said) => {
      const setup = { workerEntry: workerFixture(fixture) };
      const { result } = await shortRun({ durationS: 0.5, increment: 'sql' }, setup);
      const { audit, checks } = result;
      expect(failing(result)).toEqual([]);
      expect(checks.find(({ name }) => name === 'lost')!.verdict).toBe('pass');
      expect(checks.find(({ name }) => name === 'lost-update')!.verdict).not.toBe('unknown');
      expect(audit).toMatchObject({ rows: 200 + result.counts.new_rows_inserted, lost: 0 });
      expect(audit!.counter).toBe(result.counts.increments_ok);
      expect(audit!.error).toMatch(said);
      expect(result.verdict).toBe('errors');
    },
  );
});
