import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';

const INSERT = 'w0 insert 101-107/2 #1 @10-20';

describe('unexpected', () => {
  it('passes when somebody wrote every row', async () => {
    const text = `${INSERT}; r0 poll >100: 101-107/2#1 @15-16; audit seed 101-107/2#1`;
    const { verdict, because } = await check('unexpected', text);
    expect(verdict).toBe('pass');
    expect(because).toBe('each of 108 rows was written by somebody before it was read');
  });

  it.each([
    ['a batch nobody invoked', '101#9', [101], 'which nobody wrote there'],
    [
      'ids outside the operation',
      '101-104#1',
      [102, 104],
      "which is w0's insert 0 and has other rows",
    ],
    ['the seed outside its ids', '99-102#0', [101, 102], 'which is the seed and has other rows'],
  ])('fails on %s', async (_, rows, ids, why) => {
    const read = await check('unexpected', `${INSERT}; r0 poll >100: ${rows} @30-31`);
    const batch = Number(rows.split('#')[1]);
    expect(read).toMatchObject({ verdict: 'fail', count: ids.length });
    expect(read.findings).toEqual([
      { text: expect.any(String), process: 'r0', ids, batches: [batch], time_us: 31_000 },
    ]);
    expect(read.findings[0]?.text).toContain("r0's poll at 0.031 s returned row");
    expect(read.findings[0]?.text).toContain(`with batch ${batch}, ${why}`);
    expect(read.because).toContain(
      `${ids.length} value${ids.length > 1 ? 's' : ''} that nobody can have written by then: `,
    );
    const audit = await check('unexpected', `${INSERT}; audit ${rows}`);
    expect(audit).toMatchObject({ verdict: 'fail', count: ids.length });
    expect(audit.findings[0]).toMatchObject({ ids, process: null, time_us: null });
    expect(audit.findings[0]?.text).toContain('the audit returned row');
  });

  it('fails on a row with the batch of an increment', async () => {
    const { verdict } = await check('unexpected', 'w0 increment #1 @10-20; audit seed 101#1');
    expect(verdict).toBe('fail');
  });

  it('fails on rows that were read before their operation began', async () => {
    const early = await check('unexpected', `${INSERT}; r0 poll >100: 101-107/2#1 @8-9.9`);
    expect(early).toMatchObject({ verdict: 'fail', count: 4 });
    expect(early.findings[0]).toMatchObject({
      text: "r0's poll at 0.010 s returned rows of w0's insert 0, which was announced only at 0.010 s",
      ids: [101, 103, 105, 107],
      batches: [1],
    });
    const just = await check('unexpected', `${INSERT}; r0 poll >100: 101-107/2#1 @8-10`);
    expect(just.verdict).toBe('pass');
  });

  it('leaves rows of failed operations to aborted-read', async () => {
    const { verdict } = await check('unexpected', `${INSERT} fail; audit seed 101-107/2#1`);
    expect(verdict).toBe('pass');
    const outside = await check('unexpected', `${INSERT} fail; audit seed 102#1`);
    expect(outside.verdict).toBe('fail');
  });

  it('does not know rows of another copy', async () => {
    const text = 'w0 insert 101-104 #1 @10-20; audit seed 101-104#1; audit seed 101-104#1 copy 1';
    const { count } = await check('unexpected', text, { readers: 0 }, [['w0'], ['w1']]);
    expect(count).toBe(4);
  });

  it('fails on a counter above the increments acknowledged and in doubt', async () => {
    const text = `
      w0 increment #1 @10-20; w0 increment #2 @30-40 fail
      w0 increment #3 @50-60 info; w0 increment #4 @70`;
    const { verdict, count, findings } = await check('unexpected', `${text}; audit seed counter 4`);
    expect({ verdict, count }).toEqual({ verdict: 'fail', count: 1 });
    expect(findings).toEqual([
      {
        text: 'the counter is 4, and only 3 increments can have happened',
        process: null,
        ids: [],
        batches: [],
        time_us: null,
      },
    ]);
    for (const counter of [1, 3]) {
      const within = await check('unexpected', `${text}; audit seed counter ${counter}`);
      expect(within.verdict).toBe('pass');
    }
  });

  it('judges seed rows without writers, and is unknown without any row', async () => {
    expect((await check('unexpected', 'audit seed', { writers: 0 })).verdict).toBe('pass');
    expect((await check('unexpected', 'audit seed 101#0', { writers: 0 })).verdict).toBe('fail');
    expect(await check('unexpected', 'r0 poll >100: @1-2')).toMatchObject({
      verdict: 'unknown',
      because: 'no row was read',
    });
  });

  it.each([
    ['101-300100#9', 'rows 101-300100', 300_000],
    ['101-300100#1', 'rows 102-108 by 2, 109-100104, ...', 299_996],
    ['201-300200#1', 'rows 201-300200', 300_000],
    ['108-300107#1', 'rows 108-300107', 300_000],
    ['107-300106#1', 'rows 108-100107, ...', 299_999],
    ['1-100#1', 'rows 1-100', 100],
    ['1-101#1', 'rows 1-100', 100],
    ['100-300#1', 'rows 100-108 by 2, 109-300', 197],
    ['200-300/2#1', 'rows 200-300 by 2', 51],
  ])('names as many of the rows %s as it looks at', async (rows, said, count) => {
    const found = await check('unexpected', `${INSERT}; audit seed ${rows}`);
    expect(found.count).toBe(count);
    expect(found.findings[0]!.text).toContain(`the audit returned ${said} with batch`);
  });

  it('says nothing of the right rows beside one that nobody wrote', async () => {
    const { count, findings } = await check(
      'unexpected',
      `${INSERT}; r0 poll >100: 101-107/2#1 102#9 @30-31`,
    );
    expect(count).toBe(1);
    expect(findings).toMatchObject([{ ids: [102], batches: [9] }]);
  });
});
