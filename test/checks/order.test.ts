import { describe, expect, it } from 'vitest';
import { check, failing, judged } from '../support/history-dsl.ts';
import { found, said } from '../support/order.ts';

const INSERT = 'w0 insert 101-104 #1 @10-20';

/** What is said of the order of a history. */
const order = async (...history: Parameters<typeof judged>) => (await found(...history)).order!;

describe('the order', () => {
  it('explains all reads of a correct run, and says which could have shown otherwise', async () => {
    const text = `${INSERT}; r0 poll >100: 101-104#1 @12-13; r0 poll >100: 101-104#1 @30-31; r1 search 7#0 @15-16`;
    expect(await order(text)).toEqual({
      reads: 3,
      discriminating_reads: 1,
      undecidable_reads: 0,
      behind_us: 0,
      refuted: [],
      because: 'one order explains all 3 decidable reads; 1 could have shown otherwise',
    });
  });

  it('has nothing to explain where nobody read, or no rows were recorded', async () => {
    const nothing = {
      reads: 0,
      discriminating_reads: 0,
      undecidable_reads: 0,
      behind_us: null,
      refuted: [],
      because: 'nobody read, so there is nothing that an order must explain',
    };
    expect(await order(INSERT)).toEqual(nothing);
    expect(await order(`${INSERT}; r0 files 1 @30-31; r0 poll >100: fail @30-31`)).toEqual(nothing);
    expect((await judged(`${INSERT}; r0 poll >100: @30-31`, { check: false })).order).toBeNull();
  });

  it.each([
    ['shows what was acknowledged only later', 'poll >100: 101-104#1 @12-13', 1],
    ['shows what was acknowledged when it began', 'poll >100: 101-104#1 @20-21', 1],
    ['shows what was acknowledged before it began', 'poll >100: 101-104#1 @20.001-21', 0],
    ['misses what had begun', 'poll >100: @5-10', 1],
    ['misses what began when it had ended', 'poll >100: @5-9.999', 0],
    ['misses what was acknowledged', 'poll >100: @30-31', 1],
    ['asks for something else', 'poll >104: @12-13', 0],
    ['shows the seed only', 'search 7#0 @12-13', 0],
  ])('could have shown otherwise, or not, where a read %s', async (_, read, count) => {
    expect(await order(`${INSERT}; r0 ${read}`)).toMatchObject({ discriminating_reads: count });
  });

  it.each([
    ['the other one began later', '@15-25', 1],
    ['the other one has no end', '@15', 1],
    ['the other one is before it', '@1-9', 0],
    ['the other one ended when it began', '@1-10', 1],
    ['the other one failed', '@15-25 fail', 0],
    ['the other one began after the read', '@31-32', 0],
  ])(
    'cannot be told by a row that shows one of two operations where %s',
    async (_, times, count) => {
      const text = `w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 ${times}; r0 search 1#1 @29-30`;
      expect(await order(text)).toMatchObject({ undecidable_reads: count, refuted: [] });
    },
  );

  it('says so where no read could tell it', async () => {
    const text = 'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @15-25';
    expect((await order(`${text}; r0 search 1#1 @30-31; r0 search 1#2 @32-33`)).because).toBe(
      'each of 2 reads has a row that several operations wrote at once; 0 could have shown otherwise',
    );
    expect((await order(`${text}; r0 search 1#1 @30-31; r0 search 9#0 @32-33`)).because).toBe(
      'one order explains the one decidable read; 0 could have shown otherwise',
    );
    expect((await order(`${text}; r0 search 1#1 @30-31`)).because).toBe(
      'the one read has a row that several operations wrote at once; 0 could have shown otherwise',
    );
  });

  it('names the weakest guarantee that is refuted, and counts the reads', async () => {
    const writes = `${INSERT}; w0 insert 105-108 #2 @30-40`;
    const back = 'r0 poll >100: 101-104#1 @50-51; r0 poll >100: @52-53';
    expect(await order(`${writes}; ${back}`)).toMatchObject({
      refuted: ['monotonic-reads'],
      because: 'no one order explains 1 of 2 reads: monotonic-reads is refuted',
    });
    const hole = 'r1 poll >100: 105-108#2 @50-51';
    expect(await order(`${writes}; ${back}; ${hole}`)).toMatchObject({
      refuted: ['consistent-prefix', 'monotonic-reads'],
      because: 'no one order explains 2 of 3 reads: consistent-prefix, monotonic-reads are refuted',
    });
    const late = 'r2 poll >100: 101-104#1 @1041-1042; r2 poll >100: 101-104#1 105-108#2 @1045-1046';
    expect(await order(`${writes}; ${late}`)).toMatchObject({
      refuted: ['bounded-staleness'],
      because:
        'one order explains all 2 decidable reads; 1 could have shown otherwise; 1 came too late: bounded-staleness is refuted',
    });
    const all = `${writes}; ${late}; w0 poll >100: @50-51; ${back}; ${hole}`;
    expect((await order(all)).refuted).toEqual([
      'consistent-prefix',
      'monotonic-reads',
      'read-your-writes',
      'bounded-staleness',
    ]);
  });

  it('says that the final state takes part, which is no read', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @12-22';
    const audit = 'audit 1-2#1 3-4#2 5-100#0 101-104#3 105-108#4';
    const inserts = 'w0 insert 101-104 #3 @30-40; w0 insert 105-108 #4 @50-60';
    const refuted = ['consistent-prefix'];
    expect(await order(`${writes}; ${inserts}; ${audit}`)).toMatchObject({
      ...{ reads: 0, discriminating_reads: 0, refuted },
      because: 'no one order explains the final state: consistent-prefix is refuted',
    });
    const right = 'r0 poll >100: 101-104#3 @41-42';
    expect(await order(`${writes}; ${inserts}; ${right}; ${audit}`)).toMatchObject({
      ...{ reads: 1, discriminating_reads: 0, refuted },
      because: 'no one order explains the final state: consistent-prefix is refuted',
    });
    const hole = 'r0 poll >100: 105-108#4 @61-62';
    expect(await order(`${writes}; ${inserts}; ${right}; ${hole}; ${audit}`)).toMatchObject({
      ...{ reads: 2, discriminating_reads: 1, refuted },
      because:
        'no one order explains 1 of 2 reads and the final state: consistent-prefix is refuted',
    });
  });

  it('counts a read that contradicts others as one that could have shown otherwise', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @12-22';
    const right = 'r0 point 1-4: 1-4#1 @30-31';
    expect(await order(`${writes}; ${right}`)).toMatchObject({ discriminating_reads: 0 });
    const crossed = 'r0 point 1-4: 1-2#1 3-4#2 @32-33';
    expect(await order(`${writes}; ${right}; ${crossed}`)).toMatchObject({
      ...{ reads: 2, discriminating_reads: 1, refuted: ['consistent-prefix'] },
      because: 'no one order explains 1 of 2 reads: consistent-prefix is refuted',
    });
  });

  it('counts a read once that shows parts of two operations', async () => {
    const text = `${INSERT}; w1 insert 201-204 #2 @10-20; r0 poll >100: 101#1 201#2 @30-31`;
    expect(await found(text)).toMatchObject({
      counts: { fractured: 2 },
      order: {
        refuted: ['consistent-prefix'],
        because: 'no one order explains 1 of 1 read: consistent-prefix is refuted',
      },
    });
  });

  it('concludes nothing of others from a read that shows a part', async () => {
    const reads = 'r0 poll >100: 101-103#1 @30-31; r0 poll >100: @40-41; r1 poll >100: @32-33';
    expect((await found(`${INSERT}; ${reads}`)).counts).toEqual({ fractured: 1 });
    const doubt = 'w0 insert 101-104 #1 @10-20 info; w1 insert 201-204 #2 @40-50';
    const seen = 'r0 poll >100<199: 101-103#1 @30-31; r1 poll >100: 201-204#2 @60-61';
    expect((await found(`${doubt}; ${seen}`)).counts).toEqual({ fractured: 1 });
  });

  it('adds up what all copies say, and takes the greatest lag', async () => {
    const copies = [
      ['w0', 'r0'],
      ['w1', 'r1'],
    ];
    const text = `
      ${INSERT}; r0 poll >100: 101-104#1 @12-13; r0 poll >100: @21-22
      w1 insert 101-104 #2 @10-20; r1 poll >100: @25-26; r1 search 7#0 @27-28`;
    expect(await order(text, {}, copies)).toEqual({
      reads: 4,
      discriminating_reads: 3,
      undecidable_reads: 0,
      behind_us: 5000,
      refuted: ['monotonic-reads'],
      because: 'no one order explains 1 of 4 reads: monotonic-reads is refuted',
    });
    const apart = `${INSERT}; r0 poll >100: 101-104#1 @30-31; r1 poll >100: @32-33`;
    expect(await said(apart, {}, copies)).toEqual([]);
  });
});

describe('an order that cannot be judged', () => {
  const DOUBTS = 8192;
  const doubts = (count: number): string =>
    Array.from({ length: count }, (_, i) => `w${i % 2} insert ${1001 + i} #${1 + i} @${i} info`)
      .map((line) => line.replace(/@(\d+) info/, '@$1-$1.5 info'))
      .join(';');
  const because =
    'the history has more than 8192 operations that are in doubt or overlap others of their writer: no order of so many can be judged';
  const run = (count: number): string => `
    ${doubts(count)}; w0 insert 101-104 #9999 @0-10; r0 search 101#9999 @20-21; r0 search 101#9999 @30-31
    audit seed 101-104#9999`;

  it('has as many operations in doubt as fit beside the others', async () => {
    // The seed is a chain, and the acknowledged ones are one; none are those that failed, and increments.
    const others = `
      w0 insert 105-108 #9998 @30-40; w1 insert 109-112 #9997 @30-40 fail; w1 increment #9996 @50-60`;
    const text = run(DOUBTS - 2).replace('r0 search', `${others}; r0 search`);
    const { order: result, checks } = await judged(text);
    expect(result).toMatchObject({ reads: 2, refuted: [] });
    expect(checks.find(({ name }) => name === 'non-monotonic')?.verdict).toBe('pass');
  });

  it('has as many operations of one writer at once as can be told apart, and no more', async () => {
    const atOnce = (count: number): string =>
      Array.from({ length: count }, (_, i) => `w0 insert ${1001 + i} #${1 + i} @1-9`).join(';');
    const seen = 'r0 search 1001#1 @20-21; audit seed';
    expect((await judged(`${atOnce(256)}; ${seen}`)).order!.reads).toBe(1);
    expect((await judged(`${atOnce(257)}; ${seen}`)).order!.because).toBe(
      'the order of the reads could not be judged: the history has more than 256 operations of w0 at once: no order of so many can be judged',
    );
  });

  it('has too many: the checks of the order are unknown, with the reason, and no others', async () => {
    const judgement = await judged(
      `${run(DOUBTS - 1)}; w0 search 7#0 @40-41; r1 search 7#0 @40-41`,
    );
    expect(judgement.order).toEqual({
      reads: 0,
      discriminating_reads: 0,
      undecidable_reads: 0,
      behind_us: null,
      refuted: [],
      because: `the order of the reads could not be judged: ${because}`,
    });
    expect(failing(judgement)).toEqual([]);
    const unknown = judgement.checks.filter(({ verdict }) => verdict === 'unknown');
    expect(unknown.map(({ name }) => name)).toEqual([
      'fractured',
      'prefix-hole',
      'own-write-missed',
      'non-monotonic',
      'long-fork',
      'frozen',
      'search-gap',
    ]);
    for (const { because: why } of unknown.slice(0, -1)) {
      expect(why).toBe(`the order of the reads could not be judged: ${because}`);
    }
    const passed = judgement.checks.filter(({ verdict }) => verdict === 'pass');
    expect(passed.map(({ name }) => name)).toEqual([
      'lost',
      'duplicate',
      'torn',
      'unexpected',
      'dirty-read',
      'orphan',
    ]);
  });
});

describe('the order of one writer', () => {
  it('is that of operations which end and begin at one instant', async () => {
    const writes = `${INSERT}; w0 insert 105-108 #2 @20-30`;
    const hole = await check('prefix-hole', `${writes}; r0 poll >100: 105-108#2 @31-32`);
    expect(hole.findings).toMatchObject([
      {
        text: "r0's poll at 0.032 s shows w0's insert 1 and not w0's insert 0 (rows 101-104), which was acknowledged at 0.020000 s, before w0's insert 1 began at 0.020000 s",
        edges: [{ kind: 'misses' }, { kind: 'acknowledged' }, { kind: 'shows' }],
      },
    ]);
    const others = writes.replace('w0 insert 105', 'w1 insert 105');
    expect(await said(`${others}; r0 poll >100: 105-108#2 @31-32`)).toEqual([]);
  });

  it('has gaps where its operations overlap', async () => {
    const writes = `
      w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @15-40; w0 insert 109-112 #3 @30-35
      w0 insert 113-116 #4 @45-50`;
    expect(await said(`${writes}; r0 poll >100: 105-108#2 @60-61`)).toEqual([]);
    expect(await said(`${writes}; r0 poll >100: 109-112#3 @60-61`)).toHaveLength(1);
    expect(await said(`${writes}; r0 poll >100: 101-104#1 109-112#3 @60-61`)).toEqual([]);
    for (const rows of ['101-104#1 105-108#2 113-116#4', '101-104#1 109-112#3 113-116#4']) {
      expect(await said(`${writes}; r0 poll >100: ${rows} @60-61`)).toHaveLength(1);
    }
  });

  it('begins when the driver was called, where it was acknowledged', async () => {
    const announced = `${INSERT}; w1 insert 201-204 #2 @15/21-30`;
    const read = 'r0 poll >100: 201-204#2 @40-41';
    expect(await said(`${announced}; ${read}`)).toHaveLength(1);
    expect(await said(`${announced} info; ${read}`)).toEqual([]);
  });
});
