import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';

/** A search that overlaps the insert. */
const INSERT = 'w0 insert 101-104 #1 @10-20; r0 search 1#0 @12-13';

describe('fractured', () => {
  it('passes when an operation was seen whole', async () => {
    const { verdict, because } = await check(
      'fractured',
      `${INSERT}; r0 poll >100: 101-104#1 @30-31; audit seed 101-104#1`,
    );
    expect(verdict).toBe('pass');
    expect(because).toBe('operations were seen whole 2 times, and never in part');
  });

  it.each([
    ['poll', 'r0 poll >100: 101-103#1 @30-31'],
    ['drain', 'r0 drain >100: 101#1 103-104#1 @30-31'],
    ['point', 'r0 point 101-104: 101-103#1 @30-31'],
  ])('fails on a part of an insert in a %s', async (_, read) => {
    const { verdict, count, because } = await check('fractured', `${INSERT}; ${read}`);
    expect({ verdict, count }).toEqual({ verdict: 'fail', count: 1 });
    expect(because).toBe("1 time only a part of an operation's rows was visible");
  });

  it('says which rows are not there', async () => {
    const { findings } = await check('fractured', `${INSERT}; r0 poll >100: 101-102#1 @30-31`);
    expect(findings).toEqual([
      {
        text: "r0's poll at 0.031 s showed 2 of 4 rows of w0's insert 0: not rows 103-104",
        process: 'r0',
        ids: [103, 104],
        batches: [1],
        time_us: 31_000,
        edges: [
          { from: "w0's insert 0", to: "r0's poll at 0.031 s", kind: 'shows' },
          { from: "r0's poll at 0.031 s", to: "w0's insert 0", kind: 'misses' },
        ],
      },
    ]);
  });

  it('says nothing of searches, which return what is nearest', async () => {
    const { verdict } = await check(
      'fractured',
      `${INSERT}; r0 search 101#1 @30-31; audit seed 101-104#1`,
    );
    expect(verdict).toBe('pass');
  });

  it('considers only ids that were asked for', async () => {
    const seen = 'r0 poll >102: 103-104#1 @30-31; r0 poll >100<102,>103<200: 101#1 104#1 @32-33';
    const point = 'r0 point 101-103/2: 101-103/2#1 @34-35';
    const audit = 'audit seed 101-104#1';
    const right = await check('fractured', `${INSERT}; ${seen}; ${point}; ${audit}`);
    expect(right).toMatchObject({ verdict: 'pass', because: expect.stringContaining('1 time,') });
    const wrong = 'r0 poll >102: 103#1 @30-31';
    expect((await check('fractured', `${INSERT}; ${wrong}; ${audit}`)).verdict).toBe('fail');
  });

  it('does not take a repeated row for a whole operation', async () => {
    const read = 'r0 poll >100: 101-103#1 101#1 @30-31';
    const { verdict, findings } = await check('fractured', `${INSERT}; ${read}`);
    expect(verdict).toBe('fail');
    expect(findings[0]?.ids).toEqual([104]);
    const whole = 'r0 poll >100: 101-104#1 101#1 @30-31; audit seed 101-104#1';
    expect((await check('fractured', `${INSERT}; ${whole}`)).verdict).toBe('pass');
  });

  it('fails when rows still show what the operation wrote over', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; r0 search 1#0 @12-13; w0 reembed 1-4 #2 @30-40';
    const seed = await check('fractured', `${writes}; r0 point 1-4: 1-3#2 4#0 @50-51`);
    expect(seed.verdict).toBe('fail');
    const earlier = await check('fractured', `${writes}; r0 point 1-4: 1-3#2 4#1 @50-51`);
    expect(earlier).toMatchObject({ verdict: 'fail', count: 1 });
    expect(earlier.findings[0]).toMatchObject({ ids: [4], batches: [2] });
  });

  it('ignores rows that a concurrent or later operation wrote', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 3-6 #2 @15-25; r0 search 1#0 @12-13';
    const reads = 'r0 point 1-6: 1-3#1 4-6#2 @30-31; r0 point 1-6: 1-2#1 3-6#2 @32-33';
    expect(
      (await check('fractured', `${writes}; ${reads}; audit 1-2#1 3-6#2 7-100#0`)).verdict,
    ).toBe('pass');
    const later = 'w0 reembed 1-4 #1 @10-20; w1 reembed 3-6 #2 @30-40; r0 search 1#0 @12-13';
    const both = 'r0 point 1-6: 1-2#1 3-6#2 @50-51; audit 1-2#1 3-6#2 7-100#0';
    expect((await check('fractured', `${later}; ${both}`)).verdict).toBe('pass');
  });

  it('leaves a row that nobody wrote, or of an operation that does not write it, to another check', async () => {
    const writes = `${INSERT}; w0 insert 105-108 #2 @30-40`;
    for (const rows of ['101-103#1 104#77 105-108#2', '101-103#1 104-108#2']) {
      const read = `r0 poll >100: ${rows} @50-51`;
      expect(await check('fractured', `${writes}; ${read}`)).toMatchObject({
        verdict: 'pass',
        because: 'operations were seen whole 1 time, and never in part',
      });
    }
  });

  it.each(['@10-20 fail', '@40-50'])(
    'says nothing of an operation that failed, or began after the read (%s)',
    async (end) => {
      const writes = `w0 insert 101-104 #1 ${end}; r0 search 1#0 @12-13`;
      const { count } = await check('fractured', `${writes}; r0 poll >100: 101-102#1 @30-31`);
      expect(count).toBe(0);
    },
  );

  it.each(['@10', '@10-20 info'])(
    'claims atomicity for an operation in doubt too (%s)',
    async (end) => {
      const writes = `w0 insert 101-104 #1 ${end}; r0 search 1#0 @12-13`;
      const { verdict } = await check('fractured', `${writes}; r0 poll >100: 101-102#1 @30-31`);
      expect(verdict).toBe('fail');
    },
  );

  it('fails on a part of an operation in the audit', async () => {
    const { verdict, findings } = await check('fractured', `${INSERT}; audit seed 101-103#1`);
    expect(verdict).toBe('fail');
    expect(findings[0]).toMatchObject({
      text: "the database has 3 of 4 rows of w0's insert 0: not row 104",
      ids: [104],
      process: null,
    });
  });

  it('ignores concurrent and later operations in the audit, repeated rows included', async () => {
    const writes = 'w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @15-25; r0 search 1#0 @12-13';
    for (const rows of ['101-104#1 101-104#2', '101-103#2 101-104#1']) {
      expect((await check('fractured', `${writes}; audit seed ${rows}`)).verdict).toBe('pass');
    }
    const later = 'w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @30-40; r0 search 1#0 @12-13';
    const stale = await check('fractured', `${later}; audit seed 101-104#2 101-102#1`);
    expect(stale.verdict).toBe('pass');
    const half = await check('fractured', `${later}; audit seed 101-102#1 103-104#2`);
    expect(half).toMatchObject({ verdict: 'fail', count: 1 });
    expect(half.findings[0]).toMatchObject({ ids: [101, 102], batches: [2] });
  });

  it('leaves operations that stand over each other in the audit to prefix-hole', async () => {
    const writes = 'w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @15-25; r0 search 1#0 @12-13';
    const text = `${writes}; audit seed 101-102#1 103-104#2`;
    expect(await check('fractured', text)).toMatchObject({
      ...{ verdict: 'unknown', because: 'no operation was seen whole', count: 0 },
    });
    expect(await check('prefix-hole', text)).toMatchObject({ verdict: 'fail', where: 'final' });
  });

  it('says nothing of an audit that did not end', async () => {
    const { verdict, because } = await check(
      'fractured',
      `${INSERT}; audit seed 101-103#1 error oom`,
    );
    expect({ verdict, because }).toEqual({
      verdict: 'unknown',
      because: 'no operation was seen whole',
    });
  });

  it('needs an overlap where readers and writers share a copy', async () => {
    const apart =
      'w0 insert 101-104 #1 @10-20; r0 poll >100: 101-104#1 @30-31; audit seed 101-104#1';
    expect(await check('fractured', apart)).toMatchObject({
      verdict: 'unknown',
      because: 'no read overlapped a write',
    });
    const unread = 'w0 insert 101-104 #1 @10-20; audit seed 101-104#1';
    expect((await check('fractured', unread)).because).toBe('no search or poll succeeded');
    expect((await check('fractured', unread, { readers: 0 })).verdict).toBe('pass');
  });

  it('is skipped without writers', async () => {
    const { verdict, because } = await check('fractured', 'audit seed', { writers: 0 });
    expect({ verdict, because }).toEqual({ verdict: 'skipped', because: 'there were no writers' });
  });

  it('asks for no more of a repeated row than the read did', async () => {
    const read = 'r0 poll >102: 103-104#1 103#1 @30-31';
    const { verdict } = await check('fractured', `${INSERT}; ${read}; audit seed 101-104#1`);
    expect(verdict).toBe('pass');
  });

  it('goes by a row that came back although it was not asked for', async () => {
    const { findings } = await check('fractured', `${INSERT}; r0 poll >102: 101#1 @30-31`);
    expect(findings.map(({ text }) => text)).toEqual([
      "r0's poll at 0.031 s showed 1 of 3 rows of w0's insert 0: not rows 103-104",
    ]);
  });

  it('counts each operation of a read, and each row of it once', async () => {
    const writes = `${INSERT}; w1 insert 201-204 #2 @10-20`;
    const read = 'r0 poll >100: 101#1 201-202#2 101#1 @30-31';
    const { count, findings } = await check('fractured', `${writes}; ${read}`);
    expect(count).toBe(2);
    expect(findings.map(({ text }) => text)).toEqual([
      "r0's poll at 0.031 s showed 1 of 4 rows of w0's insert 0: not rows 102-104",
      "r0's poll at 0.031 s showed 2 of 4 rows of w1's insert 0: not rows 203-204",
    ]);
  });

  it('fails on a part of the seed', async () => {
    const { findings } = await check('fractured', 'r0 point 1-4: 1-2#0 4#0 @30-31');
    expect(findings).toEqual([
      {
        text: "r0's point at 0.031 s showed 3 of 4 rows of the seed: not row 3",
        process: 'r0',
        ids: [3],
        batches: [0],
        time_us: 31_000,
        edges: [
          { from: 'the seed', to: "r0's point at 0.031 s", kind: 'shows' },
          { from: "r0's point at 0.031 s", to: 'the seed', kind: 'misses' },
        ],
      },
    ]);
  });

  it('fails on the seed in a search beside rows that were written over it', async () => {
    const text = 'w0 reembed 1-4 #1 @10-20; r0 search 5#0 2#0 1#1 4#0 @12-13';
    const { findings } = await check('fractured', text);
    expect(findings.map(({ text: said }) => said)).toEqual([
      "r0's search at 0.013 s showed 1 of 3 rows of w0's reembed 0: not rows 2, 4",
    ]);
  });

  it('orders the operations of one writer that end and begin at one instant', async () => {
    const read = (rows: string): string => `r0 poll >100: ${rows} @41-42`;
    for (const [second, rows] of [
      ['101-104', '101-102#1 103-104#2'],
      ['103-106', '101-104#1 105-106#2'],
    ] as const) {
      const writes = `w0 upsert 101-104 #1 @10-20; w0 upsert ${second} #2 @20-40`;
      const { findings } = await check('fractured', `${writes}; ${read(rows)}`);
      expect(findings.map(({ text }) => text)).toEqual([
        `r0's poll at 0.042 s showed 2 of 4 rows of w0's upsert 1: not rows ${second === '101-104' ? '101-102' : '103-104'}`,
      ]);
    }
  });

  it.each(['>100<103,>102', '>100,>102'])(
    'adds up what the intervals of a poll ask for (%s)',
    async (intervals) => {
      const read = `r0 poll ${intervals}: 101-104#1 @30-31`;
      const { because } = await check('fractured', `${INSERT}; ${read}`);
      expect(because).toBe('operations were seen whole 1 time, and never in part');
    },
  );

  it('misses the last row that a point read asked for', async () => {
    const { findings } = await check('fractured', `${INSERT}; r0 point 102-104: 102-103#1 @30-31`);
    expect(findings).toMatchObject([{ ids: [104] }]);
  });

  it('does not ignore a row of the audit that its operation does not write', async () => {
    const writes = `${INSERT}; w0 insert 105-108 #2 @30-40`;
    const { findings } = await check('fractured', `${writes}; audit seed 101-103#1 105#1`);
    expect(findings).toMatchObject([{ ids: [104], batches: [1] }]);
  });

  it('does not take a row that is in the audit twice for two', async () => {
    for (const more of ['', '; w1 upsert 101-104 #2 @1-2']) {
      const text = `${INSERT}${more}; audit seed 101-103#1 101#1`;
      expect((await check('fractured', text)).findings).toMatchObject([{ ids: [104] }]);
    }
  });

  it('leaves an operation of which the audit has nothing to another check', async () => {
    expect(await check('fractured', `${INSERT}; audit seed`)).toMatchObject({
      verdict: 'unknown',
      count: 0,
    });
  });

  it('goes by the latest version of a row that is in the audit twice', async () => {
    const writes = `
      w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @30-40; w1 upsert 104-107 #3 @50-60
      r0 search 1#0 @12-13`;
    for (const rows of ['101-102#1 101-103#2 104-107#3', '101-103#2 104-107#3 101-102#1']) {
      expect((await check('fractured', `${writes}; audit seed ${rows}`)).verdict).toBe('pass');
    }
  });
});
