import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';

const WRITES = `
  w0 insert 101-104 #1 @10-20
  w0 insert 105-108 #2 @30-40
  w0 insert 109-112 #3 @50-60
  r0 search 1#0 @12-13`;

describe('prefix-hole', () => {
  it('passes when each poll shows a prefix of the inserts', async () => {
    const reads =
      'r0 poll >100: 101-104#1 @21-22; r0 poll >100: 101-104#1 105-108#2 109-112#3 @70-71';
    const { verdict, because } = await check('prefix-hole', `${WRITES}; ${reads}`);
    expect(verdict).toBe('pass');
    expect(because).toBe('2 polls showed inserts, none with an earlier one missing');
  });

  it.each(['poll', 'drain'])('fails on a hole in a %s', async (f) => {
    const read = `r0 ${f} >100: 101-104#1 109-112#3 @70-71`;
    const { verdict, count, findings } = await check('prefix-hole', `${WRITES}; ${read}`);
    expect({ verdict, count }).toEqual({ verdict: 'fail', count: 1 });
    const what = f === 'drain' ? 'drain poll' : 'poll';
    expect(findings[0]).toEqual({
      text: `r0's ${what} at 0.071 s showed w0's insert 2 and no row of w0's insert 1 (rows 105-108), acknowledged before it at 0.040 s`,
      process: 'r0',
      ids: [105, 106, 107, 108],
      batches: [3, 2],
      time_us: 71_000,
    });
  });

  it('finds a hole further below', async () => {
    const { verdict, count, because } = await check(
      'prefix-hole',
      `${WRITES}; r0 poll >100: 105-108#2 109-112#3 @70-71`,
    );
    expect({ verdict, count }).toEqual({ verdict: 'fail', count: 1 });
    expect(because).toBe(
      '1 time a later insert was visible and an earlier acknowledged one was not',
    );
  });

  it('considers only inserts that the same interval asked for', async () => {
    const reads = `
      r0 poll >104: 105-108#2 109-112#3 @70-71
      r0 poll >108: 109-112#3 @72-73
      r0 poll >100<105,>108: 109-112#3 @74-75`;
    expect((await check('prefix-hole', `${WRITES}; ${reads}`)).verdict).toBe('pass');
    const lower = 'r0 poll >500,>100<109: 105-108#2 @70-71';
    expect((await check('prefix-hole', `${WRITES}; ${lower}`)).verdict).toBe('fail');
  });

  it('takes a partly visible insert for visible', async () => {
    const read = 'r0 poll >100: 101-104#1 106#2 109-112#3 @70-71';
    expect((await check('prefix-hole', `${WRITES}; ${read}`)).verdict).toBe('pass');
  });

  it('looks past an insert in doubt at those before it', async () => {
    const writes = WRITES.replace('@30-40', '@30-40 info');
    const hole = 'r0 poll >100: 101-104#1 109-112#3 @70-71';
    expect((await check('prefix-hole', `${writes}; ${hole}`)).verdict).toBe('pass');
    const below = 'r0 poll >100: 109-112#3 @70-71';
    expect(await check('prefix-hole', `${writes}; ${below}`)).toMatchObject({
      verdict: 'fail',
      findings: [{ batches: [3, 1] }],
    });
  });

  it('accepts another version of the earlier rows', async () => {
    const writes = `
      w0 upsert 101-104 #1 @10-20; w0 upsert 105-108 #3 @30-40
      w1 upsert 101-104 #2 @22-25; r0 search 1#0 @12-13`;
    const shown = 'r0 poll >100: 101-104#2 105-108#3 @70-71';
    expect((await check('prefix-hole', `${writes}; ${shown}`)).verdict).toBe('pass');
    const unknown = 'r0 poll >100: 102#77 105-108#3 @70-71';
    expect((await check('prefix-hole', `${writes}; ${unknown}`)).verdict).toBe('pass');
    const strayElsewhere = 'r0 poll >100: 300#77 105-108#3 @70-71';
    expect((await check('prefix-hole', `${writes}; ${strayElsewhere}`)).verdict).toBe('fail');
    const hole = 'r0 poll >100: 105-108#3 @70-71';
    expect((await check('prefix-hole', `${writes}; ${hole}`)).verdict).toBe('fail');
  });

  it('accepts another version of overlapping rows', async () => {
    const writes = `
      w0 upsert 101-104 #1 @10-20; w0 upsert 105-108 #3 @30-40
      w1 upsert 103-104 #2 @22-25; r0 search 1#0 @12-13`;
    const shown = 'r0 poll >100: 103-104#2 105-108#3 @70-71';
    expect((await check('prefix-hole', `${writes}; ${shown}`)).verdict).toBe('pass');
  });

  it('says nothing of what different writers inserted', async () => {
    const writes = 'w0 insert 101-104 #1 @10-20; w1 insert 205-208 #2 @30-40; r0 search 1#0 @12-13';
    const { verdict } = await check('prefix-hole', `${writes}; r0 poll >100: 205-208#2 @50-51`);
    expect(verdict).toBe('pass');
  });

  it('says nothing of re-embeddings', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w0 insert 101-104 #2 @30-40; r0 search 1#0 @12-13';
    const { verdict } = await check(
      'prefix-hole',
      `${writes}; r0 poll >0: 1-100#0 101-104#2 @50-51`,
    );
    expect(verdict).toBe('pass');
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
    const unseen = 'unknown: no poll showed an insert';
    expect(await result(WRITES)).toBe(unseen);
    expect(await result(`${WRITES}; r0 search 101#1 @30-31`)).toBe(unseen);
    const reembed = 'w0 reembed 1-4 #1 @10-20; r0 search 1#0 @12-13; r0 poll >0: 1-4#1 @30-31';
    expect(await result(reembed)).toBe(unseen);
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

  it('finds a hole in inserts that a former poll showed', async () => {
    const reads = `
      r0 poll >100: 101-104#1 105-108#2 109-112#3 @70-71
      r0 poll >100: 101-104#1 109-112#3 @72-73`;
    expect((await check('prefix-hole', `${WRITES}; ${reads}`)).count).toBe(1);
  });

  it('looks at upserts in any order of their rows', async () => {
    const writes = `
      w0 upsert 105-108 #1 @10-20; w0 upsert 101-104 #2 @30-40; w0 upsert 109-112 #3 @50-60
      r0 search 1#0 @12-13`;
    const hole = await check('prefix-hole', `${writes}; r0 poll >104: 109-112#3 @70-71`);
    expect(hole).toMatchObject({ verdict: 'fail', findings: [{ batches: [3, 1] }] });
    const right = 'r0 poll >104: 105-108#1 109-112#3 @70-71';
    expect((await check('prefix-hole', `${writes}; ${right}`)).verdict).toBe('pass');
  });

  it('looks past increments and re-embeddings', async () => {
    const writes = `
      w0 insert 101-104 #1 @10-20; w0 reembed 1-4 #2 @30-40; w0 increment #3 @42-43
      w0 insert 105-108 #4 @50-60; r0 search 1#0 @12-13`;
    const hole = await check('prefix-hole', `${writes}; r0 poll >100: 105-108#4 @70-71`);
    expect(hole).toMatchObject({ verdict: 'fail', findings: [{ batches: [4, 1] }] });
  });

  it('passes on what polls did show before a reader froze', async () => {
    const reads = 'r0 poll >100: 101-104#1 @70-71; r0 drain >100: 101-104#1 @3000-3001';
    expect((await check('prefix-hole', `${WRITES}; ${reads}`)).verdict).toBe('pass');
  });
});
