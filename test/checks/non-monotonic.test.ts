import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';

const INSERT = 'w0 insert 101-104 #1 @10-20; r0 search 1#0 @12-13';
const SEEN = `${INSERT}; r0 poll >100: 101-104#1 @30-31`;

describe('non-monotonic', () => {
  it('passes when a reader went on seeing what it had seen', async () => {
    const { verdict, because } = await check(
      'non-monotonic',
      `${SEEN}; r0 poll >100: 101-104#1 @32-33`,
    );
    expect(verdict).toBe('pass');
    expect(because).toBe('1 reader read on after having seen commits, and never went back');
  });

  it.each([
    ['poll', 'r0 poll >100: 101-102#1 @40-41'],
    ['drain', 'r0 drain >100: 101-102#1 @40-41'],
    ['point', 'r0 point 101-104: 101-102#1 @40-41'],
  ])('fails on rows that a later %s misses', async (f, read) => {
    const { verdict, count, because, findings } = await check('non-monotonic', `${SEEN}; ${read}`);
    expect({ verdict, count }).toEqual({ verdict: 'fail', count: 2 });
    expect(because).toBe('2 rows seen by a reader were gone or older in a later read of its own');
    const what = f === 'drain' ? 'drain poll' : f;
    expect(findings).toEqual([
      {
        text: `reader r0 saw rows 103-104 of w0's insert 0 at 0.031 s and not in r0's ${what} at 0.041 s`,
        process: 'r0',
        ids: [103, 104],
        batches: [1],
        time_us: 41_000,
      },
    ]);
  });

  it('counts a row that is gone once', async () => {
    const reads = 'r0 poll >100: 101-103#1 @40-41; r0 poll >100: 101-103#1 @42-43';
    expect((await check('non-monotonic', `${SEEN}; ${reads}`)).count).toBe(1);
  });

  it('expects a row that a search or a point read showed', async () => {
    const reads = 'r0 search 101#1 @30-31; r0 poll >100: @40-41';
    expect((await check('non-monotonic', `${INSERT}; ${reads}`)).count).toBe(1);
    const seed = 'r0 point 1-4: 1-4#0 @30-31; r0 point 2-8/2: 2#0 6-8/2#0 @40-41';
    const result = await check('non-monotonic', `${INSERT}; ${seed}`);
    expect(result.findings[0]).toMatchObject({ ids: [4], batches: [0] });
    expect(result.findings[0]?.text).toBe(
      "reader r0 saw row 4 of the seed and not in r0's point at 0.041 s",
    );
  });

  it('is not disturbed by new rows beside one that is gone', async () => {
    const writes = `${SEEN}; w0 insert 105-108 #2 @32-33`;
    const { count } = await check(
      'non-monotonic',
      `${writes}; r0 poll >100: 101-103#1 105-108#2 @40-41`,
    );
    expect(count).toBe(1);
  });

  it('is not disturbed by a repeated row, or one that nobody wrote', async () => {
    for (const rows of ['101-103#1 101#1', '101-103#1 101#1 300#77', '101-103#77']) {
      const { count } = await check('non-monotonic', `${SEEN}; r0 poll >100: ${rows} @40-41`);
      expect(count).toBe(1);
    }
    const all = '101-104#1 101#1 300#77';
    expect((await check('non-monotonic', `${SEEN}; r0 poll >100: ${all} @40-41`)).verdict).toBe(
      'pass',
    );
  });

  it('expects only what a read asked for', async () => {
    const reads = `
      r0 poll >104: @40-41
      r0 poll >100<103: 101-102#1 @42-43
      r0 search 1#0 @44-45
      r0 point 101-103/2: 101-103/2#1 @46-47`;
    expect((await check('non-monotonic', `${SEEN}; ${reads}`)).verdict).toBe('pass');
  });

  it('keeps readers apart', async () => {
    const { verdict } = await check(
      'non-monotonic',
      `${SEEN}; r1 poll >100: @40-41; r0 search 1#0 @42-43`,
    );
    expect(verdict).toBe('pass');
  });

  it('takes only a read that began after the former ended for a later one', async () => {
    expect(
      (await check('non-monotonic', `${SEEN}; r0 poll >100: @30.5-41; r0 search 1#0 @50-51`))
        .verdict,
    ).toBe('pass');
    expect((await check('non-monotonic', `${SEEN}; r0 poll >100: @31-41`)).verdict).toBe('fail');
  });

  it('fails on a row that went back to the seed', async () => {
    const text = 'w0 reembed 1-4 #1 @10-20; r0 search 2#1 @12-13; r0 search 2#0 @30-31';
    const { verdict, count, findings } = await check('non-monotonic', text);
    expect({ verdict, count }).toEqual({ verdict: 'fail', count: 1 });
    expect(findings).toEqual([
      {
        text: "reader r0 saw row 2 of w0's reembed 0 at 0.013 s, and the seed again in r0's search at 0.031 s",
        process: 'r0',
        ids: [2],
        batches: [1, 0],
        time_us: 31_000,
      },
    ]);
  });

  it('fails on a row that went back behind an operation that was acknowledged before', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @30-40; r0 search 9#0 @12-13';
    const back = await check(
      'non-monotonic',
      `${writes}; r0 point 1-4: 1-4#2 @50-51; r0 point 1-4: 1-2#2 3-4#1 @60-61`,
    );
    expect(back).toMatchObject({ verdict: 'fail', count: 2 });
    const on = `${writes}; r0 point 1-4: 1-4#1 @50-51; r0 point 1-4: 1-4#2 @60-61`;
    expect((await check('non-monotonic', `${on}; r0 search 1#2 @70-71`)).verdict).toBe('pass');
  });

  it('accepts concurrent operations in either order, but not back and forth', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-30; w1 reembed 1-4 #2 @15-25; r0 search 9#0 @12-13';
    for (const [a, b] of [
      [1, 2],
      [2, 1],
    ]) {
      const reads = `r0 search 1#${a} @40-41; r0 search 1#${b} @42-43`;
      const { verdict } = await check(
        'non-monotonic',
        `${writes}; ${reads}; r0 search 1#${b} @44-45`,
      );
      expect(verdict).toBe('pass');
      const again = await check('non-monotonic', `${writes}; ${reads}; r0 search 1#${a} @44-45`);
      expect(again).toMatchObject({ verdict: 'fail', count: 1, findings: [{ batches: [b, a] }] });
    }
  });

  it('remembers a concurrent version through a third one', async () => {
    const writes = `
      w0 reembed 1-4 #1 @10-90; w1 reembed 1-4 #2 @15-90; w2 reembed 1-4 #3 @20-90
      r0 search 9#0 @12-13`;
    const reads = 'r0 search 1#1 @40-41; r0 search 1#2 @42-43; r0 search 1#3 @44-45';
    const result = await check('non-monotonic', `${writes}; ${reads}; r0 search 1#1 @46-47`);
    expect(result).toMatchObject({ verdict: 'fail', findings: [{ batches: [3, 1] }] });
  });

  it('remembers a version that excludes another one through a concurrent third', async () => {
    const writes = `
      w0 reembed 1-4 #1 @10-20; w0 reembed 1-4 #2 @30-40; w1 reembed 1-4 #3 @5-90
      r0 search 9#0 @12-13`;
    const reads = 'r0 search 1#2 @41-42; r0 search 1#3 @43-44';
    const result = await check('non-monotonic', `${writes}; ${reads}; r0 search 1#1 @46-47`);
    expect(result).toMatchObject({ verdict: 'fail', findings: [{ batches: [2, 1] }] });
  });

  it('forgets what a later version follows', async () => {
    const writes = `
      w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @12-22; w0 reembed 1-4 #3 @30-40
      r0 search 9#0 @12-13`;
    const reads = 'r0 search 1#1 @41-42; r0 search 1#2 @43-44; r0 search 1#3 @45-46';
    expect((await check('non-monotonic', `${writes}; ${reads}`)).verdict).toBe('pass');
    const back = await check('non-monotonic', `${writes}; ${reads}; r0 search 1#1 @47-48`);
    expect(back).toMatchObject({ verdict: 'fail', findings: [{ batches: [3, 1] }] });
  });

  it('accepts a version as often as it comes', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-30; w1 reembed 1-4 #2 @15-25; r0 search 9#0 @12-13';
    const reads = [40, 42, 44, 46].map((ms) => `r0 search 1#1 @${ms}-${ms + 1}`).join('; ');
    expect((await check('non-monotonic', `${writes}; ${reads}`)).verdict).toBe('pass');
    const mixed = [50, 52, 54, 56].map((ms) => `r0 search 1#2 @${ms}-${ms + 1}`).join('; ');
    expect((await check('non-monotonic', `${writes}; ${reads}; ${mixed}`)).verdict).toBe('pass');
  });

  it('reports one way back once, and the next again', async () => {
    const text =
      'w0 reembed 1-4 #1 @10-20; r0 search 2#1 @12-13; r0 search 2#0 @30-31; r0 search 2#0 @32-33';
    expect((await check('non-monotonic', text)).count).toBe(1);
    expect(
      (await check('non-monotonic', `${text}; r0 search 2#1 @34-35; r0 search 2#0 @36-37`)).count,
    ).toBe(2);
  });

  it('names what each row came back from', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w0 reembed 1-2 #2 @30-40; r0 search 9#0 @12-13';
    const reads = 'r0 point 1-4: 1-2#2 3-4#1 @50-51; r0 point 1-4: 1-4#0 @60-61';
    const { count, findings } = await check('non-monotonic', `${writes}; ${reads}`);
    expect(count).toBe(4);
    expect(findings.map(({ batches }) => batches)).toEqual([
      [2, 0],
      [1, 0],
    ]);
  });

  it('accepts an operation in doubt, but not its going', async () => {
    for (const end of ['@10', '@10-20 info']) {
      const writes = `w0 reembed 1-4 #1 ${end}; w1 reembed 1-4 #2 @30-40; r0 search 9#0 @12-13`;
      const late = `${writes}; r0 search 1#2 @50-51; r0 search 1#1 @52-53; r0 search 9#0 @54-55`;
      expect((await check('non-monotonic', late)).verdict).toBe('pass');
      const gone = `${writes}; r0 search 1#1 @22-23; r0 search 1#0 @24-25`;
      expect((await check('non-monotonic', gone)).verdict).toBe('fail');
    }
  });

  it('gives two versions of one row in one read no order', async () => {
    const writes = 'w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @12-22; r0 search 9#0 @12-13';
    const read = (ms: number): string => `r0 poll >100: 101-104#1 101-104#2 @${ms}-${ms + 1}`;
    expect(
      (await check('non-monotonic', `${writes}; ${read(30)}; ${read(40)}; ${read(50)}`)).verdict,
    ).toBe('pass');
  });

  it('leaves rows of failed operations to another check', async () => {
    const text =
      'w0 insert 101-104 #1 @10-20 fail; r0 poll >100: 101-104#1 @12-13; r0 poll >100: @14-15';
    expect((await check('non-monotonic', text)).count).toBe(0);
    const seen = `${SEEN}; w0 upsert 101-104 #2 @32-33 fail; r0 poll >100: 101-104#2 @40-41`;
    expect((await check('non-monotonic', `${seen}; r0 poll >100: 101-104#1 @42-43`)).count).toBe(0);
  });

  it('judges an overlap of operations in part row by row', async () => {
    const writes = 'w0 upsert 101-104 #1 @10-20; w1 upsert 103-106 #2 @30-40; r0 search 9#0 @12-13';
    const reads =
      'r0 poll >100: 101-102#1 103-106#2 @50-51; r0 poll >100: 101-104#1 105-106#2 @52-53';
    const { count, findings } = await check('non-monotonic', `${writes}; ${reads}`);
    expect(count).toBe(2);
    expect(findings[0]).toMatchObject({ ids: [103, 104], batches: [2, 1] });
  });

  it('is unknown unless a reader read on after seeing a commit', async () => {
    expect(await check('non-monotonic', `${INSERT}; r0 poll >100: 101-104#1 @30-31`)).toMatchObject(
      {
        verdict: 'unknown',
        because: 'no reader read again after it had seen a commit',
      },
    );
    const apart =
      'w0 insert 101-104 #1 @10-20; r0 poll >100: 101-104#1 @30-31; r0 search 1#0 @32-33';
    expect((await check('non-monotonic', apart)).because).toBe('no read overlapped a write');
  });

  it('is skipped where readers saw nothing because they are frozen', async () => {
    expect(await check('non-monotonic', `${INSERT}; r0 drain >100: @3000-3001`)).toMatchObject({
      verdict: 'skipped',
      because: 'no commit was ever seen (see frozen)',
    });
    const late = `${SEEN}; w0 insert 105-108 #2 @32-33; r0 drain >100: 101-104#1 @3000-3001`;
    expect((await check('non-monotonic', late)).verdict).toBe('pass');
  });

  it('is skipped without writers or readers', async () => {
    expect((await check('non-monotonic', 'audit seed', { writers: 0 })).verdict).toBe('skipped');
    expect((await check('non-monotonic', 'audit seed', { readers: 0 })).verdict).toBe('skipped');
  });

  it('counts a row as new, not as one seen before, beside one that is gone', async () => {
    const text = `${SEEN}; w0 insert 105-105 #2 @32-33; r0 poll >100: 101-102#1 105#2 @40-41`;
    expect((await check('non-monotonic', text)).count).toBe(2);
  });

  it('misses all rows of a point read that returns none', async () => {
    expect((await check('non-monotonic', `${SEEN}; r0 point 101-104: @40-41`)).count).toBe(4);
  });

  it('knows rows by their ids, however a read packs them', async () => {
    const writes = 'w0 insert 101-107/2 #1 @10-20; r0 search 1#0 @12-13';
    const reads = 'r0 poll >100: 101-107/2#1 @30-31; r0 poll >100: 101#1 103#1 105#1 107#1 @40-41';
    expect((await check('non-monotonic', `${writes}; ${reads}`)).verdict).toBe('pass');
  });

  it('does not expect a row again that was never one of its operation', async () => {
    const reads = 'r0 poll >100: 101-105#1 @40-41; r0 poll >100: 101-104#1 @42-43';
    expect((await check('non-monotonic', `${SEEN}; ${reads}`)).verdict).toBe('pass');
  });

  it('judges the last seed row like any other', async () => {
    const text = 'w0 reembed 100 #1 @10-20; r0 search 100#1 @12-13; r0 search 100#0 @30-31';
    expect((await check('non-monotonic', text)).count).toBe(1);
  });

  it('fails on the way back between two operations on the same rows', async () => {
    const writes = 'w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @30-40; r0 search 9#0 @12-13';
    const reads = 'r0 poll >100: 101-104#2 @50-51; r0 poll >100: 101-104#1 @60-61';
    expect((await check('non-monotonic', `${writes}; ${reads}`)).count).toBe(4);
  });

  it('judges a row beside one that came back twice', async () => {
    const text = 'w0 reembed 1-4 #1 @10-20; r0 search 2#1 @12-13; r0 search 5#0 5#0 2#0 @30-31';
    expect((await check('non-monotonic', text)).count).toBe(1);
  });

  it('remembers a concurrent version through two others that follow each other', async () => {
    const writes = `
      w0 reembed 1-4 #1 @5-90; w1 reembed 1-4 #2 @10-20; w1 reembed 1-4 #3 @30-40
      r0 search 9#0 @12-13`;
    const reads = 'r0 search 1#1 @41-42; r0 search 1#2 @43-44; r0 search 1#3 @45-46';
    const result = await check('non-monotonic', `${writes}; ${reads}; r0 search 1#1 @47-48`);
    expect(result).toMatchObject({ verdict: 'fail', findings: [{ batches: [3, 1] }] });
  });

  it('keeps apart what rows have shown that now show the same', async () => {
    const writes = `
      w0 reembed 1-4 #1 @10-90; w1 reembed 1-4 #2 @15-90; w2 reembed 1-4 #3 @20-90
      r0 search 9#0 @12-13; r0 search 1#1 2#2 @40-41; r0 search 1-2#3 @42-43`;
    const right = await check('non-monotonic', `${writes}; r0 search 1#2 2#1 @44-45`);
    expect(right.verdict).toBe('pass');
    const wrong = await check('non-monotonic', `${writes}; r0 search 1#1 2#2 @44-45`);
    expect(wrong).toMatchObject({ verdict: 'fail', count: 2 });
  });

  it('does not take a failed operation for a commit that was seen', async () => {
    const writes = 'w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @30-40 fail';
    const reads =
      'r0 search 1#0 @12-13; r0 poll >104: 105-108#2 @42-43; r0 poll >104: 105-108#2 @44-45';
    expect(await check('non-monotonic', `${writes}; ${reads}`)).toMatchObject({
      verdict: 'unknown',
      because: 'no reader read again after it had seen a commit',
    });
  });

  it('passes on one reader although another one is frozen', async () => {
    const reads = 'r0 poll >100: 101-104#1 @32-33; r1 search 1#0 @34-35; r1 drain >100: @3000-3001';
    expect(await check('non-monotonic', `${SEEN}; ${reads}`)).toMatchObject({
      verdict: 'pass',
      because: '1 reader read on after having seen commits, and never went back',
    });
  });

  it('does not take the reach of a run for its rows', async () => {
    const writes = `
      w0 insert 101-107/2 #1 @10-20; w0 insert 109-117 #2 @22-24; r0 search 1#0 @12-13
      r0 poll >100: 101-107/2#1 109-117#2 @30-31`;
    const { count } = await check('non-monotonic', `${writes}; r0 poll >100: 101-107/2#1 @40-41`);
    expect(count).toBe(9);
  });

  it('judges rows far from the seed', async () => {
    const base = 3 * 2 ** 32;
    const ids = `${base + 1}-${base + 4}`;
    const writes = `w0 upsert ${ids} #1 @10-20; w1 upsert ${ids} #2 @30-40; r0 search 9#0 @12-13`;
    const reads = `r0 poll >100: ${ids}#2 @50-51; r0 poll >100: ${ids}#1 @60-61`;
    const { count, findings } = await check('non-monotonic', `${writes}; ${reads}`);
    expect(count).toBe(4);
    expect(findings).toMatchObject([{ batches: [2, 1] }]);
  });
});
