/** What one read shows and misses, whichever way its rows are compared with the ledger. */
import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';
import { found, said } from '../support/order.ts';

/** Reads are late enough that each miss of an acknowledged operation is a finding of `frozen`. */
const LATE = '@2000-2001';

/** The operation that a read is said to miss; undefined if it misses none. */
async function missed(writes: string, read: string): Promise<string | undefined> {
  const texts = await said(`${writes}; r0 ${read} ${LATE}`);
  expect(texts.length).toBeLessThan(2);
  return texts[0]?.match(/^frozen: .* ms after (.*) was acknowledged, and does not show it/)?.[1];
}

describe('a point read', () => {
  const WRITES =
    'w0 reembed 1-7/2 #1 @10-20; w1 reembed 2-8/2 #2 @30-40; w1 insert 101-104 #3 @50-60';

  it.each([
    ['point 1: 1#0', "w0's reembed 0"],
    ['point 1: 1#1', undefined],
    ['point 2: 2#0', "w1's reembed 0"],
    ['point 1-8: 1-8#0', "w0's reembed 0"],
    ['point 1-8: 1-7/2#1 2-8/2#0', "w1's reembed 0"],
    ['point 9-20: 9-20#0', undefined],
    ['point 4-12/8: 4-12/8#0', "w1's reembed 0"],
    ['point 9-21/2: 9-21/2#0', undefined],
    ['point 101: 101#3', undefined],
    ['point 101:', "w1's insert 1"],
    ['point 105:', undefined],
    ['point 104-105:', "w1's insert 1"],
  ])('by a progression of ids: %s', async (read, operation) => {
    expect(await missed(WRITES, read)).toBe(operation);
  });

  it.each([
    ['point 1,2,9: 1-2#0 9#0', "w0's reembed 0"],
    ['point 1,2,9: 1#1 2#0 9#0', "w1's reembed 0"],
    ['point 1,2,9: 1#1 2#2 9#0', undefined],
    ['point 9,10,13: 9-10#0 13#0', undefined],
    ['point 9,10,101: 9-10#0', "w1's insert 1"],
    ['point 9,10,105: 9-10#0', undefined],
    ['point 9,101,102: 9#0 101-102#3', undefined],
    ['point 100,103,104: 100#0', "w1's insert 1"],
  ])('by keys: %s', async (read, operation) => {
    expect(await missed(WRITES, read)).toBe(operation);
  });

  it('shows a part by keys', async () => {
    expect(await said(`${WRITES}; r0 point 101,103,104: 101#3 104#3 ${LATE}`)).toEqual([
      "fractured: r0's point at 2.001 s showed 2 of 3 rows of w1's insert 1: not row 103",
    ]);
    expect(await said(`${WRITES}; r0 point 1,3,4: 1#1 3-4#0 ${LATE}`)).toEqual([
      "fractured: r0's point at 2.001 s showed 1 of 2 rows of w0's reembed 0: not row 3",
    ]);
  });
});

describe('a poll', () => {
  const WRITES = `
    w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @30-40; w0 insert 109-112 #3 @50-60
    w1 insert 201-204 #4 @70-80`;

  it.each([
    ['poll >100: 101-104#1 105-108#2 109-112#3 201-204#4', undefined],
    ['poll >100: 101-104#1 105-108#2 109-112#3', "w1's insert 0"],
    ['poll >100<200: 101-104#1 105-108#2 109-112#3', undefined],
    ['poll >100<200: 101-104#1 105-108#2', "w0's insert 2"],
    ['poll >108<112:', "w0's insert 2"],
    ['poll >111<200:', "w0's insert 2"],
    ['poll >112<200:', undefined],
    ['poll >112<201:', undefined],
    ['poll >112<202:', "w1's insert 0"],
    ['poll >204:', undefined],
    ['poll >203:', "w1's insert 0"],
    ['poll >112<200,>111<113:', "w0's insert 2"],
    ['poll >107<109: 108#2', undefined],
    ['poll >107<110: 108#2', "w0's insert 2"],
    ['poll >104<105,>112<201,>108<109:', undefined],
  ])('asks for what lies between: %s', async (read, operation) => {
    expect(await missed(WRITES, read)).toBe(operation);
  });

  it('asks for no id between those of an operation with gaps', async () => {
    const writes = 'w0 insert 101-109/4 #1 @10-20; w1 insert 102-110/4 #2 @30-30.5 info';
    expect(await missed(writes, 'poll >102<105:')).toBeUndefined();
    expect(await missed(writes, 'poll >101<105,>105<109,>110:')).toBeUndefined();
    expect(await missed(writes, 'poll >102<106:')).toBe("w0's insert 0");
    expect(await missed(writes, 'poll >104<106:')).toBe("w0's insert 0");
    const order = async (read: string) =>
      (await found(`${writes}; r0 ${read} @35-36`)).order?.discriminating_reads;
    expect(await order('poll >102<105:')).toBe(0);
    expect(await order('poll >105<107:')).toBe(1);
    expect(await order('poll >101<103:')).toBe(1);
    expect(await order('poll >110:')).toBe(0);
  });

  it('misses the earliest operation of a writer, in whatever order of their rows', async () => {
    const writes = `
      w0 upsert 109-112 #1 @10-20; w0 upsert 101-104 #2 @30-40; w0 upsert 105-108 #3 @50-60`;
    expect(await missed(writes, 'poll >100:')).toBe("w0's upsert 0");
    expect(await missed(writes, 'poll >100<109:')).toBe("w0's upsert 1");
    expect(await missed(writes, 'poll >100: 109-112#1')).toBe("w0's upsert 1");
    expect(await missed(writes, 'poll >100: 101-104#2 109-112#1')).toBe("w0's upsert 2");
  });

  it('finds an operation whose rows lie around those of another one', async () => {
    const writes = 'w0 upsert 101-200/3 #1 @10-20; w0 upsert 102-150/3 #2 @22-24';
    expect(await missed(writes, 'poll >160:')).toBe("w0's upsert 0");
    expect(await missed(writes, 'poll >150<152:')).toBeUndefined();
    expect(await missed(writes, 'poll >101<103:')).toBe("w0's upsert 1");
    const seeded = 'w0 reembed 1-100/3 #1 @10-20; w0 reembed 2-50/3 #2 @22-24';
    expect(await missed(seeded, 'point 61: 61#0')).toBe("w0's reembed 0");
    expect(await missed(seeded, 'point 62: 62#0')).toBeUndefined();
    expect(await missed(seeded, 'point 2: 2#0')).toBe("w0's reembed 1");
  });

  it('of seed rows too judges them', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w0 insert 101-104 #2 @30-40';
    expect(await missed(writes, 'poll >0: 1-4#1 5-100#0 101-104#2')).toBeUndefined();
    expect(await missed(writes, 'poll >0<50: 1-49#0')).toBe("w0's reembed 0");
    expect(await missed(writes, 'poll >4<50: 5-49#0')).toBeUndefined();
    expect(await missed(writes, 'poll >4<50:')).toBe('the seed');
    expect(await missed(writes, 'poll >99: 100#0')).toBe("w0's insert 1");
    expect(await said(`${writes}; r0 poll >0<50: 1-4#1 6-49#0 ${LATE}`)).toEqual([
      "fractured: r0's poll at 2.001 s showed 44 of 45 rows of the seed: not row 5",
    ]);
  });

  it('that shows seed rows nobody asked for judges them', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 11-19/2 #2 @10-30';
    expect(await missed(writes, 'poll >100: 2#0')).toBe("w0's reembed 0");
    expect(await missed(writes, 'poll >100: 11-17/2#0')).toBe("w1's reembed 0");
    expect(await missed(writes, 'poll >100: 12-18/2#0')).toBeUndefined();
  });
});

describe('a search', () => {
  const WRITES = `
    w0 reembed 1-4 #1 @10-20; w0 reembed 5-8 #2 @30-40; w1 reembed 11-19/2 #3 @50-60
    w1 insert 101-104 #4 @70-80`;

  it.each([
    ['search 9#0', undefined],
    ['search 1#1 5#2 101#4', undefined],
    ['search 4#0', "w0's reembed 0"],
    ['search 1#1 8#0', "w0's reembed 1"],
    ['search 8#0 3#0', "w0's reembed 0"],
    ['search 9-20#0', "w1's reembed 0"],
    ['search 12-20/2#0', undefined],
    ['search 12-18/3#0', "w1's reembed 0"],
    ['search 10#0 12#0', undefined],
    ['search 19#0', "w1's reembed 0"],
    ['search 20-30#0', undefined],
    ['search 9-11/2#0', "w1's reembed 0"],
    ['search 19-21/2#0', "w1's reembed 0"],
    ['search 21-31/2#0', undefined],
  ])('misses what it shows as it was before only: %s', async (read, operation) => {
    expect(await missed(WRITES, read)).toBe(operation);
  });

  it('shows a part where it shows another row as it was before', async () => {
    for (const [rows, absent] of [
      ['1#1 2#0', 'row 2'],
      ['3-4#0 1#1', 'rows 3-4'],
      ['9#0 4#0 1-2#1', 'row 4'],
    ] as const) {
      const texts = await said(`${WRITES}; r0 search ${rows} ${LATE}`);
      expect(texts).toHaveLength(1);
      expect(texts[0]).toMatch(/^fractured: r0's search .* of w0's reembed 0: not /);
      expect(texts[0]!.endsWith(`not ${absent}`)).toBe(true);
    }
  });

  it('shows a part where rows show two operations that follow each other', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @30-40';
    expect(await said(`${writes}; r0 search 2#1 1#2 ${LATE}`)).toEqual([
      "fractured: r0's search at 2.001 s showed 1 of 2 rows of w1's reembed 0: not row 2",
    ]);
    const inserts = 'w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @30-40';
    expect(await said(`${inserts}; r0 search 102#1 101#2 ${LATE}`)).toEqual([
      "fractured: r0's search at 2.001 s showed 1 of 2 rows of w1's upsert 0: not row 102",
    ]);
    expect(await said(`${inserts}; r0 search 102#2 101#2 ${LATE}`)).toEqual([]);
  });
});

describe('a row that several operations wrote', () => {
  const THREE = `
    w0 reembed 1-4 #1 @10-20; w0 reembed 1-4 #2 @30-40; w0 reembed 1-4 #3 @50-60
    w1 reembed 1-4 #4 @15-25; w1 reembed 1-4 #5 @35-55`;

  it.each([
    ['0', "w0's reembed 0"],
    ['1', "w0's reembed 1"],
    ['4', "w0's reembed 1"],
    ['2', "w0's reembed 2"],
    ['5', undefined],
    ['3', undefined],
  ])('misses the first that began after the one that it shows (#%s)', async (batch, operation) => {
    expect(await missed(THREE, `point 1-4: 1-4#${batch}`)).toBe(operation);
    expect(await missed(THREE, `search 3#${batch}`)).toBe(operation);
  });

  it.each([
    ['0', 0],
    ['1', 1],
    ['2', 1],
    ['3', 1],
    ['4', 1],
    ['5', 1],
  ])('has concurrent operations (#%s)', async (batch, count) => {
    const { order } = await found(`${THREE}; r0 search 3#${batch} ${LATE}`);
    expect(order?.undecidable_reads).toBe(count);
  });

  it('has none that began after the read', async () => {
    const { order } = await found(`${THREE}; r0 search 3#2 @41-42`);
    expect(order?.undecidable_reads).toBe(1);
    const before = 'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @15-25; w2 reembed 1-4 #3 @18-30';
    for (const [end, count] of [
      [14.999, 0],
      [15, 1],
      [20, 1],
    ]) {
      const { order: early } = await found(`${before}; r0 search 3#1 @12-${end}`);
      expect(early?.undecidable_reads).toBe(count);
    }
  });

  it('is not judged where it is there in two versions', async () => {
    const writes = 'w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @30-40';
    for (const rows of ['101-104#1 101-104#2', '101-104#2 101-104#1', '101-104#2 102#77']) {
      expect(await missed(writes, `poll >100: ${rows}`)).toBeUndefined();
    }
    expect(await missed(writes, 'poll >100: 101-104#1 101-104#1')).toBe("w1's upsert 0");
    expect(await missed(writes, 'poll >100: 101-104#1 102#1')).toBe("w1's upsert 0");
  });

  it('is not judged where it shows an operation that failed, or began later', async () => {
    const failed = 'w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @30-40 fail';
    expect(await missed(failed, 'poll >100: 101-104#2')).toBeUndefined();
    expect(await missed(failed, 'poll >100: 102-104#2')).toBe("w0's upsert 0");
    expect(await missed(failed, 'poll >101: 102-104#2')).toBeUndefined();
    expect(await missed(failed, 'search 102-104#2')).toBeUndefined();
    const later = 'w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @3000-3001';
    expect(await missed(later, 'poll >100: 101-104#2')).toBeUndefined();
  });
});

describe('an operation in doubt', () => {
  const DOUBT = 'w0 insert 101-104 #1 @10-20 info; w1 reembed 1-4 #2 @10-20 info';
  const order = async (read: string) =>
    (await found(`${DOUBT}; w2 insert 301-304 #9 @1-2; r0 ${read}`)).order!;

  it.each([
    ['poll >100<200: @30-31', 1],
    ['poll >104<200: @30-31', 0],
    ['poll >103<105: @30-31', 1],
    ['poll >99<101: 100#0 @30-31', 0],
    ['poll >100<200: @5-9.999', 0],
    ['poll >100<200: @5-10', 1],
    ['poll >100<200: 101-104#1 @30-31', 1],
    ['search 3#0 @30-31', 1],
    ['search 5#0 @30-31', 0],
    ['search 4-8#0 @30-31', 1],
    ['search 3#2 @30-31', 1],
    ['point 4-6: 4-6#0 @30-31', 1],
    ['point 5-7: 5-7#0 @30-31', 0],
  ])('could be seen or not: %s', async (read, count) => {
    expect(await order(read)).toMatchObject({
      discriminating_reads: count,
      undecidable_reads: 0,
      refuted: [],
    });
  });

  it('is shown in part like any other', async () => {
    expect(await said(`${DOUBT}; r0 search 1#2 3#0 @30-31`)).toEqual([
      "fractured: r0's search at 0.031 s showed 1 of 2 rows of w1's reembed 0: not row 3",
    ]);
    expect(await said(`${DOUBT}; r0 poll >100: 101-103#1 @30-31`)).toEqual([
      "fractured: r0's poll at 0.031 s showed 3 of 4 rows of w0's insert 0: not row 104",
    ]);
  });

  it('may have come before or after any that was not acknowledged before it', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20 info; w1 reembed 1-4 #2 @30-40';
    for (const batch of [1, 2]) {
      const { order: told, said: texts } = await found(`${writes}; r0 search 3#${batch} ${LATE}`);
      expect(texts).toEqual([]);
      expect(told?.undecidable_reads).toBe(1);
    }
    const before = 'w1 reembed 1-4 #2 @1-5; w0 reembed 1-4 #1 @10-20 info';
    const shown = await found(`${before}; r0 search 3#2 ${LATE}`);
    expect(shown.order).toMatchObject({ undecidable_reads: 0, discriminating_reads: 1 });
  });

  it('is ordered by the first of the reads that showed it', async () => {
    const writes = 'w0 insert 101-104 #1 @10-20 info; w1 insert 201-204 #2 @30-40';
    const seen = 'r1 poll >100<105: 101-104#1 @25-28; r2 poll >100<105: 101-104#1 @24-26';
    expect(await said(`${writes}; ${seen}; r0 poll >100: 201-204#2 @50-51`)).toEqual([
      "prefix-hole: r0's poll at 0.051 s shows w1's insert 0 and not w0's insert 0 (rows 101-104), which r2's poll at 0.026 s had shown, before w1's insert 0 began at 0.030000 s",
    ]);
    const late = 'r1 poll >100<105: 101-104#1 @25-30';
    expect(await said(`${writes}; ${late}; r0 poll >100: 201-204#2 @50-51`)).toEqual([]);
    const impossible = 'r1 poll >100<105: 101-104#1 @5-9';
    expect(await said(`${writes}; ${impossible}; r0 poll >100: 201-204#2 @50-51`)).toEqual([]);
  });

  it('is ordered by a read that showed it before it was acknowledged', async () => {
    const writes = 'w0 insert 101-104 #1 @10-100; w1 insert 201-204 #2 @30-40';
    const text = `${writes}; r1 poll >100<105: 101-104#1 @25-28; r0 poll >100: 201-204#2 @50-51`;
    expect(await said(text)).toEqual([
      "prefix-hole: r0's poll at 0.051 s shows w1's insert 0 and not w0's insert 0 (rows 101-104), which r1's poll at 0.028 s had shown, before w1's insert 0 began at 0.030000 s",
    ]);
    const acknowledged = text.replace('@10-100', '@10-28');
    expect((await said(acknowledged))[0]).toContain('which was acknowledged at 0.028000 s, before');
  });
});

describe('operations on rows in part in common', () => {
  const OVER = 'w0 upsert 101-104 #1 @10-20; w1 upsert 103-106 #2 @30-40';

  it.each([
    ['poll >100: 101-102#1 103-106#2', []],
    [
      'poll >100: 103-106#2',
      [
        "prefix-hole: r0's poll at 2.001 s shows w1's upsert 0 and not w0's upsert 0 (rows 101-104), which was acknowledged at 0.020000 s, before w1's upsert 0 began at 0.030000 s",
      ],
    ],
    [
      'poll >100: 101-104#1 105-106#2',
      ["fractured: r0's poll at 2.001 s showed 2 of 4 rows of w1's upsert 0: not rows 103-104"],
    ],
    [
      'poll >100: 101-104#1',
      [
        "frozen: r0's poll at 2.001 s began 1,960 ms after w1's upsert 0 was acknowledged, and does not show it (rows 103-106)",
      ],
    ],
    ['search 101#1 106#2', []],
    [
      'search 103#1 106#2',
      ["fractured: r0's search at 2.001 s showed 1 of 2 rows of w1's upsert 0: not row 103"],
    ],
  ])('%s', async (read, texts) => {
    expect(await said(`${OVER}; r0 ${read} ${LATE}`)).toEqual(texts);
  });

  it('are seen whole only where all their rows show them', async () => {
    const text = `${OVER.replace('@30-40', '@15-40')}; r0 search 9#0 @12-13`;
    const { because } = await check(
      'fractured',
      `${text}; r0 poll >100: 101-102#1 103-106#2 ${LATE}`,
    );
    expect(because).toBe('operations were seen whole 1 time, and never in part');
    const both = await check('fractured', `${text}; r0 poll >100: 101-104#1 105-106#2 ${LATE}`);
    expect(both.because).toBe('operations were seen whole 1 time, and never in part');
    const part = await check(
      'fractured',
      `${text}; r0 poll >102: 103-106#2 ${LATE}; r0 poll >103: 104-106#2 ${LATE}`,
    );
    expect(part.because).toBe('operations were seen whole 1 time, and never in part');
  });

  it('are judged in each copy by what is written there', async () => {
    const copies = [
      ['w0', 'w1', 'r0'],
      ['w2', 'r1'],
    ];
    const text = `${OVER}; w2 upsert 101-104 #3 @10-20; r1 poll >100: ${LATE}; r0 poll >100: 101-102#1 103-106#2 ${LATE}`;
    expect(await said(text, {}, copies)).toEqual([
      "frozen: r1's poll at 2.001 s began 1,980 ms after w2's upsert 0 was acknowledged, and does not show it (rows 101-104)",
    ]);
  });
});
