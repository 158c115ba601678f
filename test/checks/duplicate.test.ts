import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';

const INSERT = 'w0 insert 101-104 #1 @10-20; r0 search 1#0 @12-13';

describe('duplicate', () => {
  it('passes when every id came back once in each read', async () => {
    const text = `${INSERT}; r0 poll >100: 101-104#1 @30-31; r0 poll >100: 101-104#1 @32-33; audit seed 101-104#1`;
    const { verdict, because } = await check('duplicate', text);
    expect(verdict).toBe('pass');
    expect(because).toBe('no id came back twice among 113 rows');
  });

  it.each([
    ['search', 'r0 search 7#0 5#0 7#0 @30-31'],
    ['poll', 'r0 poll >100: 101-104#1 103#1 @30-31'],
    ['drain', 'r0 drain >100: 102-104#1 101-102#1 @30-31'],
    ['point', 'r0 point 1-4: 1-4#0 4#2 @30-31'],
  ])('fails on one id twice in one %s', async (_, read) => {
    const { verdict, count } = await check('duplicate', `${INSERT}; ${read}; audit seed 101-104#1`);
    expect({ verdict, count }).toEqual({ verdict: 'fail', count: 1 });
  });

  it('says which rows, in which batches', async () => {
    const { findings, because } = await check(
      'duplicate',
      `${INSERT}; r0 poll >100: 101-104#1 103-104#2 @30-31`,
    );
    expect(findings).toEqual([
      {
        text: "r0's poll at 0.031 s returned rows 103-104 2 times",
        process: 'r0',
        ids: [103, 104],
        batches: [1, 2],
        time_us: 31_000,
      },
    ]);
    expect(because).toBe('2 rows came back more than once, 0 of them in the audit');
  });

  it('does not take interleaved runs for repeated rows', async () => {
    const read = 'r0 point 1-8: 1-7/2#3 2-8/2#4 @30-31; r0 point 1-8: 2-8/2#4 1-7/2#3 @32-33';
    expect((await check('duplicate', `${INSERT}; ${read}`)).verdict).toBe('pass');
  });

  it('finds a repeated row among interleaved runs of different steps', async () => {
    const read = 'r0 point 1-8: 1-7/2#3 4-7/3#4 @30-31';
    const { verdict, findings } = await check('duplicate', `${INSERT}; ${read}`);
    expect(verdict).toBe('fail');
    expect(findings[0]?.ids).toEqual([7]);
  });

  it.each([
    ['fail', '101#1'],
    ['pass', '199#1'],
  ])('looks at many runs in any order (%s)', async (verdict, last) => {
    const runs = Array.from({ length: 40 }, (_, i) => `${180 - 2 * i}#1`);
    const read = `r0 poll >100: ${last} ${runs.join(' ')} 101#1 @30-31`;
    expect((await check('duplicate', `${INSERT}; ${read}`)).verdict).toBe(verdict);
  });

  it('fails on one id twice in the audit, in one page or in two', async () => {
    for (const audit of [
      'audit seed 101-104#1 102-103#1',
      'audit seed 102-103#1 ...; audit 101-104#1',
    ]) {
      const { verdict, count, findings } = await check('duplicate', `${INSERT}; ${audit}`);
      expect({ verdict, count }).toEqual({ verdict: 'fail', count: 2 });
      expect(findings).toEqual([
        {
          text: 'the database has rows 102-103 more than once, again with batch 1',
          process: null,
          ids: [102, 103],
          batches: [1],
          time_us: null,
        },
      ]);
    }
  });

  it('keeps copies apart', async () => {
    const text = 'audit seed; audit seed copy 1';
    const { verdict } = await check('duplicate', text, { writers: 2, readers: 0 }, [
      ['w0'],
      ['w1'],
    ]);
    expect(verdict).toBe('pass');
  });

  it('fails on a file row twice', async () => {
    const { verdict, because, findings } = await check(
      'duplicate',
      `${INSERT}; audit seed twice 97`,
    );
    expect({ verdict, because }).toEqual({
      verdict: 'fail',
      because: '1 file row more than once in the audit',
    });
    expect(findings).toEqual([
      {
        text: 'the database has file row 97 more than once',
        process: null,
        ids: [97],
        batches: [],
        time_us: null,
      },
    ]);
  });

  it('counts file rows apart from rows', async () => {
    const text = `${INSERT}; audit seed 101-104#1 103-104#1 twice 97`;
    expect(await check('duplicate', text)).toMatchObject({
      count: 3,
      because:
        '2 rows came back more than once, 2 of them in the audit; 1 file row more than once in the audit',
    });
  });

  it('is unknown when no row was read', async () => {
    const { verdict, because } = await check('duplicate', 'w0 insert 101-104 #1 @10-20');
    expect({ verdict, because }).toEqual({ verdict: 'unknown', because: 'no row was read' });
  });

  it('judges seed rows without writers', async () => {
    const options = { writers: 0 };
    expect((await check('duplicate', 'audit seed', options)).verdict).toBe('pass');
    expect((await check('duplicate', 'audit seed 3#0', options)).verdict).toBe('fail');
  });

  it('looks at many runs that reach across each other', async () => {
    const runs = Array.from({ length: 20 }, (_, i) => `${102 + 4 * i}#1`);
    const read = (more: string): string =>
      `r0 poll >100: ${runs.join(' ')} 101-199/2#1 ${more} @30-31`;
    expect((await check('duplicate', `${INSERT}; ${read('')}`)).verdict).toBe('pass');
    expect((await check('duplicate', `${INSERT}; ${read('151#1')}`)).verdict).toBe('fail');
  });

  it('passes on rows in any order', async () => {
    const { verdict, findings } = await check('duplicate', `${INSERT}; r0 search 7#0 5#0 @30-31`);
    expect({ verdict, findings }).toEqual({ verdict: 'pass', findings: [] });
  });

  it('names repeated rows in their order, and the batches of the first', async () => {
    const two = await check('duplicate', `${INSERT}; r0 search 7#0 5#0 7#0 5#0 @30-31`);
    expect(two.findings).toMatchObject([{ ids: [5, 7], batches: [0, 0] }]);
    const rows = '99-100#4 101-107/3#1 103-105/2#2 104#3 108-109#5';
    const { findings } = await check('duplicate', `${INSERT}; r0 poll >98: ${rows} @30-31`);
    expect(findings).toMatchObject([{ ids: [104], batches: [1, 3] }]);
  });

  it('does not ask who wrote a repeated row', async () => {
    const text = 'w0 increment #9 @10-20; r0 poll >100: 105#9 105#9 @30-31';
    expect((await check('duplicate', text)).verdict).toBe('fail');
  });
});
