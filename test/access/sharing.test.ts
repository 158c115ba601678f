/** Each way of sharing, with real processes. */
import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../../src/core/options.ts';
import { shortRun, workerFixture } from '../support/run.ts';

const ways: [string, Partial<RunOptions>][] = [
  ['reopen', { access: 'reopen' }],
  ['reopen with announced writers', { access: 'reopen', intent: true }],
  ['owner', { access: 'owner' }],
  ['owner over HTTP and JSON', { access: 'owner', rpc: 'http-json' }],
  ['owner over TCP', { access: 'owner', listen: 'tcp' }],
  ['owner over HTTP, JSON and TCP', { access: 'owner', rpc: 'http-json', listen: 'tcp' }],
  ['threads', { access: 'threads' }],
  ['connections', { access: 'connections' }],
  ['isolated', { access: 'isolated' }],
];

it.each(ways)('%s works on a correct store', async (_, options) => {
  const { result } = await shortRun({ durationS: 1, rows: 100, dims: 8, ...options });
  expect(result.because).toContain('without an error');
  expect(result.verdict).toBe('works');
  expect(result.counts.reads_ok).toBeGreaterThan(0);
  expect(result.counts.writes_ok).toBeGreaterThan(0);
});

it('isolated processes have no freshness, and every copy is audited', async () => {
  const { result } = await shortRun({ access: 'isolated', durationS: 0.5 });
  expect(result.freshness_us).toBeNull();
  expect(result.counts.fresh_read_iterations).toBe(0);
  expect(result.checks.find(({ name }) => name === 'frozen')!.verdict).toBe('skipped');
  expect(result.audit!.rows).toBe(3 * 200 + result.counts.new_rows_inserted);
});

describe('an owner', () => {
  it('that is killed leaves its clients with a prompt error, and nobody hangs', async () => {
    const setup = { workerEntry: workerFixture('owner-killed') };
    const { result } = await shortRun({ access: 'owner', opTimeoutMs: 5000 }, setup);
    expect(result.verdict).toBe('errors');
    expect(result.processes.find(({ role }) => role === 'owner')).toMatchObject({
      state: 'died',
      signal: 'SIGKILL',
    });
    const clients = result.processes.filter(({ role }) => role !== 'owner');
    expect(clients.map(({ state }) => state)).toEqual(['finished', 'finished', 'finished']);
    expect(result.errors.map((error) => error.class)).toContain('owner.gone');
    expect(result.checks.find(({ name }) => name === 'lost')!.verdict).toBe('pass');
  });

  it('goes on serving the others when a client is killed', async () => {
    const setup = { workerEntry: workerFixture('crash') };
    const { result } = await shortRun({ access: 'owner' }, setup);
    const state = (role: string, index: number) =>
      result.processes.find((process) => process.role === role && process.index === index)!.state;
    expect(state('reader', 0)).toBe('died');
    expect(state('reader', 1)).toBe('finished');
    expect(state('owner', 0)).toBe('finished');
    expect(result.counts.writes_ok).toBeGreaterThan(0);
  });
});

describe('duckdb', () => {
  const duckdb = async (options: Partial<RunOptions>) => {
    const { result } = await shortRun({ backend: 'duckdb', dims: 64, rows: 1000, ...options });
    return result;
  };

  it('works with several connections of one instance', async () => {
    const result = await duckdb({ access: 'connections' });
    expect(result.verdict).toBe('works');
    expect(result.counts.fresh_read_iterations).toBeGreaterThan(0);
  });

  it('works through an owner', async () => {
    const result = await duckdb({ access: 'owner' });
    expect(result.verdict).toBe('works');
    expect(result.counts.fresh_read_iterations).toBeGreaterThan(0);
  });

  it('gets everybody to work if each operation opens and closes', async () => {
    const result = await duckdb({ access: 'reopen', writeRate: 4, durationS: 2, intent: true });
    expect(result.counts.writes_ok).toBeGreaterThan(0);
    expect(result.counts.reads_ok).toBeGreaterThan(0);
    expect(result.checks.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  });

  it('harms data, or takes the process down, with an instance a thread: a finding, no crash of ours', async () => {
    // Two threads that write overwrite each other's commits in every run that was seen.
    const result = await duckdb({ access: 'threads', writers: 2, readers: 1, durationS: 1.5 });
    const allDied = result.processes.every(({ state }) => state === 'died');
    expect(allDied ? 'wrong' : result.verdict).toBe('wrong');
  });
});
