import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';

const INSERT = 'w0 insert 101-104 #1 @10';
const SEEN = `${INSERT}; r0 poll >100: 101-104#1 @20-21`;
const REEMBED = 'w0 reembed 1-7/2 #1 @10-20 info; r0 search 3#1 @20-21';

const verdict = async (text: string, copies?: string[][]): Promise<string> => {
  const { verdict: found, because } = await check('dirty-read', text, {}, copies);
  return `${found}: ${because}`;
};
const NONE_GONE = 'pass: 1 of 1 operation in doubt had been read, and none is gone';
const GONE = 'fail: 1 operation in doubt had been read and never took effect';

describe('dirty-read', () => {
  it('passes when what was in doubt and was read is in the audit', async () => {
    expect(await verdict(`${SEEN}; audit seed 101-104#1`)).toBe(NONE_GONE);
  });

  it.each(['@10', '@10-20 info'])('fails when nothing of it is there (%s)', async (end) => {
    const text = `w0 insert 101-104 #1 ${end}; r0 search 102#1 @20-21; r1 poll >100: 101-104#1 @30-31; audit seed`;
    expect(await check('dirty-read', text)).toEqual({
      name: 'dirty-read',
      verdict: 'fail',
      where: 'reads',
      count: 1,
      because: '1 operation in doubt had been read and never took effect',
      findings: [
        {
          text: "r0's search at 0.021 s showed w0's insert 0 (rows 101-104), which was never acknowledged, and the audit has nothing of it: what was read never was",
          process: 'r0',
          ids: [101, 102, 103, 104],
          batches: [1],
          time_us: 21_000,
        },
      ],
    });
  });

  it('names the read that ended first', async () => {
    const text = `${SEEN}; r1 poll >100: 101-104#1 @15-20; r2 poll >100: 101-104#1 @15-30; audit seed`;
    const { findings } = await check('dirty-read', text);
    expect(findings).toMatchObject([{ process: 'r1', time_us: 20_000 }]);
    const tie = await check('dirty-read', `${text.replace('@15-30', '@15-20')}; audit seed`);
    expect(tie.findings).toMatchObject([{ process: 'r1' }]);
  });

  it('forgets what was read before a power cut, and nothing before any other mark', async () => {
    expect(await verdict(`${SEEN}; cut @25; audit seed`)).not.toContain('fail');
    expect(await verdict(`${SEEN}; start @25; audit seed`)).toBe(GONE);
  });

  it('takes no row for an older version that its operation did not write', async () => {
    const text =
      'w1 upsert 103-104 #2 @1-2; w0 insert 101-104 #1 @10; r0 poll >100: 101-104#1 @20-21';
    expect(await verdict(`${text}; audit seed 103-104#2`)).toBe(GONE);
    expect(await verdict(`${text}; audit seed 101-104#2`)).toBe(NONE_GONE);
  });

  it('counts operations, and those only that are gone', async () => {
    const writes = `${INSERT}; w1 insert 201-204 #2 @10; w2 insert 301-304 #3 @10-12 info; w3 insert 401-404 #4 @10`;
    const text = `${writes}; r0 poll >100: 101-104#1 201-204#2 301-304#3 @20-21`;
    expect(await verdict(`${text}; audit seed 201-204#2`)).toBe(
      'fail: 2 operations in doubt had been read and never took effect',
    );
    expect(await verdict(`${text}; audit seed 101-104#1 201-204#2 301-304#3`)).toBe(
      'pass: 3 of 4 operations in doubt had been read, and none is gone',
    );
  });

  it('says nothing of what nobody read, or read before it began', async () => {
    const unread = 'pass: 0 of 1 operation in doubt had been read, and none is gone';
    expect(await verdict(`${INSERT}; r0 poll >100: @20-21; audit seed`)).toBe(unread);
    const early = 'r0 poll >100: 101-104#1 @5-9.999';
    expect(await verdict(`${INSERT}; ${early}; audit seed`)).toBe(unread);
    expect(await verdict(`${INSERT}; r0 poll >100: 101-104#1 @5-10; audit seed`)).toBe(GONE);
    const other =
      'w1 insert 201-204 #2 @10-12; r0 poll >100: 201-204#2 @20-21; audit seed 201-204#2';
    expect(await verdict(`${INSERT}; ${other}`)).toBe(unread);
  });

  it('says nothing of a read that ended when the audit had begun', async () => {
    const read = (end: string): string =>
      `${INSERT}; r0 poll >100: 101-104#1 @8999-${end}; audit seed`;
    expect(await verdict(read('8999.999'))).toBe(GONE);
    expect(await verdict(read('9000'))).toBe(NONE_GONE);
  });

  it('says nothing where a later operation, or one at the same time, may have come after it', async () => {
    for (const [times, gone] of [
      ['@30-40', false],
      ['@10-40', false],
      ['@1-15', false],
      ['@1-10', false],
      ['@1-9', true],
    ] as const) {
      const text = `w1 upsert 101-104 #2 ${times}; ${SEEN}; audit seed 101-104#2`;
      expect(await verdict(text)).toBe(gone ? GONE : NONE_GONE);
    }
  });

  it('fails where a single row shows that it never was', async () => {
    const hidden = `${SEEN}; w1 upsert 103-106 #2 @12-30`;
    expect(await verdict(`${hidden}; audit seed 103-106#2`)).toBe(GONE);
    const all = `${SEEN}; w1 upsert 99-106 #2 @12-30`;
    expect(await verdict(`${all}; audit 1-98#0 99-106#2`)).toBe(NONE_GONE);
    expect(await verdict(`${all}; audit 1-98#0 99-103#2 105-106#2`)).toBe(GONE);
    expect(await verdict(`${SEEN}; audit seed 104#1`)).toBe(NONE_GONE);
  });

  it.each([
    ['1-100#0', GONE],
    ['1-99/2#0 2-100/2#0', GONE],
    ['2-100/2#0', GONE],
    ['1-7/2#1 2-6/2#0 8-100#0', NONE_GONE],
    ['2-100/2#0 7-99/2#0', GONE],
    ['2-100/2#0 9-99/2#0 1-7/2#2', NONE_GONE],
    ['2-100/2#0 9-99/2#0 1-5/2#2', GONE],
    ['2-100/2#0 9-99/2#0 1-5/2#2 7#0', GONE],
    ['2-100/2#0 9-99/2#0 1-5/4#2 3-7/4#2', NONE_GONE],
    ['2-100/2#0 9-99/2#0 1-5/4#2 7#2', GONE],
    ['1-100/3#0', GONE],
    ['1-7/2#2 2-8/2#2 9-100#0', NONE_GONE],
    ['1-7#77 8-100#0', NONE_GONE],
    ['1-6#77 8-100#0', GONE],
  ])('finds the rows that it wrote among others of the audit (%s)', async (rows, expected) => {
    const text = `${REEMBED}; w1 reembed 1-8 #2 @12-30; audit ${rows}`;
    expect(await verdict(text)).toBe(expected);
  });

  it('finds them over several pages and runs with steps of their own', async () => {
    const text = 'w0 upsert 104-119/5 #1 @10; r0 search 104#1 @20-21; w1 upsert 101-120 #2 @5-30';
    for (const [rows, expected] of [
      ['101-120#2', NONE_GONE],
      ['101-119/3#2 102-120/3#2 103-118/3#2', NONE_GONE],
      ['101-119/3#2 102-120/3#2', GONE],
      ['101-119/3#2 103-118/3#2', GONE],
      ['102-120/3#2 103-118/3#2', GONE],
    ] as const) {
      expect(await verdict(`${text}; audit seed ${rows}`)).toBe(expected);
    }
  });

  it('compares with operations of its own writer too', async () => {
    const text = 'w0 reembed 1-4 #1 @10-20; w0 reembed 1-4 #2 @30; r0 point 1-4: 1-4#2 @40-41';
    expect(await verdict(`${text}; audit 1-4#1 5-100#0`)).toBe(GONE);
    expect(await verdict(`${text}; audit seed`)).toBe(GONE);
    const over =
      'w0 reembed 1-4 #1 @10-20 info; r0 point 1-4: 1-4#1 @22-23; w0 reembed 1-4 #2 @30-40';
    expect(await verdict(`${over}; audit 1-4#2 5-100#0`)).toBe(NONE_GONE);
  });

  it('knows nothing any more after a power cut, but what is read then', async () => {
    const unread = 'pass: 0 of 1 operation in doubt had been read, and none is gone';
    expect(await verdict(`${SEEN}; cut @50; audit seed`)).toBe(unread);
    expect(await verdict(`${SEEN}; cut @50; r1 poll >100: 101-104#1 @60-61; audit seed`)).toBe(
      GONE,
    );
    expect(await verdict(`cut @5; ${SEEN}; audit seed`)).toBe(GONE);
  });

  it('judges each copy by its own audit', async () => {
    const copies = [
      ['w0', 'r0'],
      ['w1', 'r1'],
    ];
    const text = `${SEEN}; w1 insert 101-104 #2 @10; r1 poll >100: 101-104#2 @20-21`;
    expect(await verdict(`${text}; audit seed 101-104#1; audit seed copy 1`, copies)).toBe(
      'fail: 1 operation in doubt had been read and never took effect',
    );
    expect(await verdict(`${text}; audit seed; audit seed 101-104#2 copy 1`, copies)).toBe(GONE);
    expect(
      await verdict(`${text}; audit seed 101-104#1; audit seed 101-104#2 copy 1`, copies),
    ).toBe('pass: 2 of 2 operations in doubt had been read, and none is gone');
  });

  it('names any number of rows', async () => {
    const text = 'w0 insert 101-200 #1 @10; r0 search 102#1 @20-21; audit seed';
    const { findings } = await check('dirty-read', text);
    expect(findings[0]?.text).toContain("w0's insert 0 (rows 101-200), which");
    expect(findings[0]?.ids).toEqual(Array.from({ length: 64 }, (_, i) => 101 + i));
  });

  it('is skipped where no operation was in doubt', async () => {
    for (const text of [
      'w0 insert 101-104 #1 @10-20; r0 poll >100: 101-104#1 @30-31; audit seed 101-104#1',
      'w0 insert 101-104 #1 @10-20 fail; r0 poll >100: 101-104#1 @30-31; audit seed',
      'w0 increment #1 @10; r0 search 1#0 @30-31; audit seed',
    ]) {
      expect(await verdict(text)).toBe('skipped: no operation was in doubt');
    }
  });

  it('is unknown without an audit of what was read, or without reads', async () => {
    expect(await verdict(SEEN)).toBe('unknown: the database was not audited');
    expect(await verdict(`${SEEN}; audit seed error oom`)).toBe(
      'unknown: the audit did not end (oom: it said oom)',
    );
    expect(await verdict(`${INSERT}; r0 poll >100: @20-21`)).toBe('unknown: no row was read');
    expect(await verdict(`${INSERT}; audit seed`)).toBe(
      'pass: 0 of 1 operation in doubt had been read, and none is gone',
    );
    expect(await verdict(`${INSERT}; r0 search 1#0 @20-21`)).toBe(
      'pass: 0 of 1 operation in doubt had been read, and none is gone',
    );
  });
});
