import { describe, expect, it } from 'vitest';
import { sameAs } from '../../src/checks/order/same.ts';
import { OperationSet, Session } from '../../src/checks/order/sessions.ts';
import { check, judged } from '../support/history-dsl.ts';
import { found, said } from '../support/order.ts';

const TWO = 'w0 insert 101-104 #1 @1-2; w0 insert 105-108 #2 @3-4; w0 insert 109-112 #3 @5-6';
const ROWS = 'w0 reembed 1-4 #1 @1-2; w0 reembed 5-8 #2 @3-4';

describe('a read that goes back behind its session', () => {
  const wentBack = (what: string): string =>
    `non-monotonic: r0's search at 0.011 s shows w0's ${what}, and r0's poll at 0.021 s, later in the same session, does not show it`;

  it('misses what the session showed, also where it misses more of the same writer', async () => {
    const text = `${TWO}; r0 search 105#2 @10-11; r0 poll >100: @20-21`;
    expect(await said(text)).toEqual([`${wentBack('insert 1')} (rows 105-108)`]);
  });

  it('is told by the last operation that the session showed, in whatever order it showed them', async () => {
    for (const shown of [
      '@7-8; r0 search 109#3 @10-11',
      '@12-13; r0 search 109#3 @10-11',
      '@7-8; r0 search 109#3 @8-9; r0 search 109#3 105#2 @10-11',
    ]) {
      const text = `${TWO}; r0 search 105#2 ${shown}; r0 poll >100: @20-21`;
      const [only, ...others] = await said(text);
      expect(others).toEqual([]);
      expect(only).toContain(', later in the same session, does not show it (rows 109-112)');
    }
    const backwards = `${TWO}; r0 search 109#3 @10-11; r0 search 105#2 @12-13; r0 poll >100: @20-21`;
    expect(await said(backwards)).toEqual([`${wentBack('insert 2')} (rows 109-112)`]);
  });

  it('shows older versions of its rows', async () => {
    const back = `${ROWS}; r0 search 5#2 @10-11; r0 point 1-8: 1-4#0 5-8#0 @20-21`;
    expect(await said(back)).toEqual([
      `${wentBack('reembed 1').replace('poll', 'point')} (rows 5-8)`,
    ]);
    const searched = `${ROWS}; r0 search 5#2 @10-11; r0 search 1#0 7#0 @20-21`;
    expect((await found(searched)).counts).toEqual({ 'non-monotonic': 1 });
  });

  it.each([
    ['did not ask for them', 'point 1-4: 1-4#0'],
    ['asked for those of another operation', 'search 1#0'],
    ['asked for those before them', 'point 1-4/3: 1-4/3#0'],
  ])('and not where it %s', async (_, read) => {
    const text = `${ROWS}; r0 search 5#2 @10-11; r0 ${read} @20-21`;
    const { counts, said: texts } = await found(text);
    expect(counts).toEqual({ 'prefix-hole': 1 });
    expect(texts[0]).toContain('over two reads: ');
  });

  it.each([
    ['another operation of the same time in its place', 'w1 reembed 5-8 #9 @1-6', '5-8#9'],
    ['rows of nobody in its place', 'w1 reembed 9-12 #9 @1-6', '5-8#1'],
  ])('and not where it shows %s', async (_, write, rows) => {
    const text = `${ROWS}; ${write}; r0 search 5#2 @10-11; r0 point 1-8: 1-4#0 ${rows} @20-21`;
    expect((await found(text)).counts).toEqual({ 'prefix-hole': 1 });
  });

  it('may begin in the microsecond in which the read before it ended', async () => {
    const text = `${TWO}; r0 search 105#2 @10-11; r0 poll >100: @11-21`;
    expect((await found(text)).counts).toEqual({ 'non-monotonic': 1 });
    const overlapping = text.replace('@11-21', '@10.999-21');
    expect((await found(overlapping)).counts).toEqual({});
  });
});

describe('an operation that was seen', () => {
  const SEEN = 'w1 insert 201-204 #2 @30-40; r1 poll >100: 201-204#2 @50-60';

  it('comes before what begins later, from the microsecond on in which it began', async () => {
    const seen = (time: string): string =>
      `w0 insert 101-104 #1 @20-100; r0 search 101#1 @15-${time}; ${SEEN}`;
    expect((await found(seen('20'))).counts).toEqual({ 'prefix-hole': 1 });
    expect((await found(seen('19.999'))).counts).toEqual({});
  });

  it('does not take a failed one for the version that must stay', async () => {
    const text = `
      w0 reembed 1-4 #1 @10-20 fail; r0 point 1-4: 1-4#1 @20-21; w1 reembed 1-4 #2 @30-40
      audit 5-100#0 1-4#1`;
    expect(await check('lost', text)).toMatchObject({ verdict: 'pass', count: 0 });
    expect((await check('aborted-read', text)).verdict).toBe('fail');
  });

  it('is counted for each session that read', async () => {
    const text = `
      w0 insert 101-104 #1 @10-20; r0 search 1#0 @1-2; r0 open @3-4; r0 search 101#1 @30-31
      r0 search 101#1 @32-33; r1 search 1#0 @30-31`;
    expect((await judged(text)).evidence.sessions).toBe(3);
  });
});

describe('reads of several sessions', () => {
  it('are taken in the order in which they ended, not in which they stand in the file', async () => {
    const writes = 'w0 insert 101-104 #1 @10-50; w1 insert 201-204 #2 @10-50';
    const reads = 'r0 poll >100: 101-104#1 @20-31; r1 poll >100: 201-204#2 @20-29';
    expect((await check('long-fork', `${writes}; ${reads}`)).findings).toMatchObject([
      { process: 'r0', time_us: 31_000 },
    ]);
  });

  const A = 'w0 upsert 1-2 #1 @10-50';
  const B = 'w1 upsert 2-3 #2 @10-50';

  it('contradict one that crosses versions only as far as they are of one session', async () => {
    const crossed = 'r0 point 1-2: 1#1 2#2 @70-71';
    const of = (second: string): string =>
      `${A}; ${B}; r1 point 3: 3#2 @60-61; ${second} point 1: 1#0 @62-63; ${crossed}`;
    expect(await found(of('r1'))).toMatchObject({
      counts: { 'long-fork': 1 },
      order: { refuted: ['monotonic-reads'] },
    });
    expect((await found(of('r2'))).counts).toEqual({});
  });

  it('contradict one that shows what they, in turn, show before what it misses', async () => {
    const text = `
      w0 insert 101-104 #1 @10-50; w1 insert 201-204 #2 @10-50
      r1 poll >200: 201-204#2 @60-61; r1 poll >100<200: @62-63; r0 poll >100: 101-104#1 @64-65`;
    const { counts, order, said: texts } = await found(text);
    expect({ counts, refuted: order!.refuted }).toEqual({
      counts: { 'long-fork': 1 },
      refuted: ['monotonic-reads'],
    });
    expect(texts).toEqual([
      "long-fork: no one order explains that r1's poll at 0.061 s shows w1's insert 0, and r1's poll at 0.063 s, later in the same session, does not show w0's insert 0, and that r0's poll at 0.065 s shows w0's insert 0 and not w1's insert 0",
    ]);
    // What else the session had seen is no reason.
    const more = `w2 reembed 1-4 #3 @1-2; r1 search 1#3 @3-4; ${text}`;
    expect(await said(more)).toEqual(texts);
    const last = text.replace('@62-63', '@66-67');
    const lastMore = `w2 reembed 1-4 #3 @1-2; r1 search 1#3 @3-4; ${last}`;
    expect(await said(lastMore)).toEqual(await said(last));
    expect((await said(last))[0]).toContain(
      "that r1's poll at 0.061 s shows w1's insert 0, and r1's",
    );
  });
});

describe('reads of one process that writes, too', () => {
  it('come after what it wrote', async () => {
    const text = `
      w0 insert 101-104 #1 @10-50; w1 insert 201-204 #2 @10-60
      w0 poll >200: @55-56; r0 poll >100: 201-204#2 @70-71`;
    const { counts, order, said: texts } = await found(text);
    expect({ counts, refuted: order!.refuted }).toEqual({
      counts: { 'long-fork': 1 },
      refuted: ['read-your-writes'],
    });
    expect(texts).toEqual([
      "long-fork: no one order explains that w0 itself wrote w0's insert 0, and w0's poll at 0.056 s does not show w1's insert 0, and that r0's poll at 0.071 s shows w1's insert 0 and not w0's insert 0",
    ]);
  });
});

describe('very many circles through reads', () => {
  it('are looked at closely up to the hundredth: of one session, they are no fork', async () => {
    const circle = (read: number): string => `r0 point 3,5: 3#1 5#2 @${70 + read}-${70 + read}.5`;
    const reads = Array.from({ length: 102 }, (_, i) => circle(i)).join(';');
    const text = `
      w0 reembed 1-4 #1 @10-60; w1 reembed 3-6 #2 @10-60; r0 point 1,5: 1#1 5#0 @20-21`;
    expect((await found(`${text}; ${circle(0)}`)).counts).toEqual({ 'prefix-hole': 1 });
    expect((await found(`${text}; ${reads}`)).counts).toEqual({
      'prefix-hole': 100,
      'long-fork': 2,
    });
  });
});

describe('a set of operations', () => {
  it('has what was added, until it is emptied', () => {
    const set = new OperationSet(100);
    for (const index of [0, 31, 32, 64, 99, 31]) set.add(index);
    const members = (): number[] =>
      Array.from({ length: 101 }, (_, i) => i).filter((i) => set.has(i));
    expect(members()).toEqual([0, 31, 32, 64, 99]);
    set.clear();
    expect(members()).toEqual([]);
    set.add(33);
    expect(members()).toEqual([33]);
    set.clear();
    expect(members()).toEqual([]);
  });
});

describe('a session', () => {
  it('keeps what it saw of each chain as it went on, until it is taken', () => {
    const session = new Session('r0', new OperationSet(9));
    const by = { process: 'r0', f: 'poll', time: 7 } as const;
    let named = 0;
    const name = () => {
      named++;
      return by;
    };
    session.sight(0, 2, 5, name);
    session.sight(0, 1, 4, name);
    session.sight(0, 2, 5, name);
    session.sight(1, 0, 6, name);
    session.sight(0, 3, 7, name);
    expect(named).toBe(3);
    expect(session.takePending()).toEqual([
      { index: 5, by },
      { index: 6, by },
      { index: 7, by },
    ]);
    expect(session.takePending()).toEqual([]);
    session.sight(0, 3, 7, name);
    session.sight(1, 1, 8, name);
    expect(session.takePending()).toEqual([{ index: 8, by }]);
  });

  it('keeps one list for what is the same again', () => {
    const known = [1, 2, 3];
    expect(sameAs(known, [1, 2, 3])).toBe(known);
    for (const other of [[1, 2], [1, 2, 4], [4, 2, 3], [1, 2, 3, 4], []]) {
      expect(sameAs(known, other)).toBe(other);
    }
    const first = [7];
    expect(sameAs(undefined, first)).toBe(first);
  });
});
