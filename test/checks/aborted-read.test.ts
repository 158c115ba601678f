import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';

const FAILED = 'w0 insert 101-104 #1 @10-20 fail';

describe('aborted-read', () => {
  it('passes when nothing of a failed operation was visible', async () => {
    const { verdict, because } = await check('aborted-read', `${FAILED}; r0 poll >100: @30-31`);
    expect(verdict).toBe('unknown');
    expect(because).toBe('no row was read');
    expect(
      await check('aborted-read', `${FAILED}; r0 search 1#0 @30-31; audit seed`),
    ).toMatchObject({
      verdict: 'pass',
      because: 'nothing of 1 failed operation was visible',
    });
    expect((await check('aborted-read', `${FAILED}; audit seed`)).verdict).toBe('pass');
    const one = await check('aborted-read', `${FAILED}; r0 search 1#0 @30-31; audit 1#0`);
    expect(one.verdict).toBe('pass');
  });

  it.each(['search 101-102#1', 'poll >100: 101-102#1', 'point 101-102: 101-102#1'])(
    'fails on rows of one in a %s',
    async (read) => {
      const text = `${FAILED}; r0 ${read} @15-16; audit seed`;
      const { verdict, count, because, findings } = await check('aborted-read', text);
      expect({ verdict, count }).toEqual({ verdict: 'fail', count: 1 });
      expect(because).toBe('rows of failed operations were visible 1 time');
      const f = read.split(' ')[0];
      expect(findings).toEqual([
        {
          text: `r0's ${f} at 0.016 s showed 2 rows of w0's insert 0, which failed at 0.020 s`,
          process: 'r0',
          ids: [101, 102, 103, 104],
          batches: [1],
          time_us: 16_000,
        },
      ]);
    },
  );

  it('counts only rows that the operation writes', async () => {
    const failed = 'w0 insert 101-107/2 #1 @10-20 fail';
    const { findings } = await check('aborted-read', `${failed}; r0 poll >100: 102-105#1 @30-31`);
    expect(findings[0]?.text).toContain("showed 2 rows of w0's insert 0");
    const other = await check('aborted-read', `${failed}; r0 poll >100: 102#1 @30-31`);
    expect(other.verdict).toBe('pass');
  });

  it('fails on rows of one in the audit', async () => {
    const { verdict, count, findings } = await check(
      'aborted-read',
      `${FAILED}; audit seed 101-104#1`,
    );
    expect({ verdict, count }).toEqual({ verdict: 'fail', count: 4 });
    expect(findings).toEqual([
      {
        text: "the audit showed 4 rows of w0's insert 0, which failed at 0.020 s",
        process: null,
        ids: [101, 102, 103, 104],
        batches: [1],
        time_us: null,
      },
    ]);
  });

  it.each(['@10', '@10-20 info', '@10-20'])('allows rows of any other (%s)', async (end) => {
    const text = `w0 insert 101-104 #1 ${end}; w0 insert 105-108 #2 @30-40 fail`;
    const { verdict } = await check('aborted-read', `${text}; audit seed 101-104#1`);
    expect(verdict).toBe('pass');
  });

  it('is skipped when no operation failed', async () => {
    expect(
      await check('aborted-read', 'w0 insert 101-104 #1 @10-20 info; audit seed'),
    ).toMatchObject({
      verdict: 'skipped',
      because: 'no operation certainly failed',
    });
  });

  it('counts more times than it keeps evidence of', async () => {
    const reads = Array.from({ length: 7 }, (_, i) => `r0 search 101#1 @${20 + i}-${20 + i}.5`);
    const { count, findings } = await check('aborted-read', `${FAILED}; ${reads.join(';')}`);
    expect(count).toBe(7);
    expect(findings.map((found) => found.time_us)).toEqual([
      20_500, 21_500, 22_500, 23_500, 24_500,
    ]);
  });
});
