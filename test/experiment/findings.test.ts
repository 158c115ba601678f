/** Findings about today's drivers that error counts do not show. Where a race decides, the run is long enough to make it near certain. */
import { describe, expect, it } from 'vitest';
import type { CheckName } from '../../src/core/names.ts';
import type { RunOptions } from '../../src/core/options.ts';
import type { CheckVerdict, Result } from '../../src/core/result.ts';
import { shortRun } from '../support/run.ts';

const lance = async (options: Partial<RunOptions>): Promise<Result> => {
  const { result } = await shortRun({ backend: 'lancedb', refresh: 'reopen', ...options });
  return result;
};
const verdictOf = (result: Result, check: CheckName): CheckVerdict =>
  result.checks.find(({ name }) => name === check)!.verdict;

describe('two writers of one LanceDB table', () => {
  it('duplicate keys that both upsert', async () => {
    // Some 20 pairs of upserts a second, each with a chance of about one half to overlap.
    const result = await lance({ writers: 2, readers: 1, keys: 'shared', durationS: 3 });
    expect(verdictOf(result, 'duplicate')).toBe('fail');
    expect(result.verdict).toBe('wrong');
    expect(result.errors).toEqual([]);
  });

  it('lose increments that they read and write back, without an error', async () => {
    const result = await lance({ writers: 2, readers: 0, increment: 'rmw', durationS: 3 });
    expect(verdictOf(result, 'lost-update')).toBe('fail');
    expect(result.verdict).toBe('wrong');
    expect(result.because).toMatch(/read|rmw/i);
  });

  it('lose no increment made in one statement', async () => {
    const result = await lance({ writers: 2, readers: 0, increment: 'sql', durationS: 2 });
    expect(verdictOf(result, 'lost-update')).toBe('pass');
    expect(result.counts.increments_ok).toBeGreaterThan(0);
  });
});
