import { describe, expect, it } from 'vitest';
import { judge } from '../../src/checks/index.ts';
import { historyOf, type Event } from '../../src/core/history.ts';
import { check, eventsOf } from '../support/history-dsl.ts';
import { circle, found, said } from '../support/order.ts';

const INSERT = 'w0 insert 101-104 #1 @10-20; r0 search 1#0 @12-13';
const SEEN = `${INSERT}; r0 poll >100: 101-104#1 @30-31`;

/** What is said of a read that ended at this time and misses what the one before it showed. */
const gone = (what: string): string =>
  `non-monotonic: r0's poll at 0.031 s shows w0's insert 0, and r0's ${what} at 0.041 s, later in the same session, does not show it (rows 101-104)`;

describe('non-monotonic', () => {
  it('passes when a session went on seeing what it had seen', async () => {
    const text = `${SEEN}; r0 poll >100: 101-104#1 @32-33`;
    expect(await check('non-monotonic', text)).toMatchObject({
      verdict: 'pass',
      because: '1 session read on after having seen operations, and never went back',
    });
  });

  it.each([
    ['poll', 'poll >100:'],
    ['drain poll', 'drain >100:'],
    ['point', 'point 101-104:'],
    ['point', 'point 103:'],
  ])('fails on an operation that a later %s misses', async (what, read) => {
    const text = `${SEEN}; r0 ${read} @40-41`;
    expect(await said(text)).toEqual([gone(what)]);
    expect(await circle(text)).toEqual([
      `r0's ${what} at 0.041 s -misses-> w0's insert 0`,
      "w0's insert 0 -shows-> r0's poll at 0.031 s",
      `r0's poll at 0.031 s -session-> r0's ${what} at 0.041 s`,
    ]);
    expect(await check('non-monotonic', text)).toMatchObject({
      verdict: 'fail',
      count: 1,
      because: '1 read missed what an earlier read of the same session had shown',
      findings: [{ process: 'r0', ids: [101, 102, 103, 104], batches: [1], time_us: 41_000 }],
    });
  });

  it('counts each read that misses it, and goes by the first that did not', async () => {
    const reads = 'r0 poll >100: @40-41; r0 poll >100: @42-43; r0 poll >100: 101-104#1 @44-45';
    const { counts, order, said: texts } = await found(`${SEEN}; ${reads}; r0 poll >100: @46-47`);
    expect(counts).toEqual({ 'non-monotonic': 3 });
    expect(order?.refuted).toEqual(['monotonic-reads']);
    expect(texts[1]).toBe(gone('poll').replace('0.041', '0.043'));
    expect(texts[2]).toBe(gone('poll').replace('0.041', '0.047'));
  });

  it('expects an operation that a search or a point read showed a row of', async () => {
    for (const read of ['search 101#1', 'point 102-104/2: 102-104/2#1']) {
      const { counts } = await found(`${INSERT}; r0 ${read} @30-31; r0 poll >100: @40-41`);
      expect(counts).toEqual({ 'non-monotonic': 1 });
    }
  });

  it('expects seed rows that were there before', async () => {
    const reads = 'r0 point 1-4: 1-4#0 @30-31; r0 point 6-8/2: @40-41';
    expect(await said(`${INSERT}; ${reads}`)).toEqual([
      "non-monotonic: r0's search at 0.013 s shows the seed, and r0's point at 0.041 s, later in the same session, does not show it (rows 1-100)",
    ]);
    const other = 'r0 point 1-4: 1-4#0 @30-31; r1 point 6-8/2: @40-41; r0 point 6: 6#0 @42-43';
    expect(await said(`${INSERT}; ${other}`)).toEqual([]);
  });

  it('names a read that also contradicts others', async () => {
    const writes = 'w0 insert 101-104 #1 @10-40; w1 insert 201-204 #2 @10-40';
    const reads = `
      r0 poll >100: 101-104#1 @20-22; r1 poll >100: 101-104#1 201-204#2 @21-23
      r1 poll >100: 201-204#2 @24-25`;
    expect(await said(`${writes}; ${reads}`)).toEqual([
      "non-monotonic: r1's poll at 0.023 s shows w0's insert 0, and r1's poll at 0.025 s, later in the same session, does not show it (rows 101-104)",
    ]);
    expect((await found(`${writes}; ${reads}`)).order?.refuted).toEqual([
      'consistent-prefix',
      'monotonic-reads',
    ]);
  });

  it('is not disturbed by new rows, repeated rows, or some that nobody wrote', async () => {
    const writes = `${SEEN}; w1 insert 205-208 #2 @12-35`;
    for (const rows of ['205-208#2', '205-208#2 205#2', '205-208#2 300#77']) {
      expect(await said(`${writes}; r0 poll >100: ${rows} @40-41`)).toEqual([gone('poll')]);
    }
    const all = '101-104#1 101#1 300#77';
    expect(await said(`${SEEN}; r0 poll >100: ${all} @40-41`)).toEqual([]);
  });

  it('expects only what a read asked for', async () => {
    const reads = `
      r0 poll >104: @40-41; r0 poll >100<103: 101-102#1 @42-43; r0 search 1#0 @44-45
      r0 point 101-103/2: 101-103/2#1 @46-47; r0 point 100: 100#0 @48-49`;
    expect(await said(`${SEEN}; ${reads}`)).toEqual([]);
  });

  it('keeps processes apart', async () => {
    expect(await said(`${SEEN}; r1 poll >100: @40-41; r0 search 1#0 @42-43`)).toEqual([]);
  });

  it('takes only a read that began after the former ended for a later one', async () => {
    expect(await said(`${SEEN}; r0 poll >100: @30.999-41; r0 search 1#0 @50-51`)).toEqual([]);
    expect(await said(`${SEEN}; r0 poll >100: @31-41`)).toEqual([gone('poll')]);
    const long = 'r0 search 1#0 @32-50; r0 poll >100: @40-51';
    expect(await said(`${SEEN}; ${long}`)).toEqual([gone('poll').replace('0.041', '0.051')]);
  });

  it('remembers what reads that overlapped have shown', async () => {
    const reads = 'r0 poll >100<105: @25-40; r0 poll >100: 101-104#1 @30-41; r0 poll >100: @50-51';
    expect(await said(`${INSERT}; ${reads}`)).toEqual([
      gone('poll').replace('0.041', '0.051').replace('0.031', '0.041'),
    ]);
  });

  it('fails on a row that went back to the seed', async () => {
    const text = 'w0 reembed 1-4 #1 @10-20; r0 search 2#1 @12-13; r0 search 2#0 @30-31';
    expect(await said(text)).toEqual([
      "non-monotonic: r0's search at 0.013 s shows w0's reembed 0, and r0's search at 0.031 s, later in the same session, does not show it (rows 1-4)",
    ]);
    const last = 'w0 reembed 100 #1 @10-20; r0 search 100#1 @12-13; r0 search 100#0 @30-31';
    expect(await said(last)).toHaveLength(1);
    const beside = 'w0 reembed 1-4 #1 @10-20; r0 search 2#1 @12-13; r0 search 5#0 5#0 2#0 @30-31';
    expect(await said(beside)).toHaveLength(1);
  });

  it('fails on a row that went back behind an operation that was acknowledged before', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @30-40; r0 search 9#0 @12-13';
    const back = `${writes}; r0 point 1-4: 1-4#2 @50-51; r0 point 1-4: 1-4#1 @60-61`;
    expect(await said(back)).toEqual([
      "non-monotonic: r0's point at 0.051 s shows w1's reembed 0, and r0's point at 0.061 s, later in the same session, does not show it (rows 1-4)",
    ]);
    const on = `${writes}; r0 point 1-4: 1-4#1 @50-51; r0 point 1-4: 1-4#2 @60-61`;
    expect(await said(`${on}; r0 search 1#2 @70-71`)).toEqual([]);
  });

  it('gives concurrent operations no order by what a row showed after the other', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-30; w1 reembed 1-4 #2 @15-25';
    const reads = [1, 2, 1, 1].map((n, i) => `r0 search 1#${n} @${40 + i * 2}-${41 + i * 2}`);
    const { said: texts, order } = await found(`${writes}; ${reads.join(';')}`);
    expect(texts).toEqual([]);
    expect(order).toMatchObject({ reads: 4, undecidable_reads: 4, refuted: [] });
  });

  it('keeps what each chain of operations has shown', async () => {
    const writes = `
      w0 reembed 1-4 #1 @10-20; w0 reembed 1-4 #2 @30-40; w1 reembed 1-4 #3 @5-90
      r0 search 9#0 @12-13`;
    const reads = 'r0 search 1#2 @41-42; r0 search 1#3 @43-44';
    expect(await said(`${writes}; ${reads}; r0 search 1#1 @46-47`)).toEqual([
      "non-monotonic: r0's search at 0.042 s shows w0's reembed 1, and r0's search at 0.047 s, later in the same session, does not show it (rows 1-4)",
    ]);
  });

  it('names the read that showed it, not a later one that showed what came before', async () => {
    const writes = 'w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @30-40';
    const reads = `
      r0 poll >104: 105-108#2 @50-51; r0 poll >100<105: 101-104#1 @60-61
      r0 poll >104: @70-71`;
    expect(await said(`${writes}; ${reads}`)).toEqual([
      "non-monotonic: r0's poll at 0.051 s shows w0's insert 1, and r0's poll at 0.071 s, later in the same session, does not show it (rows 105-108)",
    ]);
  });

  it('says by a later operation of the chain that an earlier one had been seen', async () => {
    const writes = 'w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @30-40';
    const reads = 'r0 poll >100: 101-104#1 105-108#2 @50-51; r0 poll >100<105: @60-61';
    expect(await said(`${writes}; ${reads}`)).toEqual([
      "non-monotonic: over two reads: r0's poll at 0.051 s shows w0's insert 1, and r0's poll at 0.061 s, later in the same session, misses w0's insert 0 (rows 101-104), which was acknowledged at 0.020000 s, before w0's insert 1 began at 0.030000 s",
    ]);
  });

  it('goes back among several operations that are missed', async () => {
    const writes = 'w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @12-22; r0 search 1#0 @12-13';
    expect(await said(`${writes}; r0 poll >200: 201-204#2 @30-31; r0 poll >100: @40-41`)).toEqual([
      "non-monotonic: r0's poll at 0.031 s shows w1's insert 0, and r0's poll at 0.041 s, later in the same session, does not show it (rows 201-204)",
    ]);
  });

  it('accepts an operation in doubt, but not its going', async () => {
    for (const end of ['@10', '@10-20 info']) {
      const writes = `w0 reembed 1-4 #1 ${end}; w1 reembed 1-4 #2 @30-40; r0 search 9#0 @12-13`;
      const late = 'r0 search 1#2 @50-51; r0 search 1#1 @52-53; r0 search 9#0 @54-55';
      expect(await said(`${writes}; ${late}`)).toEqual([]);
      expect(await said(`${writes}; r0 search 1#1 @22-23; r0 search 1#0 @24-25`)).toHaveLength(1);
    }
  });

  it('gives two versions of one row in one read no order', async () => {
    const writes = 'w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @12-22; r0 search 9#0 @12-13';
    const reads = [30, 40, 50].map((ms) => `r0 poll >100: 101-104#1 101-104#2 @${ms}-${ms + 1}`);
    expect(await said(`${writes}; ${reads.join(';')}`)).toEqual([]);
  });

  it('leaves rows of failed operations to another check', async () => {
    const text =
      'w0 insert 101-104 #1 @10-20 fail; r0 poll >100: 101-104#1 @12-13; r0 poll >100: @14-15';
    expect(await said(text)).toEqual([]);
    const seen = `${SEEN}; w0 upsert 101-104 #2 @32-33 fail; r0 poll >100: 101-104#2 @40-41`;
    expect(await said(`${seen}; r0 poll >100: 101-104#1 @42-43`)).toEqual([]);
  });

  it('knows rows by their ids, however a read packs them', async () => {
    const writes = 'w0 insert 101-107/2 #1 @10-20; r0 search 1#0 @12-13';
    const reads = 'r0 poll >100: 101-107/2#1 @30-31; r0 poll >100: 101#1 103#1 105#1 107#1 @40-41';
    expect(await said(`${writes}; ${reads}`)).toEqual([]);
  });

  it('does not expect a row again that was never one of its operation', async () => {
    const reads = 'r0 poll >100: 101-105#1 @40-41; r0 poll >100: 101-104#1 @42-43';
    expect(await said(`${SEEN}; ${reads}`)).toEqual([]);
  });

  it('judges rows far from the seed', async () => {
    const base = 3 * 2 ** 32;
    const ids = `${base + 1}-${base + 4}`;
    const writes = `w0 upsert ${ids} #1 @10-20; w1 upsert ${ids} #2 @30-40; r0 search 9#0 @12-13`;
    const reads = `r0 poll >100: ${ids}#2 @50-51; r0 poll >100: ${ids}#1 @60-61`;
    expect(await said(`${writes}; ${reads}`)).toHaveLength(1);
  });

  it('ends a session where its process opens the database again', async () => {
    const again = `${SEEN}; r0 open @35-36; r0 poll >100: @40-41`;
    expect(await found(again)).toMatchObject({ said: [], order: { refuted: [], reads: 3 } });
    const kept = `${again}; r0 poll >100: 101-104#1 @42-43; r0 poll >100: @44-45`;
    expect(await said(kept)).toHaveLength(1);
    const other = `${SEEN}; r1 open @35-36; r0 poll >100: @40-41`;
    expect(await said(other)).toEqual([gone('poll')]);
  });

  it('forgets all operations that a session saw, however many', async () => {
    const inserts = Array.from(
      { length: 70 },
      (_, i) => `w0 insert ${101 + i} #${i + 1} @${i}-${i}.5`,
    );
    const all = Array.from({ length: 70 }, (_, i) => `${101 + i}#${i + 1}`).join(' ');
    const text = `${inserts.join(';')}; r0 poll >100: ${all} @80-81`;
    const reads = 'r0 poll >100<102: @90-91; r0 poll >131<133: @92-93; r0 poll >169: @94-95';
    expect((await found(`${text}; ${reads}`)).counts).toEqual({ 'non-monotonic': 3 });
    expect((await found(`${text}; r0 open @85-86; ${reads}`)).counts).toEqual({});
  });
});

describe('non-monotonic, where there is nothing to judge', () => {
  it('is unknown unless a reader read on after seeing an operation', async () => {
    const unread = 'no reader read again after it had seen an operation';
    for (const text of [
      `${INSERT}; r0 poll >100: 101-104#1 @30-31`,
      `${SEEN}; r0 open @35-36; r0 poll >100: 101-104#1 @40-41`,
      `${INSERT}; r0 point 1-4: 1-4#0 @30-31; r0 point 1-4: 1-4#0 @40-41; r0 search 101#1 @50-51`,
    ]) {
      expect(await check('non-monotonic', text)).toMatchObject({
        verdict: 'unknown',
        because: unread,
      });
    }
    const apart =
      'w0 insert 101-104 #1 @10-20; r0 poll >100: 101-104#1 @30-31; r0 search 1#0 @32-33';
    expect((await check('non-monotonic', apart)).because).toBe('no read overlapped a write');
  });

  it('counts the sessions of each process that read on', async () => {
    const more = 'r1 poll >100: 101-104#1 @30-31; r1 search 1#0 @32-33; r1 search 1#0 @34-35';
    const again = 'r1 open @40-41; r1 poll >100: 101-104#1 @42-43; r1 search 1#0 @44-45';
    const { because } = await check(
      'non-monotonic',
      `${SEEN}; r0 search 1#0 @32-33; ${more}; ${again}`,
    );
    expect(because).toBe('3 sessions read on after having seen operations, and never went back');
  });

  it('is skipped where readers saw nothing because they are frozen', async () => {
    expect(await check('non-monotonic', `${INSERT}; r0 drain >100: @3000-3001`)).toMatchObject({
      verdict: 'skipped',
      because: 'no commit was ever seen (see frozen)',
    });
    const late = `${SEEN}; w0 insert 105-108 #2 @32-33; r0 drain >100: 101-104#1 @3000-3001`;
    expect((await check('non-monotonic', late)).verdict).toBe('pass');
  });

  it('is skipped without writers or readers, and where each operation opens the database', async () => {
    expect((await check('non-monotonic', 'audit seed', { writers: 0 })).verdict).toBe('skipped');
    expect((await check('non-monotonic', 'audit seed', { readers: 0 })).verdict).toBe('skipped');
    const read = `${SEEN}; r0 poll >100: 101-104#1 @40-41`;
    expect(await check('non-monotonic', read, { access: 'reopen' })).toMatchObject({
      verdict: 'skipped',
      because: 'each operation opens the database anew: no session has two reads',
    });
  });

  it('does not take a failed operation for one that was seen', async () => {
    const writes = 'w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @30-40 fail';
    const reads =
      'r0 search 1#0 @12-13; r0 poll >104: 105-108#2 @42-43; r0 poll >104: 105-108#2 @44-45';
    expect(await check('non-monotonic', `${writes}; ${reads}`)).toMatchObject({
      verdict: 'unknown',
      because: 'no reader read again after it had seen an operation',
    });
  });

  it('passes on one reader although another one is frozen', async () => {
    const reads = 'r0 poll >100: 101-104#1 @32-33; r1 search 1#0 @34-35; r1 drain >100: @3000-3001';
    expect(await check('non-monotonic', `${SEEN}; ${reads}`)).toMatchObject({
      verdict: 'pass',
      because: '1 session read on after having seen operations, and never went back',
    });
  });
});

it('goes on with a session whose process failed to open the database again', async () => {
  const events = eventsOf(`${SEEN}; r0 open @32-33; r0 poll >100: @40-41`);
  const failed = (event: Event): Event =>
    event.type === 'ok' && event.f === 'open' ? { ...event, type: 'fail' } : event;
  const { checks } = await judge(historyOf(events.map(failed)));
  expect(checks.find(({ name }) => name === 'non-monotonic')!.count).toBe(1);
  const opened = await judge(historyOf(events));
  expect(opened.checks.find(({ name }) => name === 'non-monotonic')!.count).toBe(0);
});
