/** What a user must see with today's drivers: real processes, real files, a second of load. */
import { describe, expect, it } from 'vitest';
import { shortRun } from '../support/run.ts';

describe('lancedb', () => {
  it('works with one writer and two readers, and readers see the commits', async () => {
    const { result } = await shortRun({ backend: 'lancedb', refresh: 'reopen', durationS: 1.5 });
    expect(result.because).toContain('without an error');
    expect(result.verdict).toBe('works');
    expect(result.counts.reads_ok).toBeGreaterThan(0);
    expect(result.counts.writes_ok).toBeGreaterThan(0);
    expect(result.counts.fresh_read_iterations).toBeGreaterThan(0);
    expect(result.errors).toEqual([]);
    expect(result.audit!.lost).toBe(0);
  });

  it('is stale with handles that never look for the commits of others', async () => {
    const { result } = await shortRun({ backend: 'lancedb', refresh: 'default' });
    expect(result.verdict).toBe('stale');
    expect(result.counts.fresh_read_iterations).toBe(0);
    expect(result.counts.reads_ok).toBeGreaterThan(0);
    expect(result.checks.find(({ name }) => name === 'frozen')!.verdict).toBe('fail');
    expect(result.checks.filter(({ verdict }) => verdict === 'unknown')).toEqual([]);
  });
});

describe('duckdb', () => {
  it('refuses every reader beside a writer, with its own message and the holder', async () => {
    const { result } = await shortRun({ backend: 'duckdb' });
    expect(result.verdict).toBe('blocked');
    expect(result.counts.writes_ok).toBeGreaterThan(0);
    expect(result.counts.reads_ok).toBe(0);
    const writer = result.processes.find(({ role }) => role === 'writer')!;
    const [error] = result.errors;
    expect(error).toMatchObject({ operation: 'open', class: 'lock.conflict' });
    expect(error!.example).toContain('Could not set lock on file');
    expect(error!.holder).toContain(String(writer.pid));
    expect(error!.count).toBe(result.counts.open_err);
    for (const { role, state } of result.processes) {
      expect(state).toBe(role === 'writer' ? 'finished' : 'refused');
    }
    expect(result.audit!.lost).toBe(0);
  });

  it('refuses the writer if the readers open first', async () => {
    const { result } = await shortRun({ backend: 'duckdb', openOrder: 'readers' });
    expect(result.verdict).toBe('blocked');
    expect(result.counts.writes_ok).toBe(0);
    expect(result.counts.reads_ok).toBeGreaterThan(0);
  });

  it('lets all readers read without a writer', async () => {
    const { result } = await shortRun({ backend: 'duckdb', writers: 0 });
    expect(result.verdict).toBe('works');
    expect(result.counts.open_err).toBe(0);
    expect(result.counts.fresh_read_iterations).toBe(0);
  });

  it('works with a writer alone', async () => {
    const { result } = await shortRun({ backend: 'duckdb', readers: 0 });
    expect(result.verdict).toBe('works');
  });
});

it('proves nothing with --no-check, and does the same work', async () => {
  const { result } = await shortRun({ check: false });
  expect(result.verdict).toBe('unknown');
  expect(result.counts.reads_ok).toBeGreaterThan(0);
  expect(result.counts.fresh_read_iterations).toBeGreaterThan(0);
});
