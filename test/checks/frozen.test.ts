import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';

const WRITES = 'w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @30-40';

describe('frozen', () => {
  it('passes when the drain poll shows every old commit', async () => {
    const text = `${WRITES}; r0 drain >100: 101-104#1 105-108#2 @1041-1042`;
    expect(await check('frozen', text)).toMatchObject({
      verdict: 'pass',
      because: '1 reader saw every commit that was older than 1000 ms',
    });
  });

  it('fails when it misses one', async () => {
    const text = `${WRITES}; r0 drain >100: 101-104#1 @1041-1042; r1 drain >100: @1041-1042`;
    expect(await check('frozen', text)).toMatchObject({
      verdict: 'fail',
      count: 3,
      because:
        "2 of 2 readers missed commits acknowledged more than 1000 ms before: r0's drain poll at 1.042 s missed 1 of 2 commits, although it showed others: the oldest is w0's insert 1, acknowledged at 0.040 s",
      findings: [
        { process: 'r0', ids: [105], batches: [2], time_us: 1_042_000 },
        {
          text: "r1's drain poll at 1.042 s missed 2 of 2 commits, and no other was seen: the oldest is w0's insert 0, acknowledged at 0.020 s",
          process: 'r1',
          ids: [101, 105],
          batches: [1, 2],
          time_us: 1_042_000,
        },
      ],
    });
  });

  it('forgives what was acknowledged within the bound', async () => {
    const drain = 'r0 drain >100: 101-104#1';
    expect((await check('frozen', `${WRITES}; ${drain} @1040-1041`)).verdict).toBe('pass');
    expect((await check('frozen', `${WRITES}; ${drain} @1040.1-1041`)).verdict).toBe('fail');
    const longer = { stalenessBoundMs: 2000 };
    expect((await check('frozen', `${WRITES}; ${drain} @2021-2022`, longer)).verdict).toBe('pass');
  });

  it.each(['info', 'fail'])('does not expect an insert with outcome %s', async (outcome) => {
    const text = `${WRITES} ${outcome}; r0 drain >100: 101-104#1 @1041-1042`;
    expect((await check('frozen', text)).verdict).toBe('pass');
  });

  it('accepts any version, and any part, of a commit', async () => {
    const writes = 'w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @30-40';
    expect((await check('frozen', `${writes}; r0 drain >100: 101-104#2 @1041-1042`)).verdict).toBe(
      'pass',
    );
    expect(
      (await check('frozen', `${WRITES}; r0 drain >100: 101#1 108#2 @1041-1042`)).verdict,
    ).toBe('pass');
  });

  it('does not expect re-embeddings in a drain poll', async () => {
    const text = `${WRITES}; w0 reembed 1-4 #3 @50-60; r0 drain >100: 101-104#1 105-108#2 @1100-1101`;
    expect((await check('frozen', text)).verdict).toBe('pass');
  });

  it('judges only readers that made their drain poll', async () => {
    const text = `${WRITES}; r0 drain >100: 101-104#1 105-108#2 @1041-1042; r1 drain >100: fail @1041-1042; r2 poll >100: @1041-1042`;
    expect((await check('frozen', text)).verdict).toBe('pass');
  });

  it('is unknown without a commit, a drain poll, or a commit old enough', async () => {
    const because = async (text: string): Promise<string> => {
      const result = await check('frozen', text);
      expect(result.verdict).toBe('unknown');
      return result.because;
    };
    expect(await because('w0 insert 101-104 #1 @10; r0 drain >100: @1041-1042')).toBe(
      'no insert was acknowledged',
    );
    expect(await because('w0 reembed 1-4 #1 @10-20; r0 drain >100: @1041-1042')).toBe(
      'no insert was acknowledged',
    );
    expect(await because(WRITES)).toBe('no reader made its drain poll');
    expect(await because(`${WRITES}; r0 drain >100: @1000-1001`)).toBe(
      'no insert was acknowledged 1000 ms before a drain poll',
    );
  });

  it('is skipped where writers and readers share nothing', async () => {
    expect((await check('frozen', 'audit seed', { writers: 0 })).because).toBe(
      'there were no writers',
    );
    expect((await check('frozen', WRITES, { readers: 0 })).because).toBe('there were no readers');
    expect(
      (await check('frozen', `${WRITES}; r0 drain >100: @1041-1042`, {}, [['w0'], ['r0']])).because,
    ).toBe('no copy of the database had both a writer and a reader');
  });

  it('accepts the rows of an upsert as they were before, or as another one wrote them', async () => {
    for (const [ids, rows] of [
      ['1-4', '1-100#0'],
      ['100-103', '100#0'],
    ]) {
      const text = `w0 upsert ${ids} #1 @10-20; r0 drain >0: ${rows} @1041-1042`;
      expect((await check('frozen', text)).verdict).toBe('pass');
    }
    const writes = 'w0 upsert 101-104 #1 @10-20; w1 upsert 104-107 #2 @30-40';
    const last = await check('frozen', `${writes}; r0 drain >100: 104-107#2 @1041-1042`);
    expect(last.verdict).toBe('pass');
  });

  it('names the commit that was acknowledged first', async () => {
    const writes = 'w0 insert 101-104 #1 @10-50; w1 insert 201-204 #2 @20-30';
    const { findings } = await check('frozen', `${writes}; r0 drain >100: @1100-1101`);
    expect(findings[0]?.text).toContain("the oldest is w1's insert 0, acknowledged at 0.030 s");
    expect(findings[0]?.batches).toEqual([2, 1]);
  });

  it('keeps 64 rows and batches of evidence', async () => {
    const inserts = Array.from(
      { length: 70 },
      (_, i) => `w0 insert ${101 + i} #${1 + i} @${i}-${i}.5`,
    );
    const { count, findings } = await check(
      'frozen',
      `${inserts.join(';')}; r0 drain >100: @1100-1101`,
    );
    expect(count).toBe(70);
    expect(findings[0]?.ids).toEqual(Array.from({ length: 64 }, (_, i) => 101 + i));
    expect(findings[0]?.batches).toEqual(Array.from({ length: 64 }, (_, i) => 1 + i));
  });

  it('judges where any copy has a writer and a reader', async () => {
    const text = `${WRITES}; r0 drain >100: 101-104#1 105-108#2 @1041-1042; r1 search 1#0 @1-2`;
    expect((await check('frozen', text, {}, [['w0', 'r0'], ['r1']])).verdict).toBe('pass');
  });
});
