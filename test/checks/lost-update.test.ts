import { describe, expect, it } from 'vitest';
import { judge } from '../../src/checks/index.ts';
import { historyOf } from '../../src/core/history.ts';
import { check, eventsOf } from '../support/history-dsl.ts';

const TWO = 'w0 increment #1 @10-20; w1 increment #2 @12-22';

describe('lost-update', () => {
  it('passes when the counter has every acknowledged increment', async () => {
    expect(await check('lost-update', `${TWO}; audit seed counter 2`)).toMatchObject({
      verdict: 'pass',
      because: '2 acknowledged increments in the counter, none lost',
    });
  });

  it('fails when the counter is below', async () => {
    const result = await check('lost-update', `${TWO}; audit seed counter 1`, { increment: 'sql' });
    expect(result).toMatchObject({
      verdict: 'fail',
      count: 1,
      because: '1 of 2 acknowledged increments lost, each in one statement',
      findings: [
        {
          text: 'the counter is 1 after 2 acknowledged increments, each in one statement',
          process: null,
          ids: [],
          batches: [],
          time_us: null,
        },
      ],
    });
  });

  it('says when an increment was a read and a write', async () => {
    const text = `${TWO}; w0 increment #3 @30-40; audit seed counter 1`;
    const { count, because } = await check('lost-update', text, { increment: 'rmw' });
    expect(count).toBe(2);
    expect(because).toContain('each a read and a write in two calls');
  });

  it('accepts increments in doubt, done or not, and does not count failed ones', async () => {
    const text = `${TWO}; w0 increment #3 @30-40 info; w1 increment #4 @30-40 fail`;
    for (const counter of [2, 3]) {
      const { verdict } = await check('lost-update', `${text}; audit seed counter ${counter}`);
      expect(verdict).toBe('pass');
    }
  });

  it('is skipped without increments, without writers, and where each process has its own copy', async () => {
    const insert = 'w0 insert 101-104 #1 @10-20; audit seed 101-104#1';
    expect((await check('lost-update', insert)).because).toBe('there were no increments');
    expect((await check('lost-update', 'audit seed', { writers: 0 })).verdict).toBe('skipped');
    const copies = [['w0'], ['w1'], ['r0']];
    const isolated = `${TWO}; audit seed counter 1; audit seed counter 1 copy 1; audit seed copy 2`;
    expect(await check('lost-update', isolated, {}, copies)).toMatchObject({
      verdict: 'skipped',
      because: 'no copy of the database had two writers: nobody could overwrite an update',
    });
  });

  it('judges each copy by itself, and adds up what they lost', async () => {
    const writes = `${TWO}; w2 increment #3 @10-20; w3 increment #4 @12-22; w3 increment #5 @30-40`;
    const copies = [
      ['w0', 'w1'],
      ['w2', 'w3', 'r0'],
    ];
    const right = `${writes}; audit seed counter 2; audit seed counter 3 copy 1`;
    expect(await check('lost-update', right, {}, copies)).toMatchObject({
      verdict: 'pass',
      because: '5 acknowledged increments in the counter, none lost',
    });
    const wrong = `${writes}; audit seed counter 1; audit seed counter 1 copy 1`;
    const { count, because, findings, where } = await check('lost-update', wrong, {}, copies);
    expect({ count, where }).toEqual({ count: 3, where: 'final' });
    expect(because).toBe('3 of 5 acknowledged increments lost, each in one statement');
    expect(findings.map(({ text }) => text)).toEqual([
      'the counter is 1 after 2 acknowledged increments, each in one statement',
      'the counter is 1 after 3 acknowledged increments, each in one statement',
    ]);
  });

  it('takes only writers for such as could overwrite an update', async () => {
    const copies = [['w0', 'r0'], ['w1']];
    const text = `${TWO}; audit seed counter 1; audit seed counter 1 copy 1`;
    expect((await check('lost-update', text, {}, copies)).verdict).toBe('skipped');
    const apart = `${TWO}; w2 increment #3 @10-20 fail; audit seed counter 1; audit seed counter 1 copy 1`;
    expect(await check('lost-update', apart, {}, [['w0', 'w2', 'r0'], ['w1']])).toMatchObject({
      verdict: 'unknown',
      because: 'only one writer had an increment acknowledged',
    });
  });

  it('needs the acknowledged increments of two writers, but a loss needs none', async () => {
    const alone = 'w0 increment #1 @10-20; w0 increment #3 @30-40';
    expect(await check('lost-update', `${alone}; audit seed counter 2`)).toMatchObject({
      verdict: 'skipped',
      because: 'no copy of the database had two writers: nobody could overwrite an update',
    });
    const doubt = `${alone}; w1 increment #2 @12-22 info`;
    expect(await check('lost-update', `${doubt}; audit seed counter 2`)).toMatchObject({
      verdict: 'unknown',
      because: 'only one writer had an increment acknowledged',
    });
    for (const history of [alone, doubt]) {
      expect((await check('lost-update', `${history}; audit seed counter 1`)).verdict).toBe('fail');
    }
  });

  it('is unknown when the counter was not read, or no increment acknowledged', async () => {
    expect((await check('lost-update', TWO)).because).toBe('the database was not audited');
    expect(await check('lost-update', `${TWO}; audit seed error oom`)).toMatchObject({
      verdict: 'unknown',
      because: 'the audit did not end (oom: it said oom)',
    });
    const events = eventsOf(`${TWO}; audit seed error oom`).map((event) => {
      if (!('f' in event) || event.f !== 'audit') return event;
      const { error: _, ...rest } = event;
      return rest;
    });
    const { checks } = await judge(historyOf(events));
    expect(checks.find(({ name }) => name === 'lost-update')?.because).toBe(
      'the audit did not end (unclassified: no error)',
    );
    const unread = eventsOf(`${TWO}; audit seed counter 2`).map((event) =>
      'counter' in event ? { ...event, counter: null } : event,
    );
    const judgement = await judge(historyOf(unread));
    expect(judgement.checks.find(({ name }) => name === 'lost-update')).toMatchObject({
      verdict: 'unknown',
      because: 'the counter was not read',
    });
    const doubt = 'w0 increment #1 @10-20 info; w1 increment #2 @10-20 info; audit seed counter 1';
    expect(await check('lost-update', doubt)).toMatchObject({
      verdict: 'unknown',
      because: 'no increment was acknowledged',
    });
  });
});
