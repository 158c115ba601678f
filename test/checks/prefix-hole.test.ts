import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';
import { circle, found, said } from '../support/order.ts';

const WRITES = `
  w0 insert 101-104 #1 @10-20
  w0 insert 105-108 #2 @30-40
  w0 insert 109-112 #3 @50-60
  r0 search 1#0 @12-13`;

/** What is said of a read that shows the last of those operations, and not the one in the middle. */
const HOLE = `prefix-hole: r0's poll at 0.071 s shows w0's insert 2 and not w0's insert 1 (rows 105-108), which was acknowledged at 0.040000 s, before w0's insert 2 began at 0.050000 s`;

describe('prefix-hole', () => {
  it('passes when each read shows a prefix of the operations', async () => {
    const reads =
      'r0 poll >100: 101-104#1 @21-22; r0 poll >100: 101-104#1 105-108#2 109-112#3 @70-71';
    expect(await check('prefix-hole', `${WRITES}; ${reads}`)).toMatchObject({
      verdict: 'pass',
      count: 0,
      because: '3 reads showed no operation without those that came before it',
    });
  });

  it.each([
    ['poll', 'poll'],
    ['drain', 'drain poll'],
  ])('fails on a hole in a %s', async (f, what) => {
    const read = `r0 ${f} >100: 101-104#1 109-112#3 @70-71`;
    expect(await check('prefix-hole', `${WRITES}; ${read}`)).toEqual({
      name: 'prefix-hole',
      verdict: 'fail',
      count: 1,
      because:
        '1 time an operation was shown without one that came before it, or two each over the other',
      findings: [
        {
          text: HOLE.replace('prefix-hole: ', '').replace('poll', what),
          process: 'r0',
          ids: [105, 106, 107, 108],
          batches: [2, 3],
          time_us: 71_000,
          edges: [
            { from: `r0's ${what} at 0.071 s`, to: "w0's insert 1", kind: 'misses' },
            { from: "w0's insert 1", to: "w0's insert 2", kind: 'acknowledged' },
            { from: "w0's insert 2", to: `r0's ${what} at 0.071 s`, kind: 'shows' },
          ],
        },
      ],
      where: 'reads',
    });
  });

  it('counts each read with a hole, and names the earliest operation that it misses', async () => {
    const reads = `
      r0 poll >100: 105-108#2 109-112#3 @70-71; r0 poll >100: 101-104#1 109-112#3 @72-73
      r1 poll >100: 109-112#3 @74-75`;
    const { said: texts, counts, order } = await found(`${WRITES}; ${reads}`);
    expect(counts).toEqual({ 'prefix-hole': 3 });
    expect(texts.map((text) => text.replace(/,.*/, ''))).toEqual([
      "prefix-hole: r0's poll at 0.071 s shows w0's insert 2 and not w0's insert 0 (rows 101-104)",
      "prefix-hole: r0's poll at 0.073 s shows w0's insert 2 and not w0's insert 1 (rows 105-108)",
      "prefix-hole: r1's poll at 0.075 s shows w0's insert 2 and not w0's insert 0 (rows 101-104)",
    ]);
    expect(order?.refuted).toEqual(['consistent-prefix']);
    const { because } = await check('prefix-hole', `${WRITES}; ${reads}`);
    expect(because).toBe(
      '3 times an operation was shown without one that came before it, or two each over the other',
    );
  });

  it('considers only rows that were asked for, in whatever interval', async () => {
    const right = `
      r0 poll >104: 105-108#2 109-112#3 @70-71
      r0 poll >108: 109-112#3 @72-73
      r0 poll >100<105,>108: 101-104#1 109-112#3 @74-75`;
    expect(await said(`${WRITES}; ${right}`)).toEqual([]);
    const across = 'r0 poll >100<105,>108: 109-112#3 @74-75';
    expect(await said(`${WRITES}; ${across}`)).toEqual([
      "prefix-hole: r0's poll at 0.075 s shows w0's insert 2 and not w0's insert 0 (rows 101-104), which was acknowledged at 0.020000 s, before w0's insert 2 began at 0.050000 s",
    ]);
  });

  it('leaves an operation of which a part is visible to another check', async () => {
    const read = 'r0 poll >100: 101-104#1 106#2 109-112#3 @70-71';
    expect((await found(`${WRITES}; ${read}`)).counts).toEqual({ fractured: 1 });
  });

  it('looks past an operation in doubt that nobody saw at those before it', async () => {
    const writes = WRITES.replace('@30-40', '@30-40 info');
    expect(await said(`${writes}; r0 poll >100: 101-104#1 109-112#3 @70-71`)).toEqual([]);
    expect(await said(`${writes}; r0 poll >100: 109-112#3 @70-71`)).toEqual([
      "prefix-hole: r0's poll at 0.071 s shows w0's insert 2 and not w0's insert 0 (rows 101-104), which was acknowledged at 0.020000 s, before w0's insert 2 began at 0.050000 s",
    ]);
  });

  it('orders an operation in doubt before what began after it was seen', async () => {
    const writes = WRITES.replace('@30-40', '@30-40 info');
    const seen = 'r1 poll >104: 105-108#2 @44-45';
    const text = `${writes}; ${seen}; r0 poll >100: 101-104#1 109-112#3 @70-71`;
    expect(await said(text)).toEqual([
      "prefix-hole: r0's poll at 0.071 s shows w0's insert 2 and not w0's insert 1 (rows 105-108), which r1's poll at 0.045 s had shown, before w0's insert 2 began at 0.050000 s",
    ]);
    expect(await circle(text)).toEqual([
      "r0's poll at 0.071 s -misses-> w0's insert 1",
      "w0's insert 1 -seen-> w0's insert 2",
      "w0's insert 2 -shows-> r0's poll at 0.071 s",
    ]);
    const late = 'r1 poll >104<109: 105-108#2 @44-50';
    expect(await said(`${writes}; ${late}; r0 poll >100: 101-104#1 109-112#3 @70-71`)).toEqual([]);
  });

  it('accepts another version of the earlier rows, unless it was written before them', async () => {
    const writes = `
      w0 upsert 101-104 #1 @10-20; w0 upsert 105-108 #3 @30-40
      w1 upsert 101-104 #2 @22-25; r0 search 1#0 @12-13`;
    expect(await said(`${writes}; r0 poll >100: 101-104#2 105-108#3 @70-71`)).toEqual([]);
    expect(await said(`${writes}; r0 poll >100: 101-104#77 105-108#3 @70-71`)).toEqual([]);
    expect(await said(`${writes}; r0 poll >100: 101-104#1 105-108#3 @70-71`)).toEqual([
      "prefix-hole: r0's poll at 0.071 s shows w0's upsert 1 and not w1's upsert 0 (rows 101-104), which was acknowledged at 0.025000 s, before w0's upsert 1 began at 0.030000 s",
    ]);
    const elsewhere = await said(`${writes}; r0 poll >100: 300#77 105-108#3 @70-71`);
    expect(elsewhere).toHaveLength(1);
  });

  it('accepts rows of which another operation hides a part', async () => {
    const writes = `
      w0 upsert 101-104 #1 @10-20; w0 upsert 105-108 #3 @30-40
      w1 upsert 103-104 #2 @12-25; r0 search 1#0 @12-13`;
    const right = 'r0 poll >100: 101-102#1 103-104#2 105-108#3 @70-71';
    expect(await said(`${writes}; ${right}`)).toEqual([]);
    const hole = 'r0 poll >100: 103-104#2 105-108#3 @70-71';
    expect(await said(`${writes}; ${hole}`)).toEqual([
      "prefix-hole: r0's poll at 0.071 s shows w0's upsert 1 and not w0's upsert 0 (rows 101-104), which was acknowledged at 0.020000 s, before w0's upsert 1 began at 0.030000 s",
    ]);
  });

  it('compares the operations of different writers', async () => {
    const writes = 'w0 insert 101-104 #1 @10-20; w1 insert 205-208 #2 @30-40';
    const read = 'r0 poll >100: 205-208#2 @50-51';
    expect(await said(`${writes}; ${read}`)).toEqual([
      "prefix-hole: r0's poll at 0.051 s shows w1's insert 0 and not w0's insert 0 (rows 101-104), which was acknowledged at 0.020000 s, before w1's insert 0 began at 0.030000 s",
    ]);
    for (const times of ['@20-40', '@19-40', '@5-40']) {
      expect(await said(`${writes.replace('@30-40', times)}; ${read}`)).toEqual([]);
    }
  });

  it('compares re-embeddings with inserts', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w0 insert 101-104 #2 @30-40';
    expect(await said(`${writes}; r0 poll >0: 1-100#0 101-104#2 @50-51`)).toEqual([
      "prefix-hole: r0's poll at 0.051 s shows w0's insert 1 and not w0's reembed 0 (rows 1-4), which was acknowledged at 0.020000 s, before w0's insert 1 began at 0.030000 s",
    ]);
    expect(await said(`${writes}; r0 search 101#2 3#0 @50-51`)).toHaveLength(1);
    expect(await said(`${writes}; r0 search 101#2 5#0 @50-51`)).toEqual([]);
    expect(await said(`${writes}; r0 poll >0: 1-4#1 5-100#0 @50-51`)).toEqual([]);
  });

  it('misses the seed where an operation is shown without it', async () => {
    const writes = 'w0 insert 101-104 #1 @10-20';
    expect(await said(`${writes}; r0 poll >99: 101-104#1 @30-31`)).toEqual([
      "prefix-hole: r0's poll at 0.031 s shows w0's insert 0 and not the seed (rows 1-100), which was there, before w0's insert 0 began at 0.010000 s",
    ]);
    expect(await said(`${writes}; r0 poll >99: 100#0 101-104#1 @30-31`)).toEqual([]);
    expect(await said(`${writes}; r0 poll >100: 101-104#1 @30-31`)).toEqual([]);
  });

  it('looks at upserts in any order of their rows', async () => {
    const writes = `
      w0 upsert 105-108 #1 @10-20; w0 upsert 101-104 #2 @30-40; w0 upsert 109-112 #3 @50-60`;
    const hole = await check('prefix-hole', `${writes}; r0 poll >100: 109-112#3 @70-71`);
    expect(hole.findings).toMatchObject([{ batches: [1, 3] }]);
    const second = await check(
      'prefix-hole',
      `${writes}; r0 poll >100: 105-108#1 109-112#3 @70-71`,
    );
    expect(second.findings).toMatchObject([{ batches: [2, 3] }]);
    expect(await said(`${writes}; r0 poll >104: 105-108#1 109-112#3 @70-71`)).toEqual([]);
  });

  it('looks past increments', async () => {
    const writes = `
      w0 insert 101-104 #1 @10-20; w0 increment #3 @42-43; w0 insert 105-108 #4 @50-60`;
    const hole = await check('prefix-hole', `${writes}; r0 poll >100: 105-108#4 @70-71`);
    expect(hole.findings).toMatchObject([{ batches: [1, 4] }]);
  });

  it('is skipped or unknown where it has nothing to judge', async () => {
    const result = async (
      ...args: Parameters<typeof check> extends [unknown, ...infer R] ? R : never
    ) => {
      const { verdict, because } = await check('prefix-hole', ...args);
      return `${verdict}: ${because}`;
    };
    expect(await result('audit seed', { writers: 0 })).toBe('skipped: there were no writers');
    expect(await result('audit seed', { readers: 0 })).toBe('skipped: there were no readers');
    expect(await result('audit seed', {}, [['w0'], ['r0']])).toBe(
      'skipped: no copy of the database had both a writer and a reader',
    );
    expect(await result(WRITES)).toBe('unknown: no read showed an operation');
    expect(await result('w0 insert 101-104 #1 @10-20')).toBe(
      'unknown: no search or poll succeeded',
    );
    expect(await result('w0 insert 101-104 #1 @10-20; r0 poll >100: 101-104#1 @30-31')).toBe(
      'unknown: no read overlapped a write',
    );
    expect(await result(`${WRITES}; r0 drain >100: @3000-3001`)).toBe(
      'skipped: no commit was ever seen (see frozen)',
    );
  });

  it('passes on what reads did show before a reader froze', async () => {
    const reads = 'r0 poll >100: 101-104#1 @70-71; r0 drain >100: 101-104#1 @3000-3001';
    expect((await check('prefix-hole', `${WRITES}; ${reads}`)).verdict).toBe('pass');
  });
});

describe('prefix-hole in one read that shows two operations over each other', () => {
  const TWO = 'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @12-22';

  it('fails, for neither can be the later one', async () => {
    const text = `${TWO}; r0 point 1-4: 1-2#1 3-4#2 @30-31`;
    expect(await said(text)).toEqual([
      "prefix-hole: no one order explains that r0's point at 0.031 s shows w1's reembed 0 over w0's reembed 0, and that r0's point at 0.031 s shows w0's reembed 0 over w1's reembed 0",
    ]);
    const { findings } = await check('prefix-hole', text);
    expect(findings).toMatchObject([
      {
        process: 'r0',
        ids: [1, 2, 3, 4],
        batches: [1, 2, 1],
        time_us: 31_000,
        edges: [
          { from: "w0's reembed 0", to: "w1's reembed 0", kind: 'replaced' },
          { from: "w1's reembed 0", to: "w0's reembed 0", kind: 'replaced' },
        ],
      },
    ]);
  });

  it('fails in a circle of three', async () => {
    const writes = `
      w0 reembed 1-2 #1 @10-20; w1 reembed 2-3 #2 @10-20; w2 reembed 1-3/2 #3 @10-20`;
    expect(await said(`${writes}; r0 point 1-3: 1#1 2#2 3#3 @30-31`)).toEqual([
      "prefix-hole: no one order explains that r0's point at 0.031 s shows w1's reembed 0 over w0's reembed 0, that r0's point at 0.031 s shows w2's reembed 0 over w1's reembed 0, and that r0's point at 0.031 s shows w0's reembed 0 over w2's reembed 0",
    ]);
    for (const rows of ['1#1 2#1 3#2', '1#3 2#1 3#3', '1#1 2#2 3#2', '1#3 2#2 3#3']) {
      expect(await said(`${writes}; r0 point 1-3: ${rows} @30-31`)).toEqual([]);
    }
  });

  it('accepts one over the other, in rows of both', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 3-6 #2 @12-22';
    expect(await said(`${writes}; r0 point 1-6: 1-4#1 5-6#2 @30-31`)).toEqual([]);
    expect(await said(`${writes}; r0 point 1-6: 1-2#1 3-6#2 @30-31`)).toEqual([]);
    expect(await said(`${writes}; r0 point 1-6: 1-3#1 4-6#2 @30-31`)).toHaveLength(1);
  });

  it('fails in a search, which shows some rows only', async () => {
    expect(await said(`${TWO}; r0 search 1#1 3#2 @30-31`)).toHaveLength(1);
    expect(await said(`${TWO}; r0 search 3#2 1#2 9#0 @30-31`)).toEqual([]);
  });
});

describe('prefix-hole over two reads of one session', () => {
  const WRITTEN = 'w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @30-40';

  it('fails where the second misses what came before an operation that the first shows', async () => {
    const text = `${WRITTEN}; r0 search 105#2 @50-51; r0 poll >100<105: @60-61`;
    expect(await said(text)).toEqual([
      "prefix-hole: over two reads: r0's search at 0.051 s shows w0's insert 1, and r0's poll at 0.061 s, later in the same session, misses w0's insert 0 (rows 101-104), which was acknowledged at 0.020000 s, before w0's insert 1 began at 0.030000 s",
    ]);
    expect(await circle(text)).toEqual([
      "r0's poll at 0.061 s -misses-> w0's insert 0",
      "w0's insert 0 -acknowledged-> w0's insert 1",
      "w0's insert 1 -shows-> r0's search at 0.051 s",
      "r0's search at 0.051 s -session-> r0's poll at 0.061 s",
    ]);
    const { order } = await found(text);
    expect(order?.refuted).toEqual(['monotonic-reads']);
  });

  it.each([
    ['another session', 'r1 search 105#2 @50-51; r0 poll >100<105: @60-61'],
    ['the other order', 'r0 poll >100<105: @50-51; r0 search 105#2 @60-61'],
    ['reads that overlap', 'r0 search 105#2 @50-51; r0 poll >100<105: @50.9-61'],
  ])('accepts it in %s', async (_, reads) => {
    expect(await said(`${WRITTEN}; ${reads}`)).toEqual([]);
  });

  it('fails where two reads that overlap, of one session, contradict each other', async () => {
    const writes = 'w0 insert 101-104 #1 @10-40; w1 insert 201-204 #2 @10-40';
    const reads = 'r0 poll >100: 101-104#1 @20-30; r0 poll >100: 201-204#2 @22-32';
    expect(await said(`${writes}; ${reads}`)).toEqual([
      "prefix-hole: no one order explains that r0's poll at 0.030 s shows w0's insert 0 and not w1's insert 0, and that r0's poll at 0.032 s shows w1's insert 0 and not w0's insert 0",
    ]);
  });

  it('fails where two searches of one session show two operations over each other', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 3-6 #2 @12-22';
    const reads = 'r0 search 1#1 3#2 @30-31; r0 search 4#1 5#2 @32-33';
    expect(await said(`${writes}; ${reads}`)).toEqual([
      "prefix-hole: no one order explains that r0's search at 0.031 s shows w1's reembed 0 over w0's reembed 0, and that r0's search at 0.033 s shows w0's reembed 0 over w1's reembed 0",
    ]);
  });
});
