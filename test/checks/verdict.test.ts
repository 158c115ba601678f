import { describe, expect, it } from 'vitest';
import { verdictOf, type Conclusion, type Grounds } from '../../src/checks/verdict.ts';
import { CHECKS, VERDICTS, type CheckName, type Verdict } from '../../src/core/names.ts';
import type {
  AuditResult,
  CheckResult,
  ErrorResult,
  ProcessResult,
} from '../../src/core/result.ts';
import { noCounts } from '../../src/core/metrics/process-metrics.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { header } from '../core/metrics-events.ts';

const optionsOf = (changes: Partial<RunOptions> = {}): RunOptions => header(changes).options;

/** A failure that only reads showed. */
const IN_READS = 'in reads';

/** All checks pass, but these; what fails does so in the final state unless it is said to be in reads. */
function checks(
  changes: Partial<Record<CheckName, CheckResult['verdict'] | typeof IN_READS>> = {},
): CheckResult[] {
  return CHECKS.map((name) => {
    const change = changes[name] ?? 'pass';
    const verdict = change === IN_READS ? 'fail' : change;
    const where = change === IN_READS ? 'reads' : change === 'fail' ? 'final' : null;
    return { name, verdict, because: `${name} says ${verdict}`, count: 0, findings: [], where };
  });
}

const AUDIT: AuditResult = {
  ...{ rows: 104, acknowledged: 104, lost: 0, duplicate: 0, torn: 0, unexpected: 0 },
  ...{ in_doubt: 0, counter: 0, took_us: 1000, error: null },
};

function worker(
  role: ProcessResult['role'],
  index: number,
  changes: Partial<ProcessResult> = {},
): ProcessResult {
  return {
    role,
    index,
    pid: 100 + index,
    state: 'finished',
    exit: 0,
    signal: null,
    counts: noCounts(),
    latency_us: {},
    freshness_us: null,
    driver_retries: null,
    peak_rss_bytes: null,
    stderr_tail: '',
    ...changes,
  };
}

const refused: Partial<ProcessResult> = {
  state: 'refused',
  counts: { ...noCounts(), open_err: 3 },
};

function error(changes: Partial<ErrorResult>): ErrorResult {
  return { operation: 'open', class: 'io', count: 1, example: 'no', holder: null, ...changes };
}

const LOCK = error({ class: 'lock.conflict', count: 12, example: 'Could not set lock' });

function conclude(changes: Partial<Grounds> = {}): Conclusion {
  return verdictOf({
    checks: checks(),
    errors: [],
    audit: AUDIT,
    evidence: { reads: 1624, overlapping_reads: 1200, writes: 57, sessions: 3 },
    order: null,
    processes: [worker('writer', 0), worker('reader', 0), worker('reader', 1)],
    counts: { ...noCounts(), reads_ok: 812, writes_ok: 57 },
    options: optionsOf(),
    backend: { refresh: { default: 'default', kinds: ['default', 'always', 'reopen'] }, lacks: {} },
    ...changes,
  });
}

describe('the verdict', () => {
  it('is works when nothing speaks against it', () => {
    expect(conclude()).toEqual({
      verdict: 'works',
      because:
        '2 readers made 812 reads and 1 writer made 57 writes without an error; ' +
        '1,200 of 1,624 searches and polls overlapped a write; lost says pass',
      next: 'see what a second writer does: --writers 2',
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
      because: 'frozen says fail; besides, 12 operations failed; reader 1 died (SIGABRT)',
    });
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
      next: 'do not share the database like this; try --access owner',
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
      next: 'keep the database, and read it and close it by itself: --db <path> --keep',
    });
    const doubt = checks({ orphan: 'unknown' });
    expect(conclude({ audit, checks: doubt }).verdict).toBe('errors');
    const more = conclude({ audit, errors: [error({ example: 'disk gone' })] });
    expect(more.because).toBe(`1 operation failed, most of them open (io: disk gone); ${because}`);
    const died = conclude({ audit, processes: [worker('reader', 0, { state: 'died', exit: 1 })] });
    expect(died).toMatchObject({
      because: `reader 0 died (exit code 1); ${because}`,
      next: 'try --access owner',
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
      next: 'run longer: --duration 30',
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
      because: 'nothing was verified: run with --no-check',
      next: 'run without --no-check',
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
      because: '2 of 2 readers were refused at open: lock.conflict, lock held by PID 77 (a writer)',
      next: 'try --access owner',
    });
    const [first] = processes;
    const some = [first!, worker('reader', 0, refused), worker('reader', 1)];
    expect(conclude({ processes: some, errors: [LOCK] }).because).toBe(
      '1 of 2 readers was refused at open: lock.conflict, Could not set lock',
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

  it('names the refusal at open, if there was one', () => {
    const errors = [
      error({ operation: 'insert', class: 'lock.readonly', example: 'read only' }),
      LOCK,
      error({ operation: 'poll', class: 'lock.conflict', example: 'busy' }),
    ];
    const processes = [worker('writer', 0), worker('reader', 0, refused)];
    expect(conclude({ processes, errors }).because).toBe(
      '1 of 1 reader was refused at open: lock.conflict, Could not set lock',
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

describe('the next step', () => {
  const next = (changes: Partial<Grounds>): string => conclude(changes).next;
  const lacking = (lacks: Grounds['backend']['lacks']): Grounds['backend'] => ({
    refresh: { default: 'default', kinds: ['default'] },
    lacks,
  });

  it('after works goes one step further', () => {
    expect(next({ options: optionsOf({ writers: 0 }) })).toBe('add a writer: --writers 1');
    expect(next({ options: optionsOf({ readers: 0 }) })).toBe('add readers: --readers 4');
    expect(next({ options: optionsOf({ writers: 2 }) })).toBe(
      'see what survives a kill: probe crash reference',
    );
  });

  it('after stale names a refresh that the backend has, or an access', () => {
    const frozen = checks({ frozen: 'fail' });
    const stale = (changes: Partial<Grounds>): string => next({ checks: frozen, ...changes });
    expect(stale({})).toBe("let readers look for others' commits: --refresh reopen");
    expect(stale({ options: optionsOf({ refresh: 'reopen' }) })).toContain('--refresh always');
    expect(stale({ backend: lacking({}) })).toBe('try --access reopen');
    expect(stale({ backend: lacking({ reopen: 'no' }) })).toBe('try --access owner');
    const last = stale({ backend: lacking({ reopen: 'no', owner: 'no' }) });
    expect(last).toBe('try --access connections');
  });

  it('after blocked names another access, and a longer wait where there is one', () => {
    const blocked = (access: 'owner' | 'reopen', lacks = {}): string =>
      next({ errors: [LOCK], options: optionsOf({ access }), backend: lacking(lacks) });
    expect(next({ errors: [LOCK], backend: lacking({ owner: 'no' }) })).toBe('try --access reopen');
    expect(blocked('owner')).toBe('try --access reopen');
    expect(blocked('reopen')).toBe(
      'wait longer for the lock (--busy-timeout 2), or try --access owner',
    );
    const patient = optionsOf({ access: 'reopen', opTimeoutMs: 2001 });
    expect(next({ errors: [LOCK], options: patient })).toContain('wait longer');
    expect(next({ errors: [LOCK], options: { ...patient, opTimeoutMs: 2000 } })).toBe(
      'try --access owner',
    );
    expect(blocked('reopen', { owner: 'no' })).toContain('or try --access isolated');
    expect(blocked('owner', { reopen: 'no' })).toBe('try --access isolated');
    expect(blocked('owner', { reopen: 'no', isolated: 'no' })).toBe(
      'use one process for the database',
    );
  });

  it('after errors goes by what failed', () => {
    expect(next({ errors: [error({ class: 'disk_full' })] })).toBe('free space on the disk');
    const conflict = [error({ class: 'txn.conflict' })];
    expect(next({ errors: conflict, options: optionsOf({ writers: 2 }) })).toContain('--writers 1');
    expect(next({ errors: conflict })).toBe('try --access owner');
    expect(next({ errors: conflict, backend: lacking({ owner: 'no' }) })).toBe(
      'try --access isolated',
    );
    const two = optionsOf({ writers: 2 });
    expect(next({ errors: [error({}), ...conflict], options: two })).toContain('--writers 1');
    expect(next({ errors: [error({})], options: two })).toBe('try --access owner');
    const processes = [worker('reader', 0, { state: 'died', stderr_tail: 'Aborted' })];
    expect(next({ processes: [worker('writer', 0), ...processes] })).toBe(
      'read the tail of stderr of the process that failed',
    );
  });

  it('after wrong warns, and knows what to do about increments', () => {
    expect(next({ checks: checks({ lost: 'fail' }) })).toBe(
      'do not share the database like this; try --access owner',
    );
    expect(next({ checks: checks({ lost: 'fail' }), backend: lacking({ owner: 'no' }) })).toBe(
      'do not share the database like this; try --access isolated',
    );
    const orphan = checks({ orphan: 'fail' });
    expect(next({ checks: orphan, options: optionsOf({ refresh: 2 }) })).toBe(
      'refresh all tables before each read: --refresh always; on an interval each table is as old as it happens to be',
    );
    expect(next({ checks: orphan })).toContain('--access owner');
    const timed = optionsOf({ refresh: 2 });
    const noAlways: Grounds['backend'] = {
      refresh: { default: 'default', kinds: ['default', 'seconds'] },
      lacks: {},
    };
    expect(next({ checks: orphan, options: timed, backend: noAlways })).toBe(
      'do not share the database like this; try --access owner',
    );
    expect(next({ checks: checks({ lost: 'fail' }), options: timed })).toContain('--access owner');
    const lostUpdate = checks({ 'lost-update': 'fail' });
    expect(next({ checks: lostUpdate, options: optionsOf({ increment: 'rmw' }) })).toContain(
      '--increment sql',
    );
    expect(next({ checks: lostUpdate, options: optionsOf({ increment: 'sql' }) })).toContain(
      '--access owner',
    );
    expect(
      next({ checks: checks({ lost: 'fail' }), options: optionsOf({ increment: 'rmw' }) }),
    ).toContain('--access owner');
  });

  it('after unknown runs longer, unless nothing could be judged at all', () => {
    const nothing = checks().map((check) => ({ ...check, verdict: 'unknown' as const }));
    expect(next({ checks: nothing })).toBe('see the warnings, and run again');
    const some = checks({ fractured: 'unknown' });
    const after = (durationS: number): string =>
      next({ checks: some, options: optionsOf({ durationS }) });
    expect(after(0.5)).toBe('run longer: --duration 2');
    expect(after(80_000)).toBe('run longer: --duration 86400');
  });
});
