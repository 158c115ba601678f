import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';
import { circle, found, said } from '../support/order.ts';

const WRITES = 'w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @30-40';

describe('frozen', () => {
  it('passes when every late read shows every old operation', async () => {
    const text = `${WRITES}; r0 drain >100: 101-104#1 105-108#2 @1041-1042`;
    expect(await check('frozen', text)).toMatchObject({
      verdict: 'pass',
      because: 'no read missed what was acknowledged more than 1 s before it began',
    });
  });

  it('counts each read that misses one, and each reader once', async () => {
    const reads = `
      r0 drain >100: 101-104#1 @1041-1042
      r1 poll >100: @1041-1042; r1 drain >100: @1051-1052`;
    const text = `${WRITES}; ${reads}`;
    const first =
      "r0's drain poll at 1.042 s began 1,001 ms after w0's insert 1 was acknowledged, and does not show it (rows 105-108)";
    expect(await check('frozen', text)).toMatchObject({
      verdict: 'fail',
      count: 3,
      because: `3 reads of 2 readers began more than 1 s after an acknowledgement and missed it, or what came before it: ${first}`,
      findings: [
        {
          text: first,
          process: 'r0',
          ids: [105, 106, 107, 108],
          batches: [2],
          time_us: 1_042_000,
          edges: [
            { from: "r0's drain poll at 1.042 s", to: "w0's insert 1", kind: 'misses' },
            { from: "w0's insert 1", to: "r0's drain poll at 1.042 s", kind: 'bound' },
          ],
        },
        { process: 'r1', ids: [101, 102, 103, 104], batches: [1], time_us: 1_042_000 },
        { process: 'r1', time_us: 1_052_000 },
      ],
      where: 'reads',
    });
    const { said: texts, order } = await found(text);
    expect(texts[1]).toBe(
      "frozen: r1's poll at 1.042 s began 1,021 ms after w0's insert 0 was acknowledged, and does not show it (rows 101-104)",
    );
    expect(order).toMatchObject({ behind_us: 1_031_000, refuted: ['bounded-staleness'] });
    const alone = await check('frozen', `${WRITES}; r0 drain >100: 101-104#1 @1041-1042`);
    expect(alone.because).toBe(
      `1 read of 1 reader began more than 1 s after an acknowledgement and missed it, or what came before it: ${first}`,
    );
  });

  it('forgives what was acknowledged within the bound', async () => {
    const drain = 'r0 drain >100: 101-104#1';
    expect(await said(`${WRITES}; ${drain} @1040-1041`)).toEqual([]);
    expect(await said(`${WRITES}; ${drain} @1040.001-1041`)).toHaveLength(1);
    const longer = { stalenessBoundMs: 2000 };
    expect(await said(`${WRITES}; ${drain} @2040-2041`, longer)).toEqual([]);
    expect(await said(`${WRITES}; ${drain} @2040.001-2041`, longer)).toHaveLength(1);
  });

  it('says how far behind reads were at most, within the bound too', async () => {
    const reads =
      'r0 poll >100: @25-26; r0 poll >100: 101-104#1 @47-48; r1 poll >100: 101-104#1 @45-46';
    expect((await found(`${WRITES}; ${reads}`)).order).toMatchObject({
      behind_us: 7000,
      refuted: [],
    });
    const early = 'r0 poll >100: @15-16; r0 poll >100: @19-20';
    expect((await found(`${WRITES}; ${early}`)).order?.behind_us).toBeNull();
    const equal = 'r0 poll >100: @20-21';
    expect((await found(`${WRITES}; ${equal}`)).order?.behind_us).toBeNull();
    const whole = 'r0 poll >100: 101-104#1 @20.001-21';
    expect((await found(`${WRITES}; ${whole}`)).order?.behind_us).toBe(0);
  });

  it.each(['info', 'fail'])('does not expect an insert with outcome %s', async (outcome) => {
    const text = `${WRITES} ${outcome}; r0 drain >100: 101-104#1 @1041-1042`;
    expect((await check('frozen', text)).verdict).toBe('pass');
  });

  it('judges reads of any kind, and re-embeddings too', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w0 insert 101-104 #2 @2000-2001';
    const late = (what: string): string =>
      `frozen: r0's ${what} at 1.101 s began 1,080 ms after w0's reembed 0 was acknowledged, and does not show it (rows 1-4)`;
    for (const [what, read] of [
      ['search', 'search 7#0 3#0'],
      ['point', 'point 3-9/3: 3-9/3#0'],
      ['poll', 'poll >0<5: 1-4#0'],
      ['drain poll', 'drain >2<4: 3#0'],
    ] as const) {
      expect(await said(`${writes}; r0 ${read} @1100-1101`)).toEqual([late(what)]);
    }
    for (const read of ['search 7#0', 'point 6-9/3: 6-9/3#0', 'poll >4<9: 5-8#0', 'drain >100:']) {
      expect(await said(`${writes}; r0 ${read} @1100-1101`)).toEqual([]);
    }
  });

  it('expects an upsert over rows of the seed, or beside them', async () => {
    for (const [ids, rows] of [
      ['1-4', '1-100#0'],
      ['100-103', '100#0'],
    ]) {
      const text = `w0 upsert ${ids} #1 @10-20; r0 drain >0: 1-99#0 100#0 @1041-1042`;
      expect(await said(text)).toEqual([
        `frozen: r0's drain poll at 1.042 s began 1,021 ms after w0's upsert 0 was acknowledged, and does not show it (rows ${ids})`,
      ]);
      const after = `w0 upsert ${ids} #1 @10-20; r0 drain >99: ${rows === '100#0' ? '' : '100#0'} @30-31`;
      expect((await found(after)).order?.refuted).toEqual([]);
    }
    const straddling = 'w0 upsert 99-102 #1 @10-20; r0 drain >100: @1041-1042';
    expect(await said(straddling)).toHaveLength(1);
  });

  it('accepts any version that can have come later', async () => {
    const writes = 'w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @30-40';
    expect(await said(`${writes}; r0 drain >100: 101-104#2 @1041-1042`)).toEqual([]);
    expect(await said(`${writes}; r0 drain >100: 101-104#1 @1041-1042`)).toHaveLength(1);
    const partly = 'w0 upsert 101-104 #1 @10-20; w1 upsert 104-107 #2 @15-40';
    expect(await said(`${partly}; r0 drain >100: 101-103#1 104-107#2 @1041-1042`)).toEqual([]);
    expect(await said(`${partly}; r0 drain >100: 104-107#2 @1041-1042`)).toEqual([
      "frozen: r0's drain poll at 1.042 s began 1,021 ms after w0's upsert 0 was acknowledged, and does not show it (rows 101-104)",
    ]);
  });

  it('names the operation that was acknowledged first', async () => {
    const writes = 'w0 insert 101-104 #1 @10-50; w1 insert 201-204 #2 @20-30';
    expect(await said(`${writes}; r0 drain >100: @1100-1101`)).toEqual([
      "frozen: r0's drain poll at 1.101 s began 1,070 ms after w1's insert 0 was acknowledged, and does not show it (rows 201-204)",
    ]);
  });

  it('names no other operation that was acknowledged at the same instant', async () => {
    const writes = 'w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @12-20';
    expect(await said(`${writes}; r0 drain >100: 101-104#1 @1100-1101`)).toEqual([
      "frozen: r0's drain poll at 1.101 s began 1,080 ms after w1's insert 0 was acknowledged, and does not show it (rows 201-204)",
    ]);
  });

  it('expects what came before an acknowledged operation that was not asked for', async () => {
    const writes = 'w0 insert 101-104 #1 @10-20 info; w1 insert 201-204 #2 @30-40';
    const text = `${writes}; r1 poll >100<105: 101-104#1 @22-23; r0 poll >100<105: @1100-1101`;
    expect(await said(text)).toEqual([
      "frozen: r0's poll at 1.101 s began 1,060 ms after w1's insert 0 was acknowledged, and misses w0's insert 0 (rows 101-104), which r1's poll at 0.023 s had shown before that began",
    ]);
    expect(await circle(text)).toEqual([
      "r0's poll at 1.101 s -misses-> w0's insert 0",
      "w0's insert 0 -seen-> w1's insert 0",
      "w1's insert 0 -bound-> r0's poll at 1.101 s",
    ]);
    // An increment touches no row that anybody reads: it is no reason, whenever it was acknowledged.
    const counted = text.replace('w0 insert', 'w2 increment #9 @24-40; w0 insert');
    expect(await said(counted)).toEqual(await said(text));
    const slow = text.replace('@10-20 info', '@10-1095');
    expect(await said(slow)).toEqual(await said(text));
    const long = 'w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @30-40';
    const missed = `${long}; r0 poll >100<105: @1015-1016`;
    expect((await found(missed)).order).toMatchObject({ behind_us: 995_000 });
  });

  it('expects what another read says came before an old operation', async () => {
    const writes = 'w0 insert 101-104 #1 @10-2000; w1 insert 201-204 #2 @10-20';
    const text = `${writes}; r1 poll >100: 101-104#1 @12-19; r0 poll >100<105: @1100-1101`;
    expect(await said(text)).toEqual([
      "frozen: no one order explains that r1's poll at 0.019 s shows w0's insert 0 and not w1's insert 0, and that r0's poll at 1.101 s began long after w1's insert 0 was acknowledged, and does not show w0's insert 0",
    ]);
    expect(await circle(text)).toEqual([
      "r0's poll at 1.101 s -misses-> w0's insert 0",
      "w0's insert 0 -shows-> r1's poll at 0.019 s",
      "r1's poll at 0.019 s -misses-> w1's insert 0",
      "w1's insert 0 -bound-> r0's poll at 1.101 s",
    ]);
    const pairs = `
      w0 reembed 1-4 #1 @10-2000; w1 reembed 3-6 #2 @10-20
      r1 search 1#1 3#2 @12-19; r0 search 1#0 @1100-1101`;
    expect(await said(pairs)).toEqual([
      "frozen: no one order explains that r1's search at 0.019 s shows w1's reembed 0 over w0's reembed 0, and that r0's search at 1.101 s began long after w1's reembed 0 was acknowledged, and does not show w0's reembed 0",
    ]);
  });

  it('leaves a read that contradicts another to the check of that', async () => {
    const reads = 'r0 poll >100: 105-108#2 @1100-1101';
    expect((await found(`${WRITES}; ${reads}`)).counts).toEqual({ 'prefix-hole': 1 });
  });

  it('expects the seed of everybody', async () => {
    expect(await said('w0 insert 101-104 #1 @10-20; r0 point 2-4/2: @1100-1101')).toEqual([
      "frozen: r0's point at 1.101 s began 1,100 ms after the seed was acknowledged, and does not show it (rows 1-100)",
    ]);
  });

  it('says nothing of a drain poll that failed', async () => {
    const text = `${WRITES}; r0 drain >100: 101-104#1 105-108#2 @1041-1042; r1 drain >100: fail @1041-1042`;
    expect((await check('frozen', text)).verdict).toBe('pass');
  });

  it('keeps 64 rows of evidence', async () => {
    const { count, findings } = await check(
      'frozen',
      'w0 insert 101-170 #1 @10-20; r0 drain >100: @1100-1101',
    );
    expect(count).toBe(1);
    expect(findings[0]?.ids).toEqual(Array.from({ length: 64 }, (_, i) => 101 + i));
  });

  it('is unknown without an operation, a read, or a read that is late enough', async () => {
    const because = async (text: string): Promise<string> => {
      const result = await check('frozen', text);
      expect(result.verdict).toBe('unknown');
      return result.because;
    };
    for (const write of [
      'w0 insert 101-104 #1 @10',
      'w0 insert 101-104 #1 @10-20 fail',
      'w0 increment #1 @10-20',
    ]) {
      expect(await because(`${write}; r0 drain >100: @1041-1042`)).toBe(
        'no write of rows was acknowledged',
      );
    }
    expect(await because(WRITES)).toBe('no reader read anything');
    const late = 'no read began 1 s after an acknowledgement';
    expect(await because(`${WRITES}; r0 drain >100: @1000-1001`)).toBe(late);
    expect(await because(`${WRITES}; r0 drain >100: @1020-1021`)).toBe(late);
    expect((await check('frozen', `${WRITES}; r0 search 1#0 @1020.001-1021`)).verdict).toBe('pass');
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

  it('judges where any copy has a writer and a reader', async () => {
    const text = `${WRITES}; r0 drain >100: 101-104#1 105-108#2 @1041-1042; r1 search 1#0 @1-2`;
    expect((await check('frozen', text, {}, [['w0', 'r0'], ['r1']])).verdict).toBe('pass');
  });
});
