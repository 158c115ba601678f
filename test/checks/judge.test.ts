import { describe, expect, it } from 'vitest';
import { Findings } from '../../src/checks/check.ts';
import type { CheckCreators } from '../../src/checks/court.ts';
import { checkCreators, judge } from '../../src/checks/index.ts';
import { UsageError } from '../../src/core/errors.ts';
import { historyOf } from '../../src/core/history.ts';
import { CHECKS, type CheckName } from '../../src/core/names.ts';
import { eventsOf, failing, judged } from '../support/history-dsl.ts';

/** Of a check that has thrown before. */
const neverAsked = (): never => {
  throw new Error('never asked');
};

const RUN = `
  w0 insert 101-104 #1 @10-20
  r0 search 1#0 @12-13
  r0 poll >100: 101-104#1 @30-31
  r0 files 1 @32-33
  r0 search 104#1 @34-35 target 104#1
  r0 drain >100: 101-104#1 @3000-3001
  audit seed 101-104#1`;

describe('judge', () => {
  it('asks all checks, in order, and a correct run fails none', async () => {
    const { checks } = await judged(RUN);
    expect(checks.map(({ name }) => name)).toEqual(CHECKS);
    const skipped: CheckName[] = [
      'lost-update',
      'aborted-read',
      'dirty-read',
      'own-write-missed',
      'long-fork',
    ];
    expect(checks.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual(
      CHECKS.map((name) => `${name} ${skipped.includes(name) ? 'skipped' : 'pass'}`),
    );
    expect(checks.every(({ count, findings }) => count === 0 && findings.length === 0)).toBe(true);
  });

  it('judges a run of frozen readers without leaving anything unknown', async () => {
    const { checks } = await judged(`
      w0 insert 101-104 #1 @10-20; r0 search 1#0 @12-13; r0 poll >100: @14-15
      r0 drain >100: @3000-3001; audit seed 101-104#1`);
    expect(checks.filter(({ verdict }) => verdict === 'unknown')).toEqual([]);
    expect(checks.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)).toEqual([
      'frozen',
    ]);
    expect(checks.filter(({ verdict }) => verdict === 'skipped').map(({ name }) => name)).toEqual([
      'lost-update',
      'aborted-read',
      'dirty-read',
      'prefix-hole',
      'own-write-missed',
      'non-monotonic',
      'long-fork',
      'search-gap',
    ]);
  });

  it('leaves nothing unknown without writers, without readers, and in copies of their own', async () => {
    const unknown = async (...args: Parameters<typeof judged>): Promise<string[]> => {
      const { checks } = await judged(...args);
      return checks.filter(({ verdict }) => verdict === 'unknown').map(({ name }) => name);
    };
    expect(await unknown('r0 search 1#0 @1-2; audit seed', { writers: 0 })).toEqual([]);
    const write = 'w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @30-40 fail';
    expect(await unknown(`${write}; audit seed 101-104#1`, { readers: 0 })).toEqual([]);
    const copies = `${write}; r0 search 1#0 @12-13; audit seed 101-104#1; audit seed copy 1`;
    expect(await unknown(copies, {}, [['w0'], ['r0']])).toEqual([]);
  });

  it('ignores reads that failed', async () => {
    const judgement = await judged(`${RUN}; r0 search fail @40-41; r0 poll >100: fail @42-43`);
    expect(failing(judgement)).toEqual([]);
  });

  it('lets other checks report when one throws', async () => {
    const throwing = {
      lost: () => {
        throw new Error('no such thing');
      },
      torn: () => ({
        read() {
          throw new Error('not this row');
        },
        finish: neverAsked,
      }),
      frozen: () => ({
        finish: () => {
          throw new Error('not in the end');
        },
      }),
      orphan: () => ({
        files() {
          throw new Error('no files');
        },
        finish: neverAsked,
      }),
      duplicate: () => ({
        scan() {
          throw new Error('no page');
        },
        finish: neverAsked,
      }),
      unexpected: () => ({
        audited() {
          throw new Error('no end');
        },
        finish: neverAsked,
      }),
    };
    const { checks, audit } = await judge(historyOf(eventsOf(RUN)), {
      ...checkCreators,
      ...throwing,
    });
    const unknown = checks.filter(({ verdict }) => verdict === 'unknown');
    expect(unknown.map(({ name, because }) => `${name}: ${because}`)).toEqual([
      'lost: the check itself failed: no such thing',
      'duplicate: the check itself failed: no page',
      'torn: the check itself failed: not this row',
      'unexpected: the check itself failed: no end',
      'frozen: the check itself failed: not in the end',
      'orphan: the check itself failed: no files',
    ]);
    expect(unknown.every(({ count, findings }) => count === 0 && findings.length === 0)).toBe(true);
    expect(checks.filter(({ verdict }) => verdict === 'pass')).toHaveLength(4);
    expect(audit).toBeNull();
  });

  it('keeps what a check found before it threw, and says that it could not finish', async () => {
    const broken = (at: 'scan' | 'finish'): CheckCreators['lost'] => {
      return () => {
        const findings = new Findings();
        const fail = (): never => {
          throw new RangeError('too much');
        };
        return {
          findings,
          read: () => {
            const found = { process: null, ids: [7], batches: [], time_us: null };
            findings.addAudited(2, () => ({ text: 'row 7 is bad', ...found }));
          },
          scan: at === 'scan' ? fail : () => undefined,
          finish: fail,
        };
      };
    };
    const creators = { ...checkCreators, lost: broken('finish'), torn: broken('scan') };
    const { checks, audit } = await judge(historyOf(eventsOf(RUN)), creators);
    for (const name of ['lost', 'torn'] as const) {
      const found = checks.find((each) => each.name === name)!;
      expect(found.verdict).toBe('fail');
      expect(found.count).toBeGreaterThan(0);
      expect(found.findings[0]).toMatchObject({ ids: [7] });
      expect(found.because).toBe(
        'row 7 is bad; there may be more, for it could not finish (the check itself failed: too much)',
      );
    }
    expect(audit).toMatchObject({ lost: checks[0]!.count, duplicate: 0 });
  });

  it('keeps how many rows a check found before it threw, where it described none', async () => {
    const broken = (rows: number): CheckCreators['lost'] => {
      const findings = new Findings();
      findings.countAudited(rows);
      return () => ({
        findings,
        finish: () => {
          throw new Error('too much');
        },
      });
    };
    const becauseOf = async (rows: number): Promise<string> => {
      const creators = { ...checkCreators, lost: broken(rows) };
      const { checks } = await judge(historyOf(eventsOf(RUN)), creators);
      return `${checks[0]!.verdict}: ${checks[0]!.because}`;
    };
    expect(await becauseOf(2)).toBe(
      'fail: 2 rows; there may be more, for it could not finish (the check itself failed: too much)',
    );
    expect(await becauseOf(0)).toBe('unknown: the check itself failed: too much');
  });

  it('counts acknowledged operations of the run as writes, and no others', async () => {
    const text = `w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @30-40 fail
      w0 increment #3 @50-60; w0 insert 109-112 #4 @70-80 info; w0 insert 113-116 #5 @90`;
    expect((await judged(`${text}; audit seed 101-104#1 counter 1`)).evidence.writes).toBe(2);
  });

  it('does not take a fault of the history for one of a check', async () => {
    const refusing: CheckCreators['lost'] = () => ({
      read() {
        throw new UsageError('line 7 is nonsense');
      },
      finish: neverAsked,
    });
    await expect(
      judge(historyOf(eventsOf(RUN)), { ...checkCreators, lost: refusing }),
    ).rejects.toThrow(new UsageError('line 7 is nonsense'));
  });

  it('judges nothing that was not recorded', async () => {
    const { checks, overlapRatio } = await judged(RUN, { check: false });
    expect(checks.every(({ verdict }) => verdict === 'unknown')).toBe(true);
    expect(checks[0]?.because).toContain('--no-check');
    expect(overlapRatio).toBe(1 / 3);
  });

  it('judges events as they come, in any number of chunks', async () => {
    const events = eventsOf(RUN);
    const whole = await judge(historyOf(events));
    const pieces = await judge({
      async *events() {
        for (const event of events) yield [event];
      },
    });
    expect(pieces).toEqual(whole);
  });

  it('refuses a history whose header does not know its readers or copies', async () => {
    await expect(judged(RUN, {}, [['w0']])).rejects.toThrow(
      'the history has reads of r0, which is not in its header',
    );
    const message = 'the history has an audit of copy 1, which is not in its header';
    await expect(judged('audit seed copy 1')).rejects.toThrow(new UsageError(message));
    const ends = eventsOf('audit seed copy 1').filter(
      (event) => !('f' in event && event.f === 'scan'),
    );
    await expect(judge(historyOf(ends))).rejects.toThrow(new UsageError(message));
  });

  it('counts a read whose rows were not recorded, and judges nothing of it', async () => {
    const events = eventsOf(`${RUN}; r0 search @15-16`).map((event) => {
      if (!('rows' in event) || event.process !== 'r0' || event.time !== 16_000) return event;
      const { rows: _, ...rest } = event;
      return rest;
    });
    const judgement = await judge(historyOf(events));
    expect(failing(judgement)).toEqual([]);
    expect(judgement.overlapRatio).toBe(2 / 4);
  });
});

describe('the overlap ratio', () => {
  const ratio = async (...args: Parameters<typeof judged>): Promise<number | null> =>
    (await judged(...args)).overlapRatio;

  it('is the share of searches and polls during a write', async () => {
    const writes =
      'w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @15-30; w0 insert 105-108 #3 @50-60';
    const reads = `
      r0 search 1#0 @8-9
      r0 search 1#0 @8-10
      r0 poll >100: @21-22
      r0 search 1#0 @31-49
      r0 search 1#0 @60-61
      r0 search 1#0 @61-62
      r0 search 1#0 @0-100
      r0 point 1-4: 1-4#0 @52-53
      r0 drain >100: @55-56`;
    expect(await ratio(`${writes}; ${reads}`)).toBe(4 / 7);
  });

  it('takes a write for going on after another one that began later has ended', async () => {
    const writes = 'w0 insert 101-104 #1 @10-100; w1 insert 201-204 #2 @20-30';
    expect(await ratio(`${writes}; r0 search 1#0 @50-60; r0 search 1#0 @101-102`)).toBe(1 / 2);
    const more = 'w2 insert 301-304 #3 @40-120; w0 insert 105-108 #4 @200-210';
    expect(await ratio(`${writes}; ${more}; r0 search 1#0 @110-111; r0 search 1#0 @130-131`)).toBe(
      1 / 2,
    );
  });

  it('takes what never ended for going on, unless its writer is gone', async () => {
    const reads = 'r0 search 1#0 @100-101';
    expect(await ratio(`w0 insert 101-104 #1 @10; ${reads}`)).toBe(1);
    expect(await ratio(`w0 insert 101-104 #1 @10; w0 died @50; ${reads}`)).toBe(0);
    expect(await ratio(`w0 insert 101-104 #1 @10-20 info; ${reads}`)).toBe(0);
  });

  it('does not count failed writes, failed reads, or another copy', async () => {
    expect(await ratio('w0 insert 101-104 #1 @10-20 fail; r0 search 1#0 @12-13')).toBeNull();
    expect(await ratio('w0 insert 101-104 #1 @10-20; r0 search fail @12-13')).toBeNull();
    expect(
      await ratio('w0 insert 101-104 #1 @10-20; r0 search 1#0 @12-13', {}, [['w0'], ['r0']]),
    ).toBe(0);
  });

  it('is null without reads or without writes', async () => {
    expect(await ratio('r0 search 1#0 @12-13')).toBeNull();
    expect(await ratio('w0 insert 101-104 #1 @10-20')).toBeNull();
  });
});
