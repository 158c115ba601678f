import { describe, expect, it } from 'vitest';
import { historyOf, type Event } from '../../src/core/history.ts';
import { countBetween, holdsRun, intersects } from '../../src/core/id-range.ts';
import { precedes, readLedgers, type Ledger } from '../../src/core/ledger.ts';
import { eventsOf } from '../support/history-dsl.ts';

async function ledgerOf(text: string): Promise<Ledger> {
  const { ledgers } = await readLedgers(historyOf(eventsOf(text)));
  return ledgers[0]!;
}

describe('the ledger', () => {
  it('begins with the seed, which precedes everything', async () => {
    const ledger = await ledgerOf('w0 insert 101-104 #1 @0-20');
    const [seed, insert] = ledger.operations;
    expect(seed).toMatchObject({ f: 'seed', batch: 0, cover: { first: 1, last: 100, size: 100 } });
    expect(precedes(seed!, insert!)).toBe(true);
    expect(precedes(insert!, seed!)).toBe(false);
    expect(precedes(seed!, seed!)).toBe(false);
  });

  it('keeps what was attempted and what was acknowledged', async () => {
    const ledger = await ledgerOf(
      'w0 insert 101-104 #1 @10-20; w0 reembed 1-7/2 #2 @30-40 fail; w0 increment #3 @50-60 info; w1 insert 201-204 #4 @5',
    );
    expect(ledger.operations.slice(1)).toMatchObject([
      {
        process: 'w0',
        f: 'insert',
        op: 0,
        batch: 1,
        outcome: 'ok',
        invokeUs: 10_000,
        acknowledgedUs: 20_000,
      },
      {
        process: 'w0',
        f: 'reembed',
        op: 1,
        outcome: 'fail',
        acknowledgedUs: Infinity,
        returnedUs: 40_000,
      },
      {
        process: 'w0',
        f: 'increment',
        op: 2,
        cover: null,
        outcome: 'info',
        acknowledgedUs: Infinity,
      },
      { process: 'w1', f: 'insert', op: 0, outcome: 'info', returnedUs: Infinity },
    ]);
    expect(ledger.byBatch(4)?.process).toBe('w1');
    expect(ledger.byBatch(5)).toBeUndefined();
  });

  it('leaves in doubt what a dead writer began, without letting it run on', async () => {
    const { operations } = await ledgerOf(
      'w0 insert 101-104 #1 @10; w1 insert 201-204 #2 @10; w0 died @50',
    );
    expect(operations[1]).toMatchObject({
      outcome: 'info',
      acknowledgedUs: Infinity,
      returnedUs: 50_000,
    });
    expect(operations[2]).toMatchObject({ returnedUs: Infinity });
  });

  it('lets what a writer left open end with it, not with the next of its name', async () => {
    const { operations } = await ledgerOf(
      'w0 increment #1 @10; w0 died @50; w0 increment #2 @100; w0 died @150',
    );
    expect(operations[1]).toMatchObject({ outcome: 'info', returnedUs: 50_000 });
    expect(operations[2]).toMatchObject({ outcome: 'info', returnedUs: 150_000 });
  });

  it('believes no end after a power cut, whatever it was', async () => {
    const { operations } = await ledgerOf(`
      w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @10-30
      w0 insert 105-108 #3 @21/25-30.001; w1 insert 205-208 #4 @31-40 fail; w2 increment #5 @32-41
      w3 insert 301-304 #6 @5-29 info; w4 insert 401-404 #7 @5; cut @30; w4 died @31`);
    const answered = { outcome: 'ok' };
    expect(operations.slice(1, 3)).toMatchObject([
      { ...answered, acknowledgedUs: 20_000 },
      { ...answered, acknowledgedUs: 30_000 },
    ]);
    const doubt = { outcome: 'info', acknowledgedUs: Infinity };
    expect(operations.slice(3)).toMatchObject([
      { ...doubt, beganUs: 21_000, returnedUs: 30_001 },
      { ...doubt, beganUs: 31_000, returnedUs: 40_000 },
      { ...doubt, beganUs: 32_000, returnedUs: 41_000 },
      { ...doubt, returnedUs: 29_000 },
      { ...doubt, returnedUs: 31_000 },
    ]);
  });

  it('believes ends again once all began anew after a power cut', async () => {
    const writes = `
      w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @30-39; w0 insert 109-112 #3 @31-40
      w0 insert 113-116 #4 @50-60; w0 insert 117-120 #5 @70-90; w0 insert 121-124 #6 @95-99`;
    const outcomes = async (marks: string): Promise<string> =>
      (await ledgerOf(`${writes}; ${marks}`)).operations
        .slice(1)
        .map(({ outcome }) => outcome)
        .join(' ');
    expect(await outcomes('start @1')).toBe('ok ok ok ok ok ok');
    expect(await outcomes('start @1; cut @25')).toBe('ok info info info info info');
    expect(await outcomes('start @1; cut @25; start @40')).toBe('ok info ok ok ok ok');
    expect(await outcomes('cut @25; start @40; start @65')).toBe('ok info ok ok ok ok');
    expect(await outcomes('cut @25; start @40; cut @80; start @95')).toBe('ok info ok ok info ok');
    expect(await outcomes('cut @25; cut @35; start @40')).toBe('ok info ok ok ok ok');
  });

  it('takes what was in doubt since a power cut for no earlier begin of its rows', async () => {
    const { covers } = await ledgerOf(
      'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @30-40; cut @35',
    );
    expect(covers).toMatchObject([{ latestBeganUs: 10_000 }]);
  });

  it('orders operations only by acknowledgement before invocation', async () => {
    const { operations } = await ledgerOf(
      'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @20-30; w1 reembed 1-4 #3 @31-40 info; w0 reembed 1-4 #4 @50-60',
    );
    const [, a, b, c, d] = operations;
    expect(precedes(a!, b!)).toBe(false);
    expect(precedes(a!, c!)).toBe(true);
    expect(precedes(b!, c!)).toBe(true);
    expect(precedes(c!, d!)).toBe(false);
  });

  it('shares the cover of operations on the same rows', async () => {
    const { covers } = await ledgerOf(
      'w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @30-40; w1 upsert 101-104 #3 @50-60 fail',
    );
    expect(covers).toHaveLength(1);
    expect(covers[0]).toMatchObject({ size: 4, latestBeganUs: 30_000, crossing: [] });
    expect(covers[0]!.operations.map(({ batch }) => batch)).toEqual([1, 2, 3]);
  });

  it('knows covers that cross each other, and those that only interleave', async () => {
    const { covers } = await ledgerOf(
      'w0 reembed 1-7/2 #1 @1-2; w1 reembed 2-8/2 #2 @1-2; w2 reembed 6-12/3 #3 @1-2; w3 reembed 50-60 #4 @1-2',
    );
    const firsts = covers.map(({ first, crossing }) => [
      first,
      crossing.map((other) => other.first),
    ]);
    expect(firsts).toEqual([
      [1, []],
      [2, [6]],
      [6, [2]],
      [50, []],
    ]);
  });

  it('finds all operations on a row', async () => {
    const ledger = await ledgerOf(
      'w0 reembed 1-60 #1 @1-2; w1 reembed 2-8/2 #2 @1-2; w1 reembed 40-44 #3 @3-4; w1 reembed 40-44 #4 @5-6',
    );
    const batches = (id: number): number[] =>
      ledger
        .operationsOn(id)
        .map(({ batch }) => batch)
        .toSorted((a, b) => a - b);
    expect(batches(1)).toEqual([1]);
    expect(batches(2)).toEqual([1, 2]);
    expect(batches(3)).toEqual([1]);
    expect(batches(40)).toEqual([1, 3, 4]);
    expect(batches(60)).toEqual([1]);
    expect(batches(61)).toEqual([]);
    expect(batches(0)).toEqual([]);
  });

  it('keeps a ledger for each copy', async () => {
    const text = 'w0 insert 101-104 #1 @10-20; w1 insert 101-104 #2 @10-20';
    const { ledgers } = await readLedgers(historyOf(eventsOf(text, {}, [['w0'], ['w1', 'r0']])));
    expect(ledgers.map(({ operations }) => operations.map(({ batch }) => batch))).toEqual([
      [0, 1],
      [0, 2],
    ]);
  });

  it('refuses a history that is not one', async () => {
    const [header, invoke, end] = eventsOf('w0 insert 101-104 #1 @10-20');
    const read = (...events: (Event | undefined)[]): Promise<unknown> =>
      readLedgers(historyOf(events.filter((event) => event !== undefined)));
    await expect(read()).rejects.toThrow('the history has no header');
    await expect(read(header, end)).rejects.toThrow(
      'the history ends operation 0 of w0, which never began',
    );
    await expect(read(header, invoke, end, end)).rejects.toThrow('which never began');
    const strange = { ...invoke, process: 'w9' } as Event;
    await expect(read(header, strange)).rejects.toThrow(
      'the history has writes of w9, which is not in its header',
    );
  });
});

describe('ids in progression', () => {
  const odd = { first: 1, last: 9, step: 2 };

  it.each([
    [0, Infinity, 5],
    [1, 9, 3],
    [0, 10, 5],
    [2, 8, 3],
    [3, 4, 0],
    [9, 20, 0],
    [-5, 1, 0],
    [4, 6, 1],
  ])('counts those between %s and %s', (after, before, count) => {
    expect(countBetween(odd, after, before)).toBe(count);
  });

  it.each([
    [1, 9, 2, true],
    [3, 7, 4, true],
    [3, 3, 1, true],
    [3, 4, 1, false],
    [2, 2, 1, false],
    [9, 11, 2, false],
    [-1, 1, 2, false],
  ])('knows whether it holds %s-%s by %s', (first, last, step, held) => {
    expect(holdsRun(odd, first, last, step)).toBe(held);
  });

  it.each([
    [2, 8, 2, false],
    [9, 9, 1, true],
    [10, 20, 1, false],
    [4, 10, 3, true],
    [4, 10, 6, false],
    [5, 7, 2, true],
  ])('knows whether it meets %s-%s by %s', (first, last, step, met) => {
    expect(intersects(odd, { first, last, step })).toBe(met);
    expect(intersects({ first, last, step }, odd)).toBe(met);
  });
});
