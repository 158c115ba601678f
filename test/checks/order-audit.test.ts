/** The final state is explained by the order, too. */
import { describe, expect, it } from 'vitest';
import { check, failing, judged } from '../support/history-dsl.ts';
import { circle, found, said } from '../support/order.ts';

const TWO = 'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @12-22';

describe('an audit that shows operations over each other', () => {
  it('is a prefix-hole, for none of two can be the last', async () => {
    const text = `${TWO}; audit 1-2#1 3-4#2 5-100#0`;
    expect(await said(text)).toEqual([
      "prefix-hole: no one order explains that the audit shows w0's reembed 0 over w1's reembed 0, and that the audit shows w1's reembed 0 over w0's reembed 0",
    ]);
    expect(await circle(text)).toEqual([
      "w1's reembed 0 -replaced-> w0's reembed 0",
      "w0's reembed 0 -replaced-> w1's reembed 0",
    ]);
    const { verdict, where, count, findings } = await check('prefix-hole', text);
    expect({ verdict, where, count }).toEqual({ verdict: 'fail', where: 'final', count: 1 });
    expect(findings).toMatchObject([{ process: null, time_us: null, ids: [1, 2, 3, 4] }]);
  });

  it('is one in a circle of three', async () => {
    const writes = 'w0 reembed 1-2 #1 @10-20; w1 reembed 2-3 #2 @10-20; w2 reembed 1-3/2 #3 @10-20';
    expect(await said(`${writes}; audit 1#1 2#2 3#3 4-100#0`)).toEqual([
      "prefix-hole: no one order explains that the audit shows w2's reembed 0 over w1's reembed 0, that the audit shows w0's reembed 0 over w2's reembed 0, and that the audit shows w1's reembed 0 over w0's reembed 0",
    ]);
    expect(await said(`${writes}; audit 1#1 2#2 3#2 4-100#0`)).toEqual([]);
  });

  it('is one where several stand over one of them', async () => {
    const writes = 'w0 reembed 1-3 #1 @10-20; w1 reembed 1-3/2 #2 @10-20; w2 reembed 2 #3 @10-20';
    expect((await found(`${writes}; audit 1#2 2#3 3#1 4-100#0`)).counts).toEqual({
      'prefix-hole': 1,
    });
    expect((await found(`${writes}; audit 1#2 2#3 3#2 4-100#0`)).counts).toEqual({});
  });

  it('is one over operations of which nobody knows whether they were acknowledged', async () => {
    for (const ends of ['#1 @10-20 info', '#1 @10']) {
      const text = `w0 reembed 1-4 ${ends}; w1 reembed 1-4 #2 @12; audit 1-2#1 3-4#2 5-100#0`;
      expect((await found(text)).counts).toEqual({ 'prefix-hole': 1 });
    }
  });

  it('is one against the time at which a read had shown one of them', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-60; w1 reembed 3-6 #2 @30-70';
    const audit = 'audit 1-4#1 5-6#2 7-100#0';
    expect(await said(`${writes}; r0 search 1#1 @20-21; ${audit}`)).toEqual([
      "prefix-hole: no one order explains that w0's reembed 0 had been shown by r0's search at 0.021 s before w1's reembed 0 began, and that the audit shows w0's reembed 0 over w1's reembed 0",
    ]);
    expect(await said(`${writes}; r0 search 1#1 @29-30; ${audit}`)).toEqual([]);
  });

  it('is a long-fork against what other reads say', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-60; w1 reembed 3-6 #2 @10-60';
    const audit = 'audit 1-4#1 5-6#2 7-100#0';
    const text = `${writes}; r0 point 1,5: 1#1 5#0 @20-21; ${audit}`;
    expect(await said(text)).toEqual([
      "long-fork: no one order explains that r0's point at 0.021 s shows w0's reembed 0 and not w1's reembed 0, and that the audit shows w0's reembed 0 over w1's reembed 0",
    ]);
    expect(await check('long-fork', text)).toMatchObject({ where: 'final', count: 1 });
    expect(await said(`${writes}; r0 point 1,5: 1#0 5#2 @20-21; ${audit}`)).toEqual([]);
  });

  it('is judged without a read and without a reader, and in each copy by itself', async () => {
    const text = `${TWO}; audit 1-2#1 3-4#2 5-100#0`;
    expect(failing(await judged(text, { readers: 0 }))).toEqual(['prefix-hole']);
    const apart = `
      ${TWO}; w2 reembed 1-4 #3 @10-20; w3 reembed 1-4 #4 @10-20
      audit 1-4#1 5-100#0; audit 1-2#3 3-4#4 5-100#0 copy 1`;
    const copies = [
      ['w0', 'w1'],
      ['w2', 'w3'],
    ];
    const { counts, said: texts } = await found(apart, { readers: 0 }, copies);
    expect(counts).toEqual({ 'prefix-hole': 1 });
    expect(texts[0]).toContain("shows w2's reembed 0 over w3's reembed 0");
  });
});

describe('an audit that one order explains', () => {
  it.each([
    ['one operation is over the other everywhere', '1-4#2'],
    ['nothing is there', '1-4#0'],
  ])('says nothing where %s', async (_, rows) => {
    expect((await found(`${TWO}; audit ${rows} 5-100#0`)).counts).toEqual({});
  });

  it('says nothing of operations in part in common, one over the other', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 3-6 #2 @12-22';
    for (const rows of ['1-2#1 3-6#2', '1-4#1 5-6#2']) {
      expect(await said(`${writes}; audit ${rows} 7-100#0`)).toEqual([]);
    }
  });

  it('says nothing of an audit that did not end', async () => {
    expect(await said(`${TWO}; audit 1-2#1 3-4#2 5-100#0 error oom`)).toEqual([]);
  });

  it('leaves what is there of a failed operation to aborted-read', async () => {
    const under = `
      w0 reembed 1-4 #1 @10-60; r0 search 1#1 @20-21; w1 reembed 3-6 #2 @30-40 fail
      audit 1-4#1 5-6#2 7-100#0`;
    const over = `
      w0 reembed 1-4 #1 @10-60; r0 search 1#0 @5-6; w1 reembed 1-4 #2 @15-40 fail
      audit 1-2#1 3-4#2 5-100#0`;
    for (const text of [under, over]) {
      expect(failing(await judged(text))).toEqual(['aborted-read']);
      expect(await found(text)).toMatchObject({ counts: {}, order: { refuted: [] } });
    }
  });

  it('leaves an older version over a newer one to fractured and lost', async () => {
    const text = 'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @30-40; audit 1-2#1 3-4#2 5-100#0';
    expect(failing(await judged(text)).toSorted()).toEqual(['fractured', 'lost']);
  });
});
