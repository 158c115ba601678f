import { describe, expect, it } from 'vitest';
import { check } from '../support/history-dsl.ts';

const POLLED = `
  w0 insert 101-104 #1 @10-20
  r0 search 1#0 @12-13
  r0 poll >100: 101-104#1 @30-31`;

describe('search-gap', () => {
  it('passes when a search finds the row it searched for', async () => {
    const { verdict, because } = await check(
      'search-gap',
      `${POLLED}; r0 search 7#0 104#1 @32-33 target 104#1`,
    );
    expect(verdict).toBe('pass');
    expect(because).toBe("1 search for a polled row's own embedding found it");
  });

  it('fails when it does not', async () => {
    const text = `${POLLED}; r0 search 101-103#1 @32-33 target 104#1`;
    expect(await check('search-gap', text)).toMatchObject({
      verdict: 'fail',
      count: 1,
      because: "1 of 1 search for a polled row's own embedding did not find it",
      findings: [
        {
          text: "r0's search at 0.033 s for the embedding of row 104 of w0's insert 0 did not find it",
          process: 'r0',
          ids: [104],
          batches: [1],
          time_us: 33_000,
        },
      ],
    });
  });

  it('fails when it finds only an older version', async () => {
    const writes = `
      w0 upsert 101-104 #1 @10-20; w0 upsert 101-104 #2 @22-24
      r0 search 1#0 @12-13; r0 poll >100: 101-104#2 @30-31`;
    const { verdict, findings } = await check(
      'search-gap',
      `${writes}; r0 search 104#1 @32-33 target 104#2`,
    );
    expect(verdict).toBe('fail');
    expect(findings[0]?.text).toContain('found an older version of it');
  });

  it.each([
    ['concurrent', '@15-25'],
    ['later', '@22-24'],
  ])('accepts the version of a %s operation', async (_, times) => {
    const writes = `w1 upsert 101-104 #2 ${times}; ${POLLED}`;
    const { verdict } = await check('search-gap', `${writes}; r0 search 104#2 @32-33 target 104#1`);
    expect(verdict).toBe('pass');
  });

  it.each([
    ['pass', 'has begun since', '@32-60'],
    ['pass', 'was in doubt', '@15-25 info'],
    ['pass', 'was concurrent with the target', '@15-25'],
    ['fail', 'had ended before the target began', '@1-2'],
    ['fail', 'began after the search', '@34-60'],
    ['fail', 'began as the search ended', '@33-60'],
    ['fail', 'failed', '@32-33 fail'],
  ])('%s: absent, and an operation on the row %s', async (verdict, _, times) => {
    const writes = `w1 upsert 101-104 #2 ${times}; ${POLLED}`;
    const result = await check('search-gap', `${writes}; r0 search 7#0 @32-33 target 104#1`);
    expect(result.verdict).toBe(verdict);
  });

  it('does not take a reader that lagged behind for a search that misses rows', async () => {
    const text = `
      w0 upsert 101-104 #1 @10-20; w1 upsert 101-104 #2 @15-25; r0 search 1#0 @12-13
      r0 poll >100: 101-104#1 @30-31; r0 search 7#0 @32-33 target 104#1; r0 poll >100: 101-104#2 @34-35`;
    expect((await check('search-gap', text)).verdict).toBe('pass');
  });

  it('does not ask for rows of failed operations, or of nobody', async () => {
    const failed =
      'w0 insert 101-104 #1 @10-20 fail; w0 insert 105-108 #2 @10-20; r0 search 1#0 @12-13';
    const search = (batch: number): string => `r0 search 7#0 @32-33 target 104#${batch}`;
    expect((await check('search-gap', `${failed}; ${search(1)}`)).verdict).toBe('pass');
    expect((await check('search-gap', `${failed}; ${search(77)}`)).verdict).toBe('pass');
    const shown = `${POLLED}; r0 search 104#77 @32-33 target 104#1`;
    expect((await check('search-gap', shown)).verdict).toBe('pass');
  });

  it('is skipped in few dimensions, where embeddings have ties', async () => {
    const text = `${POLLED}; r0 search 7#0 @32-33 target 104#1`;
    expect(await check('search-gap', text, { dims: 7 })).toMatchObject({
      verdict: 'skipped',
      because: 'embeddings of fewer than 8 dimensions have ties',
    });
    expect((await check('search-gap', text, { dims: 8 })).verdict).toBe('fail');
  });

  it('is unknown without such a search or without overlap, skipped when frozen', async () => {
    expect((await check('search-gap', POLLED)).because).toBe('no search for a polled row was made');
    const apart = 'w0 insert 101-104 #1 @10-20; r0 search 104#1 @32-33 target 104#1';
    expect((await check('search-gap', apart)).because).toBe('no read overlapped a write');
    const frozen = 'w0 insert 101-104 #1 @10-20; r0 search 1#0 @12-13; r0 drain >100: @3000-3001';
    expect((await check('search-gap', frozen)).verdict).toBe('skipped');
    expect((await check('search-gap', 'audit seed', { writers: 0 })).verdict).toBe('skipped');
  });

  it('looks for the row itself in what was found', async () => {
    const writes =
      'w0 insert 101-108 #1 @10-20; r0 search 1#0 @12-13; r0 poll >100: 101-108#1 @30-31';
    for (const [rows, verdict] of [
      ['101-107/3#1', 'pass'],
      ['101-107/2#1', 'fail'],
      ['105-108#1', 'fail'],
    ]) {
      const search = `r0 search ${rows} @32-33 target 104#1`;
      expect((await check('search-gap', `${writes}; ${search}`)).verdict).toBe(verdict);
    }
  });

  it('fails on an older version whatever has begun since', async () => {
    const writes = `
      w0 upsert 101-104 #1 @10-20; w0 upsert 101-104 #2 @22-24; w1 upsert 101-104 #3 @31-60
      r0 search 1#0 @12-13; r0 poll >100: 101-104#2 @30-31`;
    const old = await check('search-gap', `${writes}; r0 search 104#1 @32-33 target 104#2`);
    expect(old.verdict).toBe('fail');
  });

  it('passes on searches that were made before a reader froze', async () => {
    const reads = 'r0 search 104#1 @32-33 target 104#1; r0 drain >100: @3000-3001';
    expect((await check('search-gap', `${POLLED}; ${reads}`)).verdict).toBe('pass');
  });
});
