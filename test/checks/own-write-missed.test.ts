import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';
import { circle, found, said } from '../support/order.ts';

const INSERT = 'w0 insert 101-104 #1 @10-20';
const MISSED =
  "own-write-missed: w0's poll at 0.031 s does not show w0's insert 0 (rows 101-104), which w0 itself wrote and had acknowledged at 0.020000 s";

describe('own-write-missed', () => {
  it('passes when a process sees what it wrote', async () => {
    const text = `${INSERT}; w0 poll >100: 101-104#1 @30-31; w0 search 7#0 @32-33`;
    expect(await check('own-write-missed', text)).toMatchObject({
      verdict: 'pass',
      count: 0,
      because: 'every process saw what it had written itself',
    });
  });

  it('fails when it does not', async () => {
    const text = `${INSERT}; w0 poll >100: @30-31`;
    expect(await said(text)).toEqual([MISSED]);
    expect(await circle(text)).toEqual([
      "w0's poll at 0.031 s -misses-> w0's insert 0",
      "w0's insert 0 -own-> w0's poll at 0.031 s",
    ]);
    expect(await check('own-write-missed', text)).toMatchObject({
      verdict: 'fail',
      where: 'reads',
      because: '1 read missed what the same process had written, or what came before it',
      findings: [{ process: 'w0', ids: [101, 102, 103, 104], batches: [1], time_us: 31_000 }],
    });
    expect((await found(text)).order).toMatchObject({ refuted: ['read-your-writes'] });
  });

  it('counts each read that does not', async () => {
    const reads = 'w0 poll >100: @30-31; w0 point 102: @32-33; w0 poll >100: 101-104#1 @34-35';
    const { counts } = await found(`${INSERT}; ${reads}`);
    expect(counts).toEqual({ 'own-write-missed': 2 });
    const { because } = await check('own-write-missed', `${INSERT}; ${reads}`);
    expect(because).toBe(
      '2 reads missed what the same process had written, or what came before it',
    );
  });

  it.each([
    ['another process', 'w1 poll >100: @30-31'],
    ['a read that began before the acknowledgement', 'w0 poll >100: @19.999-31'],
    ['other rows', 'w0 poll >104: @30-31'],
  ])('expects nothing of %s', async (_, read) => {
    expect(await said(`${INSERT}; ${read}`)).toEqual([]);
  });

  it('expects an operation that was acknowledged when the read began', async () => {
    expect(await said(`${INSERT}; w0 poll >100: @20-31`)).toEqual([MISSED]);
  });

  it.each(['fail', 'info'])('expects no operation with outcome %s', async (outcome) => {
    expect(await said(`${INSERT} ${outcome}; w0 poll >100: @30-31`)).toEqual([]);
  });

  it('expects the last of several operations, and what came before it', async () => {
    const writes = `${INSERT}; w0 reembed 1-4 #2 @30-40; w0 increment #3 @41-42; w0 insert 105-108 #4 @50-60`;
    expect(await said(`${writes}; w0 poll >100: 101-104#1 @45-46`)).toEqual([]);
    expect(await said(`${writes}; w0 search 3#0 @45-46`)).toEqual([
      "own-write-missed: w0's search at 0.046 s does not show w0's reembed 1 (rows 1-4), which w0 itself wrote and had acknowledged at 0.040000 s",
    ]);
    expect(await said(`${writes}; w0 poll >100<105: @45-46`)).toEqual([
      "own-write-missed: w0's poll at 0.046 s misses w0's insert 0 (rows 101-104), which was acknowledged at 0.020000 s, before w0's reembed 1 began at 0.030000 s, which w0 itself wrote and had acknowledged before it read",
    ]);
  });

  it('expects an operation of another one that came before its own', async () => {
    const writes = `w1 insert 201-204 #9 @1-2; ${INSERT}`;
    const text = `${writes}; w0 poll >200: @30-31`;
    expect(await said(text)).toEqual([
      "own-write-missed: w0's poll at 0.031 s misses w1's insert 0 (rows 201-204), which was acknowledged at 0.002000 s, before w0's insert 0 began at 0.010000 s, which w0 itself wrote and had acknowledged before it read",
    ]);
    expect(await circle(text)).toEqual([
      "w0's poll at 0.031 s -misses-> w1's insert 0",
      "w1's insert 0 -acknowledged-> w0's insert 0",
      "w0's insert 0 -own-> w0's poll at 0.031 s",
    ]);
    expect(await said(`${writes.replace('@1-2', '@1-10')}; w0 poll >200: @30-31`)).toEqual([]);
  });

  it('expects what another read says came before its own', async () => {
    const writes = 'w1 insert 201-204 #9 @10-30; w0 insert 101-104 #1 @12-22';
    const reads = 'r0 poll >100: 201-204#9 @14-23; w0 poll >200: @40-41';
    const text = `${writes}; ${reads}`;
    expect(await said(text)).toEqual([
      "own-write-missed: no one order explains that r0's poll at 0.023 s shows w1's insert 0 and not w0's insert 0, and that w0 itself wrote w0's insert 0, and w0's poll at 0.041 s does not show w1's insert 0",
    ]);
    expect(await circle(text)).toEqual([
      "w0's poll at 0.041 s -misses-> w1's insert 0",
      "w1's insert 0 -shows-> r0's poll at 0.023 s",
      "r0's poll at 0.023 s -misses-> w0's insert 0",
      "w0's insert 0 -own-> w0's poll at 0.041 s",
    ]);
    expect((await found(text)).order?.refuted).toEqual(['read-your-writes']);
  });

  it('names a read that also contradicts others', async () => {
    const writes = `
      w0 insert 101-104 #1 @10-40; w1 insert 201-204 #2 @10-60; w0 insert 301-304 #3 @50-51`;
    const reads = 'r0 poll >100<299: 201-204#2 @20-30; w0 poll >100: 101-104#1 @55-56';
    expect(await said(`${writes}; ${reads}`)).toEqual([
      "own-write-missed: w0's poll at 0.056 s does not show w0's insert 1 (rows 301-304), which w0 itself wrote and had acknowledged at 0.051000 s",
    ]);
    expect((await found(`${writes}; ${reads}`)).order?.refuted).toEqual([
      'consistent-prefix',
      'read-your-writes',
    ]);
  });

  it('judges a process whose own operations overlap', async () => {
    const writes = 'w0 insert 101-104 #1 @10-40; w0 insert 105-108 #2 @20-30';
    expect(await said(`${writes}; w0 poll >100: 105-108#2 @41-42`)).toEqual([
      "own-write-missed: w0's poll at 0.042 s does not show w0's insert 0 (rows 101-104), which w0 itself wrote and had acknowledged at 0.040000 s",
    ]);
    expect(await said(`${writes}; w0 poll >100: 105-108#2 @35-36`)).toEqual([]);
    expect(await said(`${writes}; w0 poll >100: 101-104#1 @35-36`)).toHaveLength(1);
  });

  it('judges each copy by itself, with one process or more', async () => {
    const text = `${INSERT}; w1 insert 101-104 #2 @10-20; w1 poll >100: @30-31; r0 search 7#0 @12-13`;
    const copies = [['w0', 'r0'], ['w1']];
    expect(await said(`${text}; w0 poll >100: 101-104#1 @30-31`, {}, copies)).toEqual([
      "own-write-missed: w1's poll at 0.031 s does not show w1's insert 0 (rows 101-104), which w1 itself wrote and had acknowledged at 0.020000 s",
    ]);
  });

  it('is skipped where no process both wrote and read', async () => {
    expect(await check('own-write-missed', `${INSERT}; r0 search 1#0 @12-13`)).toMatchObject({
      verdict: 'skipped',
      because: 'no process both wrote and read',
    });
    expect((await check('own-write-missed', `${INSERT}; w1 search 1#0 @12-13`)).verdict).toBe(
      'skipped',
    );
  });
});
