import { describe, expect, it } from 'vitest';
import { checkCreators, judge } from '../../src/checks/index.ts';
import { historyOf } from '../../src/core/history.ts';
import { check, eventsOf, judged } from '../support/history-dsl.ts';

const INSERT = 'w0 insert 101-104 #1 @10-20';

describe('lost', () => {
  it('passes when the audit has every acknowledged row', async () => {
    const { verdict, because } = await check('lost', `${INSERT}; audit seed 101-104#1`);
    expect(verdict).toBe('pass');
    expect(because).toBe('104 acknowledged rows found in the audit, none missing');
  });

  it('fails on acknowledged rows that are missing, and names them', async () => {
    const result = await check('lost', `${INSERT}; audit seed 101-102#1`);
    expect(result).toMatchObject({
      verdict: 'fail',
      count: 2,
      because: '2 of 104 acknowledged rows are missing or back at an older version',
      findings: [
        {
          text: "rows 103-104 of w0's insert 0, acknowledged at 0.020 s, are not in the database",
          process: 'w0',
          ids: [103, 104],
          batches: [1],
          time_us: 20_000,
        },
      ],
    });
  });

  it('fails on missing seed rows', async () => {
    const { verdict, count, findings } = await check('lost', 'audit 1-6#0 8-100#0', { writers: 0 });
    expect({ verdict, count }).toEqual({ verdict: 'fail', count: 1 });
    expect(findings[0]).toMatchObject({
      text: 'row 7 of the seed is not in the database',
      ids: [7],
    });
    expect(findings[0]?.process).toBeNull();
  });

  it('fails on a re-embedding that went back to the seed', async () => {
    const result = await check('lost', 'w0 reembed 1-4 #1 @10-20; audit 1-3#1 4-100#0');
    expect(result).toMatchObject({ verdict: 'fail', count: 1 });
    expect(result.findings[0]).toMatchObject({
      text: "row 4 of w0's reembed 0, acknowledged at 0.020 s, is back at older batch 0",
      ids: [4],
      batches: [1, 0],
    });
  });

  it('fails on a re-embedding of the last seed row that went back', async () => {
    const result = await check('lost', 'w0 reembed 100 #1 @10-20; audit seed');
    expect(result).toMatchObject({ verdict: 'fail', count: 1, findings: [{ ids: [100] }] });
  });

  it('fails on a re-embedding that went back to an earlier one', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w0 reembed 1-4 #2 @30-40';
    const result = await check('lost', `${writes}; audit 1-2#2 3-4#1 5-100#0`);
    expect(result).toMatchObject({ verdict: 'fail', count: 2 });
    expect(result.findings[0]?.batches).toEqual([2, 1]);
  });

  it('accepts either of two concurrent operations', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @15-25';
    for (const rows of ['1-4#1', '1-4#2', '1-2#1 3-4#2']) {
      expect((await check('lost', `${writes}; audit ${rows} 5-100#0`)).verdict).toBe('pass');
    }
  });

  it('counts an end and an invocation at the same instant as concurrent', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @20-25';
    expect((await check('lost', `${writes}; audit 1-4#1 5-100#0`)).verdict).toBe('pass');
  });

  it.each(['@10', '@10-20 info'])(
    'accepts both worlds for an operation in doubt (%s)',
    async (end) => {
      const writes = `w0 reembed 1-4 #1 ${end}; w1 reembed 1-4 #2 @30-40; w1 insert 101-104 #3 @50-60`;
      for (const rows of ['1-4#1', '1-4#2']) {
        const { verdict } = await check('lost', `${writes}; audit ${rows} 5-100#0 101-104#3`);
        expect(verdict).toBe('pass');
      }
    },
  );

  it('does not expect rows of failed or doubtful inserts', async () => {
    const writes = `${INSERT}; w0 insert 105-108 #2 @30-40 fail; w0 insert 109-112 #3 @50`;
    const { verdict, because } = await check('lost', `${writes}; audit seed 101-104#1`);
    expect(verdict).toBe('pass');
    expect(because).toContain('104 acknowledged rows');
  });

  it('leaves rows of failed operations and of nobody to other checks', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w0 reembed 1-4 #2 @30-40 fail';
    expect((await check('lost', `${writes}; audit 1-3#2 4#77 5-100#0`)).verdict).toBe('pass');
  });

  it('forgives an old version beside the right one: that is a duplicate', async () => {
    const audit = 'audit 1-4#1 4-100#0';
    expect((await check('lost', `w0 reembed 1-4 #1 @10-20; ${audit}`)).verdict).toBe('pass');
  });

  it('judges row by row where operations overlap in part', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w1 reembed 3-6 #2 @30-40';
    const result = await check('lost', `${writes}; audit 1-3#1 4-6#2 7-100#0`);
    expect(result).toMatchObject({ verdict: 'fail', count: 1 });
    expect(result.findings[0]).toMatchObject({ ids: [3], batches: [2, 1] });
    const right = await check('lost', `${writes}; audit 1-2#1 3-6#2 7-100#0`);
    expect(right.verdict).toBe('pass');
  });

  it('keeps a finding for each operation, up to five, and counts all', async () => {
    const inserts = Array.from({ length: 7 }, (_, i) => {
      const first = 101 + 4 * i;
      return `w0 insert ${first}-${first + 3} #${i + 1} @${10 * i + 1}-${10 * i + 5}`;
    });
    const { count, findings } = await check('lost', `${inserts.join(';')}; audit seed`);
    expect(count).toBe(28);
    expect(findings.map(({ batches }) => batches)).toEqual([[1], [2], [3], [4], [5]]);
  });

  it('fails when the database cannot be read', async () => {
    const result = await check('lost', `${INSERT}; audit 1-50#0 error corrupt`);
    expect(result).toMatchObject({ verdict: 'fail', count: 54 });
    expect(result.because).toBe(
      'the database is unreadable (corrupt: it said corrupt): 54 of 104 acknowledged rows could not be read',
    );
    expect(result.findings[0]).toEqual({
      text: 'the audit could not read the database: corrupt: it said corrupt',
      process: null,
      ids: [],
      batches: [],
      time_us: null,
    });
  });

  it.each(['io', 'oom', 'worker.died'])(
    'passes when all rows were read and then the audit failed (%s): a close loses nothing',
    async (error) => {
      const text = `${INSERT}; audit seed 101-104#1 error ${error}`;
      const { verdict, because, count, findings } = await check('lost', text);
      expect({ verdict, count, findings }).toEqual({ verdict: 'pass', count: 0, findings: [] });
      expect(because).toBe('104 acknowledged rows found in the audit, none missing');
    },
  );

  it('fails when all rows were read and the database calls itself corrupt', async () => {
    const result = await check('lost', `${INSERT}; audit seed 101-104#1 error corrupt`);
    expect(result).toMatchObject({ verdict: 'fail', count: 1, where: 'final' });
  });

  it('fails when the audit failed and a row is missing or back at an older version', async () => {
    const missing = await check('lost', `${INSERT}; audit seed 101-103#1 error io`);
    expect(missing).toMatchObject({ verdict: 'fail', count: 1 });
    const older = await check('lost', 'w0 reembed 1-4 #1 @10-20; audit seed error io');
    expect(older).toMatchObject({ verdict: 'fail', count: 4 });
  });

  it('fails when the database cannot be read and had nothing to lose', async () => {
    const text = 'w0 insert 101-104 #1 @10-20 fail; audit error io';
    const { verdict, where } = await check('lost', text, { rows: 0 });
    expect({ verdict, where }).toEqual({ verdict: 'fail', where: 'final' });
  });

  it('is unknown where the audit of another copy did not end', async () => {
    const copies = [['w0'], ['w1']];
    const writes = 'w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @10-20';
    const closing = `${writes}; audit seed 101-104#1 error io`;
    const cut = await check('lost', `${closing}; audit 1-50#0 copy 1 error oom`, {}, copies);
    expect(cut).toMatchObject({
      verdict: 'unknown',
      because: 'the audit did not end (oom: it said oom)',
    });
    const whole = await check('lost', `${closing}; audit seed 201-204#2 copy 1`, {}, copies);
    expect(whole.verdict).toBe('pass');
  });

  it.each(['oom', 'deadline', 'worker.died'])(
    'is unknown when the auditor failed by itself (%s)',
    async (error) => {
      const { verdict, because } = await check('lost', `${INSERT}; audit 1-50#0 error ${error}`);
      expect(verdict).toBe('unknown');
      expect(because).toBe(`the audit did not end (${error}: it said ${error})`);
    },
  );

  it('still judges rows that a failing auditor did read', async () => {
    const text = 'w0 reembed 1-4 #1 @10-20; audit 1-2#0 error oom';
    expect(await check('lost', text)).toMatchObject({ verdict: 'fail', count: 2 });
  });

  it('is unknown without an audit, or without its end', async () => {
    const missing = await check('lost', INSERT);
    expect(missing).toMatchObject({ verdict: 'unknown', because: 'the database was not audited' });
    const cut = await check('lost', `${INSERT}; audit seed 101-104#1 ...`);
    expect(cut.verdict).toBe('unknown');
  });

  it('is unknown when no write was acknowledged, unless there are no writers', async () => {
    const doubt = await check('lost', 'w0 insert 101-104 #1 @10; audit seed');
    expect(doubt).toMatchObject({
      verdict: 'unknown',
      because: 'no write of rows was acknowledged',
    });
    expect((await check('lost', 'audit seed', { writers: 0 })).verdict).toBe('pass');
  });

  it('judges each copy against its own ledger', async () => {
    const copies = [['w0'], ['w1'], ['r0']];
    const writes = 'w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @10-20';
    const audits = 'audit seed 101-104#1; audit seed 201-204#2 copy 1; audit seed copy 2';
    const right = await check('lost', `${writes}; ${audits}`, { access: 'isolated' }, copies);
    expect(right).toMatchObject({ verdict: 'pass' });
    expect(right.because).toContain('308 acknowledged rows');
    const swapped = audits.replace('101-104#1', '201-204#2');
    const wrong = await check('lost', `${writes}; ${swapped}`, { access: 'isolated' }, copies);
    expect(wrong).toMatchObject({ verdict: 'fail', count: 4 });
    const partial = `${writes}; audit seed 101-104#1; audit seed 201-204#2 copy 1`;
    expect((await check('lost', partial, {}, copies)).verdict).toBe('unknown');
  });

  it('says when the database could not be read and gave no reason', async () => {
    const events = eventsOf(`${INSERT}; audit 1-50#0 error io`).map((event) => {
      if (!('f' in event) || event.f !== 'audit') return event;
      const { error: _, ...rest } = event;
      return rest;
    });
    const { checks } = await judge(historyOf(events));
    expect(checks[0]?.because).toContain('the database is unreadable (unclassified: no error)');
  });

  it('does not compare versions of a row that its operation does not write', async () => {
    const writes = 'w0 reembed 1-4 #1 @10-20; w0 reembed 1-8 #2 @30-40';
    expect((await check('lost', `${writes}; audit 1-4#2 5-8#1 9-100#0`)).verdict).toBe('pass');
  });

  it('takes no operation that failed for a later one', async () => {
    const across = 'w0 reembed 1-4 #1 @10-20; w0 reembed 3-6 #2 @30-40 fail';
    expect((await check('lost', `${across}; audit 1-4#1 5-100#0`)).verdict).toBe('pass');
    const same = 'w0 upsert 101-104 #1 @10-20; w0 upsert 101-104 #2 @30-40 fail';
    const { findings } = await check('lost', `${same}; audit seed`);
    expect(findings).toMatchObject([{ ids: [101, 102, 103, 104], batches: [1] }]);
  });

  it('lets a row show an operation that was acknowledged in the microsecond in which another began', async () => {
    const text = 'w0 reembed 1-4 #1 @10-20; w1 reembed 1-4 #2 @20-30';
    expect((await check('lost', `${text}; audit 5-100#0 1-4#1`)).verdict).toBe('pass');
    const later = text.replace('@20-30', '@20.001-30');
    expect((await check('lost', `${later}; audit 5-100#0 1-4#1`)).count).toBe(4);
  });

  it('tells the rows of one operation that are missing from those that are back', async () => {
    const text = 'w0 reembed 1-8 #1 @10-20; audit 9-100#0 1-2#1 5#0 8#0';
    expect((await check('lost', text)).findings.map((found) => found.text)).toEqual([
      "rows 3-4, 6-7 of w0's reembed 0, acknowledged at 0.020 s, are not in the database",
      "rows 5, 8 of w0's reembed 0, acknowledged at 0.020 s, are back at older batch 0",
    ]);
  });

  it('counts rows at an older version of more operations than it names', async () => {
    const writes = Array.from(
      { length: 7 },
      (_, i) => `w0 reembed ${i + 1} #${i + 1} @${i}-${i}.5`,
    );
    const { count, findings } = await check('lost', `${writes.join(';')}; audit seed`);
    expect(count).toBe(7);
    expect(findings.map(({ ids }) => ids)).toEqual([[1], [2], [3], [4], [5]]);
  });

  it('remembers of 10,000 rows what they show instead', async () => {
    const writes = 'w0 reembed 1-10000 #1 @10-20; w0 reembed 10001-10004 #2 @30-40';
    const { count, findings } = await check('lost', `${writes}; audit 1-10004#0`, { rows: 10_004 });
    expect(count).toBe(10_004);
    expect(findings).toMatchObject([
      { batches: [1, 0] },
      {
        text: "rows 10001-10004 of w0's reembed 1, acknowledged at 0.040 s, are back at an older batch",
        batches: [2],
      },
    ]);
  });
});

describe('the audit in numbers', () => {
  it('counts what is acknowledged, lost, duplicate, torn, unexpected and in doubt', async () => {
    const writes = `${INSERT}; w0 insert 105-110 #2 @30; w0 increment #3 @50-60`;
    const { audit } = await judged(
      `${writes}; audit seed 101-102#1 102#1 105-109#2 900#9 torn 5#0 counter 1`,
    );
    expect(audit).toEqual({
      rows: 109,
      acknowledged: 104,
      lost: 2,
      duplicate: 1,
      torn: 1,
      unexpected: 1,
      in_doubt: 5,
      counter: 1,
      took_us: 500_000,
      error: null,
    });
  });

  it('sums over copies, and is null without an audit', async () => {
    const copies = [['w0'], ['w1']];
    const both = 'audit seed counter 2; audit seed copy 1 counter 3';
    const { audit } = await judged(both, { writers: 2, readers: 0 }, copies);
    expect(audit).toMatchObject({ rows: 200, acknowledged: 200, counter: 5, took_us: 1_000_000 });
    expect((await judged(INSERT)).audit).toBeNull();
  });

  it.each(['lost', 'duplicate', 'torn', 'unexpected'] as const)(
    'is null where %s could not be asked for its rows',
    async (name) => {
      const creators = {
        ...checkCreators,
        [name]: () => {
          throw new Error('not today');
        },
      };
      const events = eventsOf(`${INSERT}; audit seed 101-104#1`);
      expect((await judge(historyOf(events), creators)).audit).toBeNull();
    },
  );

  it('names the error', async () => {
    const { audit } = await judged('audit 1-50#0 error oom');
    expect(audit).toMatchObject({ error: 'oom: it said oom', counter: null });
    const second = await judged('audit seed; audit 1-50#0 copy 1 error io', {}, [['w0'], ['r0']]);
    expect(second.audit).toMatchObject({ error: 'io: it said io', counter: null });
  });
});
