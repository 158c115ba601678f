import { describe, expect, it } from 'vitest';
import { judge } from '../../src/checks/index.ts';
import { historyOf } from '../../src/core/history.ts';
import { check, eventsOf } from '../support/history-dsl.ts';

describe('torn', () => {
  it('passes when all rows match their checksum', async () => {
    const { verdict, because } = await check('torn', 'r0 search 5#0 9#0 @1-2; audit seed');
    expect({ verdict, because }).toEqual({
      verdict: 'pass',
      because: '102 rows match their checksum',
    });
  });

  it('fails on a row that a reader got', async () => {
    const text = 'r0 search 5-6#0 9#3 @1-2 torn 5#0 torn 9#3; audit seed';
    const { verdict, count, because, findings } = await check('torn', text);
    expect({ verdict, count }).toEqual({ verdict: 'fail', count: 2 });
    expect(because).toBe('2 of 103 rows do not match their checksum');
    expect(findings).toEqual([
      {
        text: "r0's search at 0.002 s returned rows 5, 9 (batch 0, 3) with a checksum that does not match",
        process: 'r0',
        ids: [5, 9],
        batches: [0, 3],
        time_us: 2000,
      },
    ]);
  });

  it('fails on a row of the audit', async () => {
    const { verdict, findings } = await check('torn', 'audit seed torn 5#0');
    expect(verdict).toBe('fail');
    expect(findings).toEqual([
      {
        text: 'the audit returned row 5 (batch 0) with a checksum that does not match',
        process: null,
        ids: [5],
        batches: [0],
        time_us: null,
      },
    ]);
  });

  it('is unknown when no row was read', async () => {
    expect(await check('torn', 'r0 poll >100: @1-2')).toMatchObject({
      verdict: 'unknown',
      because: 'no row was read',
    });
  });

  it('finds nothing where no torn rows are listed, or none at all', async () => {
    const events = eventsOf('r0 search 5#0 @1-2 torn 5#0; audit seed torn 5#0');
    for (const torn of [[], undefined]) {
      const whole = events.map((event) => {
        if (!('torn' in event)) return event;
        const { torn: _, ...rest } = event;
        return torn === undefined ? rest : { ...rest, torn };
      });
      const { checks } = await judge(historyOf(whole));
      const { verdict, findings } = checks.find(({ name }) => name === 'torn')!;
      expect({ verdict, findings }).toEqual({ verdict: 'pass', findings: [] });
    }
  });
});
