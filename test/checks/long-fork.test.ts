import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';
import { circle, found, said } from '../support/order.ts';

const TWO = 'w0 insert 101-104 #1 @10-40; w1 insert 201-204 #2 @10-40';
const FORK =
  "long-fork: no one order explains that r0's poll at 0.022 s shows w0's insert 0 and not w1's insert 0, and that r1's poll at 0.024 s shows w1's insert 0 and not w0's insert 0";

describe('long-fork', () => {
  it('passes when all readers saw the operations in one order', async () => {
    const reads = `
      r0 poll >100: 101-104#1 @20-22; r1 poll >100: 101-104#1 @23-24
      r1 poll >100: 101-104#1 201-204#2 @41-42; r2 search 1#0 @12-13`;
    expect(await check('long-fork', `${TWO}; ${reads}`)).toMatchObject({
      verdict: 'pass',
      count: 0,
      because: 'one order explains all 4 reads of 2 sessions',
    });
  });

  it('fails when one saw A and not B, and another B and not A', async () => {
    const text = `${TWO}; r0 poll >100: 101-104#1 @20-22; r1 poll >100: 201-204#2 @23-24`;
    expect(await said(text)).toEqual([FORK]);
    expect(await circle(text)).toEqual([
      "r1's poll at 0.024 s -misses-> w0's insert 0",
      "w0's insert 0 -shows-> r0's poll at 0.022 s",
      "r0's poll at 0.022 s -misses-> w1's insert 0",
      "w1's insert 0 -shows-> r1's poll at 0.024 s",
    ]);
    expect(await check('long-fork', text)).toMatchObject({
      verdict: 'fail',
      where: 'reads',
      because: '1 read contradicted what others had shown',
      findings: [{ process: 'r1', ids: [101, 102, 103, 104], batches: [1, 2], time_us: 24_000 }],
    });
    expect((await found(text)).order?.refuted).toEqual(['consistent-prefix']);
  });

  it('leaves a read that contradicts others out of what follows', async () => {
    const reads = `
      r0 poll >100: 101-104#1 @20-22; r1 poll >100: 201-204#2 @23-24
      r2 poll >100: 101-104#1 @25-26; r1 poll >100: 201-204#2 @27-28`;
    const { counts } = await found(`${TWO}; ${reads}`);
    expect(counts).toEqual({ 'long-fork': 2 });
    const { because } = await check('long-fork', `${TWO}; ${reads}`);
    expect(because).toBe('2 reads contradicted what others had shown');
  });

  it('says nothing of rows that were not asked for', async () => {
    const reads = 'r0 poll >100<200: 101-104#1 @20-22; r1 poll >200: 201-204#2 @23-24';
    expect(await said(`${TWO}; ${reads}`)).toEqual([]);
  });

  it('fails in a circle of three that is right in pairs', async () => {
    const writes = `
      w0 insert 101-104 #1 @10-40; w1 insert 201-204 #2 @10-40; w2 insert 301-304 #3 @10-40`;
    const reads = `
      r0 point 101,102,201: 101-102#1 @20-22; r1 point 201,202,301: 201-202#2 @23-24`;
    expect(await said(`${writes}; ${reads}`)).toEqual([]);
    const third = 'r2 point 101,301,302: 301-302#3 @25-26';
    expect(await said(`${writes}; ${reads}; ${third}`)).toEqual([
      "long-fork: no one order explains that r0's point at 0.022 s shows w0's insert 0 and not w1's insert 0, that r1's point at 0.024 s shows w1's insert 0 and not w2's insert 0, and that r2's point at 0.026 s shows w2's insert 0 and not w0's insert 0",
    ]);
  });

  it('fails over operations that times put between', async () => {
    // A, then C of the same writer; B overlaps both.
    const writes = `
      w0 insert 101-104 #1 @10-20; w0 insert 105-108 #3 @25-30; w1 insert 201-204 #2 @10-40`;
    const reads = 'r0 poll >200: 201-204#2 @11-12; r1 poll >100<200: 101-104#1 @31-32';
    expect(await said(`${writes}; ${reads}`)).toEqual([]);
    const fork = `
      r0 poll >100: 201-204#2 @11-12; r1 poll >104: 105-108#3 @31-32`;
    expect(await said(`${writes}; ${fork}`)).toEqual([
      "prefix-hole: r1's poll at 0.032 s shows w0's insert 1 and not w1's insert 0 (rows 201-204), which r0's poll at 0.012 s had shown, before w0's insert 1 began at 0.025000 s",
    ]);
    const late = `
      r0 poll >100: 201-204#2 @11-26; r1 poll >104: 105-108#3 @31-32`;
    expect(await said(`${writes}; ${late}`)).toEqual([
      "long-fork: no one order explains that r0's poll at 0.026 s shows w1's insert 0 and not w0's insert 0, that w0's insert 0 was acknowledged at 0.020000 s before w0's insert 1 began, and that r1's poll at 0.032 s shows w0's insert 1 and not w1's insert 0",
    ]);
    expect(await circle(`${writes}; ${late}`)).toEqual([
      "r1's poll at 0.032 s -misses-> w1's insert 0",
      "w1's insert 0 -shows-> r0's poll at 0.026 s",
      "r0's poll at 0.026 s -misses-> w0's insert 0",
      "w0's insert 0 -acknowledged-> w0's insert 1",
      "w0's insert 1 -shows-> r1's poll at 0.032 s",
    ]);
  });

  it('fails where versions crossed between two reads', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 3-6 #2 @12-22';
    const text = `${writes}; r0 search 1#1 3#2 @30-31; r1 search 4#1 5#2 @32-33`;
    expect(await said(text)).toEqual([
      "long-fork: no one order explains that r0's search at 0.031 s shows w1's reembed 0 over w0's reembed 0, and that r1's search at 0.033 s shows w0's reembed 0 over w1's reembed 0",
    ]);
    expect(await check('long-fork', text)).toMatchObject({
      findings: [
        {
          process: 'r1',
          ids: [1, 2, 3, 4],
          batches: [1, 2, 1],
          edges: [
            { from: "w0's reembed 0", to: "w1's reembed 0", kind: 'replaced' },
            { from: "w1's reembed 0", to: "w0's reembed 0", kind: 'replaced' },
          ],
        },
      ],
    });
    expect((await found(text)).order?.refuted).toEqual(['consistent-prefix']);
    const same = `${writes}; r0 search 1#1 3#2 @30-31; r1 search 2#1 6#2 4#2 @32-33`;
    expect(await said(same)).toEqual([]);
  });

  it('fails where a pair of one read leads back over what another one misses', async () => {
    const writes = `
      w0 reembed 1-4 #1 @10-30; w1 reembed 3-6 #2 @10-30; w2 insert 101-104 #3 @10-30`;
    // r0: 2 before 3; r1: 3 before 1; r2 shows 2 over 1.
    const reads = `
      r0 point 5,101: 5#2 @31-32; r1 point 1,101: 1#0 101#3 @33-34; r2 search 1#1 3#2 @35-36`;
    expect(await said(`${writes}; ${reads}`)).toEqual([
      "long-fork: no one order explains that r0's point at 0.032 s shows w1's reembed 0 and not w2's insert 0, that r1's point at 0.034 s shows w2's insert 0 and not w0's reembed 0, and that r2's search at 0.036 s shows w1's reembed 0 over w0's reembed 0",
    ]);
  });

  it('fails over the reads of two sessions, each of which goes on', async () => {
    // Each read alone asks for rows of one operation only.
    const reads = `
      r0 poll >100<200: 101-104#1 @20-21; r0 poll >200: @22-23
      r1 poll >200: 201-204#2 @20-21; r1 poll >100<200: @22-23.5`;
    const text = `${TWO}; ${reads}`;
    expect(await said(text)).toEqual([
      "long-fork: no one order explains that r0's poll at 0.021 s shows w0's insert 0, and r0's poll at 0.023 s, later in the same session, does not show w1's insert 0, and that r1's poll at 0.021 s shows w1's insert 0, and r1's poll at 0.024 s, later in the same session, does not show w0's insert 0",
    ]);
    expect(await circle(text)).toEqual([
      "r1's poll at 0.024 s -misses-> w0's insert 0",
      "w0's insert 0 -shows-> r0's poll at 0.021 s",
      "r0's poll at 0.021 s -session-> r0's poll at 0.023 s",
      "r0's poll at 0.023 s -misses-> w1's insert 0",
      "w1's insert 0 -shows-> r1's poll at 0.021 s",
      "r1's poll at 0.021 s -session-> r1's poll at 0.024 s",
    ]);
    expect((await found(text)).order?.refuted).toEqual(['monotonic-reads']);
  });

  it('is told of more than it describes', async () => {
    const reads = Array.from(
      { length: 8 },
      (_, i) => `r${1 + i} poll >100: 201-204#2 @23-${24 + i}`,
    );
    const { count, findings } = await check(
      'long-fork',
      `${TWO}; r0 poll >100: 101-104#1 @20-22; ${reads.join(';')}`,
    );
    expect(count).toBe(8);
    expect(findings.map(({ process }) => process)).toEqual(['r1', 'r2', 'r3', 'r4', 'r5']);
  });

  it('is skipped or unknown where nobody could contradict anybody', async () => {
    const result = async (
      ...args: Parameters<typeof check> extends [unknown, ...infer R] ? R : never
    ) => {
      const { verdict, because } = await check('long-fork', ...args);
      return `${verdict}: ${because}`;
    };
    const reads = 'r0 search 1#0 @12-13; r1 poll >100: 101-104#1 @41-42';
    expect(await result('audit seed', { writers: 0 })).toBe('skipped: there were no writers');
    expect(await result('audit seed', { readers: 0 })).toBe('skipped: there were no readers');
    expect(
      await result(TWO, {}, [
        ['w0', 'w1'],
        ['r0', 'r1'],
      ]),
    ).toBe('skipped: no copy of the database had both a writer and a reader');
    expect(await result(`${TWO}; r0 search 1#0 @12-13`)).toBe(
      'skipped: one reader has nobody to contradict',
    );
    expect(await result(`w0 insert 101-104 #1 @10-40; ${reads}`)).toBe(
      'skipped: the operations of one writer have one order',
    );
    expect(await result(`${TWO}; ${reads}`)).toBe(
      'unknown: fewer than two sessions saw an operation',
    );
    expect(await result(`${TWO}; r0 drain >100: @3000-3001; r1 search 1#0 @12-13`)).toBe(
      'skipped: no commit was ever seen (see frozen)',
    );
    expect(await result(`${TWO}; r1 point 1: 1#0 @12-13`)).toBe(
      'unknown: no search or poll succeeded',
    );
    expect(await result(`${TWO}; r1 search 1#0 @50-51`)).toBe(
      'unknown: no read overlapped a write',
    );
  });
});
