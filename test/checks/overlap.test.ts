import { describe, expect, it } from 'vitest';
import { check, judged } from '../support/history-dsl.ts';

/** Reads of seconds later, at which nobody writes any more. */
const LATER = `
  r0 search 101#1 @5000-5100 target 101#1
  r0 poll >100: 101-104#1 @5200-5300
  audit seed 101-104#1 counter 0`;

describe('what a writer left open when it died', () => {
  const died = `w0 insert 101-104 #1 @1-5; w0 insert 105-108 #2 @10; w0 died @15; ${LATER}`;

  it('overlaps no later read, which then proves nothing', async () => {
    expect((await judged(died)).overlapRatio).toBe(0);
    const { verdict, because } = await check('search-gap', died);
    expect(verdict).toBe('unknown');
    expect(because).toContain('no read overlapped a write');
  });

  it('overlaps what was read before its death', async () => {
    const { overlapRatio } = await judged(`${died}; r0 search 1#0 @12-13`);
    expect(overlapRatio).toBe(1 / 3);
  });

  it('is in doubt all the same: it may be found, and may be missing', async () => {
    for (const audit of [died, died.replace('audit seed', 'audit seed 105-108#2')]) {
      const { checks } = await judged(audit);
      expect(checks.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    }
  });

  it('overlaps no later round either, in which a process of its name dies again', async () => {
    const rounds = `
      w0 insert 101-104 #1 @1-5; w0 increment #2 @10; w0 died @15
      w0 increment #3 @5500; w0 died @6000; ${LATER}`;
    expect((await judged(rounds)).overlapRatio).toBe(0);
  });
});
