import { describe, expect, it } from 'vitest';
import type { Grounds } from '../../src/checks/verdict.ts';
import { noCounts } from '../../src/core/metrics/process-metrics.ts';
import { VERDICTS, type Verdict } from '../../src/core/names.ts';
import {
  AUDIT,
  checks,
  conclude,
  error,
  IN_READS,
  LOCK,
  optionsOf,
  refused,
  worker,
} from './grounds.ts';

describe('the verdict', () => {
  it('is works when nothing speaks against it', () => {
    expect(conclude()).toEqual({
      verdict: 'works',
      because:
        '2 readers made 812 reads and 1 writer made 57 writes without an error; ' +
        '1,200 of 1,624 searches and polls overlapped a write; lost says pass',
      next: expect.stringMatching(/^see what a second writer does: probe reference .*--writers 2 /),
    });
  });

  it('takes no notice of skipped checks', () => {
    expect(conclude({ checks: checks({ 'lost-update': 'skipped' }) }).verdict).toBe('works');
  });

  it('says what one order explains, where that was judged', () => {
    const order = {
      ...{ reads: 9, discriminating_reads: 4, undecidable_reads: 0, behind_us: 0, refuted: [] },
      because: 'one order explains all 9 reads',
    };
    expect(conclude({ order }).because).toContain(
      'overlapped a write; one order explains all 9 reads; lost says pass',
    );
  });

  it('says nothing of overlap where there was none to see', () => {
    const evidence = { reads: 812, overlapping_reads: 0, writes: 57, sessions: 3 };
    expect(conclude({ evidence }).because).not.toContain('overlapped');
  });

  it('follows the order of the verdicts, the worst first', () => {
    const died = [worker('reader', 0, { state: 'died' })];
    const all = {
      checks: checks({
        ...{ lost: 'fail', fractured: IN_READS, frozen: IN_READS, orphan: 'unknown' },
      }),
      ...{ processes: died, errors: [LOCK] },
    };
    const found: Verdict[] = [conclude(all).verdict];
    const inReads = checks({ fractured: IN_READS, frozen: IN_READS, orphan: 'unknown' });
    found.push(conclude({ ...all, checks: inReads }).verdict);
    const late = checks({ frozen: IN_READS, orphan: 'unknown' });
    found.push(conclude({ ...all, checks: late }).verdict);
    const doubt = checks({ orphan: 'unknown' });
    found.push(conclude({ ...all, checks: doubt }).verdict);
    found.push(conclude({ checks: doubt, errors: [LOCK] }).verdict);
    found.push(conclude({ checks: doubt }).verdict);
    expect(found).toEqual([...VERDICTS.filter((verdict) => verdict !== 'works')]);
  });

  it('is stale when readers are frozen, and names what else went wrong', () => {
    const frozen = checks({ frozen: IN_READS });
    expect(conclude({ checks: frozen })).toMatchObject({
      verdict: 'stale',
      because: 'frozen says fail',
    });
    const died = [worker('reader', 0), worker('reader', 1, { state: 'died', signal: 'SIGABRT' })];
    expect(conclude({ checks: frozen, errors: [LOCK], processes: died })).toMatchObject({
      verdict: 'stale',
      because:
        'frozen says fail; besides, 12 operations (open) were refused on a lock: ' +
        'lock.conflict, Could not set lock; reader 1 died (SIGABRT)',
    });
    const turnedAway = [worker('writer', 0), worker('reader', 0), worker('reader', 1, refused)];
    const torn = error({ operation: 'insert', count: 2 });
    const both = { checks: frozen, errors: [LOCK, torn], processes: turnedAway };
    expect(conclude(both).because).toMatch(
      /^frozen says fail; besides, 2 operations failed; besides, 1 of 2 readers was refused at open \(/,
    );
    const hung = [worker('reader', 0, { state: 'hung', exit: null }), worker('reader', 1)];
    expect(conclude({ checks: frozen, processes: hung }).because).toBe(
      'frozen says fail; reader 0 hung',
    );
  });

  it('is inconsistent when only reads contradict each other, and says that the data is whole', () => {
    expect(conclude({ checks: checks({ fractured: IN_READS, frozen: 'fail' }) })).toMatchObject({
      verdict: 'inconsistent',
      because:
        'fractured: fractured says fail; also frozen; ' +
        'the data itself is whole as far as the audit read; no operation reported an error',
      next: expect.stringContaining('do not share the database like this; share one instance'),
    });
  });

  it('does not call the data whole where the audit did not prove it', () => {
    const unread = checks({ fractured: IN_READS, lost: 'unknown' });
    const whole = 'whole is not known';
    expect(conclude({ checks: unread, audit: null }).because).toContain(
      'whether the data itself is whole is not known (lost says unknown)',
    );
    const unasked = unread.filter(({ name }) => name !== 'lost');
    expect(conclude({ checks: unasked }).because).toContain('itself is whole is not known; no op');
    const error = 'io: no checkpoint';
    const closing = conclude({
      checks: checks({ fractured: IN_READS }),
      audit: { ...AUDIT, error },
    });
    expect(closing.verdict).toBe('inconsistent');
    expect(closing.because).toContain('whole as far as the audit read before it failed;');
    expect(closing.because).not.toContain(whole);
  });

  it('is wrong when broken rows, or rows of nobody, were read', () => {
    for (const name of ['torn', 'unexpected'] as const) {
      const { verdict, because } = conclude({ checks: checks({ [name]: IN_READS }) });
      expect(verdict).toBe('wrong');
      expect(because).not.toContain('as far as the audit read');
    }
  });

  it('takes a failure of the first judge, which did not say where, for wrong', () => {
    const old = checks({ fractured: 'fail' }).map(({ where: _where, ...check }) => check);
    expect(conclude({ checks: old }).verdict).toBe('wrong');
  });

  it('says of an orphan that the database versions its tables apart, where it does', () => {
    const orphan = checks({ orphan: IN_READS });
    const apart: Grounds['backend'] = {
      ...{ refresh: { default: 'reopen', kinds: ['reopen'] }, lacks: {} },
      versionsTablesApart: true,
    };
    const said = 'this database versions its two tables apart';
    expect(conclude({ checks: orphan, backend: apart }).because).toContain(
      `orphan: orphan says fail; ${said};`,
    );
    expect(conclude({ checks: orphan }).because).not.toContain(said);
    const other = checks({ fractured: IN_READS });
    expect(conclude({ checks: other, backend: apart }).because).not.toContain(said);
  });

  it('is errors when the audit found everything and then failed', () => {
    const audit = { ...AUDIT, error: 'io: checkpoint at close failed' };
    const because =
      'the audit found every acknowledged row and then ended in an error (io: checkpoint at close failed)';
    expect(conclude({ audit })).toEqual({
      verdict: 'errors',
      because,
      next: 'keep the database (--db and --keep), and read it and close it by itself',
    });
    const doubt = checks({ orphan: 'unknown' });
    expect(conclude({ audit, checks: doubt }).verdict).toBe('errors');
    const more = conclude({ audit, errors: [error({ example: 'disk gone' })] });
    expect(more.because).toBe(`1 operation failed, most of them open (io: disk gone); ${because}`);
    const died = conclude({ audit, processes: [worker('reader', 0, { state: 'died', exit: 1 })] });
    expect(died).toMatchObject({
      because: `reader 0 died (exit code 1); ${because}`,
      next: expect.stringContaining('--access owner'),
    });
  });

  it('is unknown when the audit failed before it had found everything', () => {
    const audit = { ...AUDIT, error: 'oom: no memory' };
    expect(conclude({ audit, checks: checks({ lost: 'unknown' }) }).verdict).toBe('unknown');
  });

  it('is unknown when a check could not judge, instead of works only', () => {
    const doubt = checks({ fractured: 'unknown' });
    expect(conclude({ checks: doubt })).toMatchObject({
      verdict: 'unknown',
      because: 'nothing is proven: fractured says unknown (fractured)',
      next: expect.stringMatching(/^run longer: probe reference .*--duration 30$/),
    });
    expect(conclude({ checks: doubt, errors: [LOCK] }).verdict).toBe('blocked');
    expect(conclude({ checks: doubt, errors: [error({})] }).verdict).toBe('errors');
    expect(conclude({ checks: checks({ fractured: 'unknown', lost: 'fail' }) }).verdict).toBe(
      'wrong',
    );
  });

  it('names the checks that share a reason, and counts the rest', () => {
    const some = checks({ fractured: 'unknown', 'prefix-hole': 'unknown', lost: 'unknown' });
    for (const check of some) check.because = 'no read overlapped a write';
    expect(conclude({ checks: some }).because).toBe(
      'nothing is proven: no read overlapped a write (lost, fractured, prefix-hole)',
    );
    some[0]!.because = 'no audit';
    expect(conclude({ checks: some }).because).toBe(
      'nothing is proven: no audit (lost); 2 more checks could not be judged either',
    );
  });

  it('is unknown without checks, and says how to have them', () => {
    const options = optionsOf({ check: false });
    expect(conclude({ options, checks: checks({ lost: 'unknown' }) })).toMatchObject({
      verdict: 'unknown',
      because: 'nothing was verified: --no-check was given',
      next: expect.stringMatching(/^verify what is read: probe reference /),
    });
  });

  it('is blocked when somebody was refused, and names the holder', () => {
    const processes = [
      worker('writer', 0),
      worker('reader', 0, refused),
      worker('reader', 1, refused),
    ];
    const errors = [{ ...LOCK, holder: 'PID 77 (a writer)' }];
    expect(conclude({ processes, errors })).toEqual({
      verdict: 'blocked',
      because:
        '2 of 2 readers were refused at open (closed loop, 2 readers, 1 writer): lock.conflict, lock held by PID 77 (a writer)',
      next: expect.stringContaining('--access owner'),
    });
    const [first] = processes;
    const some = [first!, worker('reader', 0, refused), worker('reader', 1)];
    expect(conclude({ processes: some, errors: [LOCK] }).because).toBe(
      '1 of 2 readers was refused at open (closed loop, 2 readers, 1 writer): lock.conflict, Could not set lock',
    );
    const both = [worker('writer', 0, refused), worker('reader', 0, refused)];
    expect(conclude({ processes: both, errors: [LOCK] }).because).toContain(
      '1 of 1 reader and 1 of 1 writer were refused at open',
    );
  });

  it('is not blocked by a close that failed on a lock: nobody was refused', () => {
    const closing = error({ operation: 'close', class: 'lock.conflict', example: 'busy' });
    expect(conclude({ errors: [closing] })).toMatchObject({
      verdict: 'errors',
      because: '1 operation failed, most of them close (lock.conflict: busy)',
    });
  });

  it('names the process of the run that holds the lock', () => {
    const processes = [worker('writer', 0, { pid: 77 }), worker('reader', 0, refused)];
    const errors = [{ ...LOCK, holder: 'PID 77 (/usr/bin/node), a writer' }];
    expect(conclude({ processes, errors }).because).toMatch(/lock held by w0, a writer$/);
  });

  it('says under which load a process was refused, and which role starved in `reopen`', () => {
    const counts = { ...noCounts(), open_err: 2, writes_err: 2 };
    const processes = [worker('writer', 0, { counts }), worker('reader', 0), worker('reader', 1)];
    const options = optionsOf({ access: 'reopen', readRate: 0.5 });
    expect(conclude({ processes, errors: [LOCK], options }).because).toBe(
      '1 of 1 writer was refused in the middle of the run (2 readers at 0.5/s each, 1 writer as fast as it can): ' +
        'lock.conflict, Could not set lock; the writers starved beside 2 readers that read: 0 of 2 operations got the lock',
    );
    const busy = conclude({ processes, errors: [LOCK], options: { ...options, readRate: 0 } });
    expect(busy.because).toContain('starved beside 2 readers that read all the time: 0 of 2');
    expect(busy.because).toContain('(closed loop, 2 readers, 1 writer)');
  });

  it('calls conflicts alone usable with retries, if every check could see', () => {
    const errors = [error({ operation: 'insert', class: 'txn.conflict', count: 12 })];
    expect(conclude({ errors })).toMatchObject({
      verdict: 'errors',
      because: expect.stringMatching(/^12 operations failed, .*: usable with retries$/),
    });
    const doubt = checks({ fractured: 'unknown' });
    expect(conclude({ errors, checks: doubt }).because).not.toContain('usable');
    expect(conclude({ errors: [...errors, error({})] }).because).not.toContain('usable');
    const died = [worker('writer', 0, { state: 'died' })];
    expect(conclude({ errors, processes: died }).because).not.toContain('usable');
  });

  it('names the refusal at open, if there was one', () => {
    const errors = [
      error({ operation: 'insert', class: 'lock.readonly', example: 'read only' }),
      LOCK,
      error({ operation: 'poll', class: 'lock.conflict', example: 'busy' }),
    ];
    const processes = [worker('writer', 0), worker('reader', 0, refused)];
    expect(conclude({ processes, errors }).because).toBe(
      '1 of 1 reader was refused at open (closed loop, 2 readers, 1 writer): lock.conflict, Could not set lock',
    );
  });

  it('is blocked when operations were refused on a lock', () => {
    const errors = [
      error({ operation: 'insert', class: 'lock.readonly', count: 2, example: 'read only' }),
    ];
    expect(conclude({ errors })).toMatchObject({
      verdict: 'blocked',
      because: '2 operations (insert) were refused on a lock: lock.readonly, read only',
    });
    expect(conclude({ errors: [{ ...errors[0]!, count: 1 }] }).because).toContain(
      '1 operation (insert) was refused',
    );
  });

  it('is blocked when somebody never opened the database', () => {
    const processes = [worker('reader', 0, { state: 'refused' }), worker('reader', 1)];
    expect(conclude({ processes })).toMatchObject({
      verdict: 'blocked',
      because: '1 of 2 readers never opened the database',
    });
    const more = [...processes, worker('reader', 2)];
    expect(conclude({ processes: more }).because).toBe('1 of 3 readers never opened the database');
  });

  it('is errors when operations failed for another reason', () => {
    const errors = [
      LOCK,
      error({ operation: 'poll', class: 'io', count: 3, example: 'disk gone' }),
      error({ operation: 'insert', class: 'txn.conflict', count: 40, example: 'x'.repeat(300) }),
    ];
    const { verdict, because } = conclude({ errors });
    expect(verdict).toBe('errors');
    expect(because).toBe(
      `43 operations failed, most of them insert (txn.conflict: ${'x'.repeat(199)}…)`,
    );
    const short = conclude({ errors: [error({ example: 'x'.repeat(200) })] });
    expect(short.because).toBe(`1 operation failed, most of them open (io: ${'x'.repeat(200)})`);
  });

  it.each([
    [{ state: 'died', signal: 'SIGKILL', exit: null }, 'reader 1 died (SIGKILL)'],
    [{ state: 'died', exit: 3 }, 'reader 1 died (exit code 3)'],
    [{ state: 'hung', exit: null }, 'reader 1 hung'],
  ] as const)('is errors when a worker ended badly (%j)', (ending, because) => {
    const processes = [worker('reader', 0), worker('reader', 1, ending)];
    expect(conclude({ processes })).toMatchObject({ verdict: 'errors', because });
    const both = conclude({ processes, errors: [error({ example: 'disk gone' })] });
    expect(both.because).toBe(`${because}; 1 operation failed, most of them open (io: disk gone)`);
  });

  it('names the owner without a number', () => {
    const processes = [worker('owner', 0, { state: 'died', exit: 1 })];
    expect(conclude({ processes }).because).toBe('the owner died (exit code 1)');
    const hung = conclude({ processes: [worker('owner', 0, { state: 'hung', exit: null })] });
    expect(hung.because).toBe('the owner hung');
    expect(hung.next).not.toContain('keep the database');
  });

  it('is wrong when a check failed in the final state, whatever else happened', () => {
    const failed = checks({ lost: 'fail', torn: 'fail', frozen: 'fail' });
    expect(conclude({ checks: failed })).toMatchObject({
      verdict: 'wrong',
      because: 'lost: lost says fail; also torn, frozen; no operation reported an error',
    });
    const three = conclude({ checks: checks({ lost: 'fail', torn: 'fail', orphan: 'fail' }) });
    expect(three.because).toContain('lost: lost says fail; also torn, orphan;');
    const loud = conclude({ checks: checks({ torn: 'fail' }), errors: [error({})] });
    expect(loud).toMatchObject({ verdict: 'wrong', because: 'torn: torn says fail' });
  });

  it('says when increments were a read and a write', () => {
    const options = optionsOf({ increment: 'rmw' });
    expect(conclude({ options }).because).toContain(
      'an increment was a read, then a write: two calls without a transaction (rmw)',
    );
    const none = optionsOf({ increment: 'rmw', writers: 0 });
    expect(conclude({ options: none }).because).not.toContain('rmw');
    expect(conclude({ options: optionsOf({ increment: 'sql' }) }).because).not.toContain('rmw');
  });

  it('says what was done with readers or writers alone', () => {
    expect(conclude({ options: optionsOf({ writers: 0 }) }).because).toContain(
      '2 readers made 812 reads without an error',
    );
    expect(conclude({ options: optionsOf({ readers: 0 }) }).because).toMatch(/^1 writer made 57/);
    const unasked = conclude({ checks: checks().filter(({ name }) => name !== 'lost') });
    expect(unasked.because).toBe(
      '2 readers made 812 reads and 1 writer made 57 writes without an error; 1,200 of 1,624 searches and polls overlapped a write',
    );
  });
});
