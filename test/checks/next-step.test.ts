/** What is told to be done next: whole commands that parse, in options that the backend has, and an end to them. */
import { describe, expect, it } from 'vitest';
import { loadBackend } from '../../probes/index.ts';
import type { Conclusion, Grounds } from '../../src/checks/verdict.ts';
import type { Backend } from '../../src/core/backend.ts';
import type { AccessName, RefreshKind } from '../../src/core/names.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { commandsIn, runOptionsIn } from '../support/commands.ts';
import { AUDIT, checks, conclude, error, IN_READS, LOCK, optionsOf, worker } from './grounds.ts';

const BACKENDS = ['duckdb', 'lancedb', 'reference'] as const;
const backends = new Map<string, Backend>();
for (const name of BACKENDS) backends.set(name, (await loadBackend(name))!);

/** The grounds of each verdict, as the options of the run allow. */
const OUTCOMES: Record<string, (options: RunOptions) => Partial<Grounds>> = {
  works: () => ({}),
  thin: ({ durationS }) => {
    const seen = Math.floor(durationS / 10);
    const evidence = { reads: 4 * seen, overlapping_reads: seen, writes: seen, sessions: 3 };
    return { evidence, thin: seen < 30 ? 'only a few reads overlapped a write' : null };
  },
  stale: () => ({ checks: checks({ frozen: IN_READS }) }),
  blocked: () => ({ errors: [LOCK] }),
  conflicts: () => ({ errors: [error({ operation: 'insert', class: 'txn.conflict' })] }),
  errors: () => ({ errors: [error({ class: 'io' })] }),
  died: () => ({ processes: [worker('reader', 0, { state: 'died', exit: 1 })] }),
  'audit failed': () => ({ audit: { ...AUDIT, error: 'io: no' } }),
  inconsistent: () => ({ checks: checks({ fractured: IN_READS }) }),
  wrong: () => ({ checks: checks({ lost: 'fail' }) }),
  orphan: () => ({ checks: checks({ orphan: 'fail' }) }),
  'lost update': () => ({ checks: checks({ 'lost-update': 'fail' }) }),
  unknown: () => ({ checks: checks({ 'search-gap': 'unknown' }) }),
  unjudged: () => ({
    checks: checks().map((check) => ({ ...check, verdict: 'unknown' as const })),
  }),
};

/** What a run with these options concludes, if it comes out like this. */
function conclusionOf(options: RunOptions, outcome: string, more: Partial<Grounds> = {}) {
  const backend = backends.get(options.backend)!;
  return conclude({ options, backend, ...OUTCOMES[outcome]!(options), ...more });
}

/** Handles that refresh every two seconds may lag by so much more. */
const TIMED = { refresh: 2, stalenessBoundMs: 3000 };

const kindOf = ({ refresh }: RunOptions): RefreshKind =>
  typeof refresh === 'number' ? 'seconds' : refresh;

function startOf(name: string, changes: Partial<RunOptions> = {}): RunOptions {
  const { refresh } = backends.get(name)!;
  return optionsOf({ backend: name, refresh: refresh.default, rows: 500, ...changes });
}

/** Every way a run may come out: the commands of `Next` until there is none, or to a crash campaign. */
function follow(start: RunOptions, outcome: string): string[] {
  const told: string[] = [];
  for (let options = start; ;) {
    const { next } = conclusionOf(options, outcome);
    const [command] = commandsIn(next);
    if (command === undefined) return told;
    expect(told, `${outcome}: ${next}`).not.toContain(command);
    told.push(command);
    if (command.startsWith('probe crash ')) return told;
    options = runOptionsIn(command, backends.get(start.backend)!);
  }
}

describe.each(BACKENDS)('what is told after a run of %s', (name) => {
  const { lacks, refresh } = backends.get(name)!;
  const accesses = ['processes', 'reopen', 'threads', 'connections', 'owner', 'isolated'] as const;
  const starts = accesses.flatMap((access) =>
    refresh.kinds.flatMap((kind) =>
      [1, 2].map((writers) =>
        startOf(name, { access, writers, ...(kind === 'seconds' ? TIMED : { refresh: kind }) }),
      ),
    ),
  );

  it.each(Object.keys(OUTCOMES))(
    'never loops when followed to the letter, each run %s',
    (outcome) => {
      for (const start of starts) expect(follow(start, outcome).length).toBeLessThan(12);
    },
  );

  it('names only commands that parse, with options that it has, and never `isolated`', () => {
    let commands = 0;
    for (const start of starts) {
      for (const outcome of Object.keys(OUTCOMES)) {
        for (const interrupted of [false, true]) {
          const { next } = conclusionOf(start, outcome, { interrupted });
          for (const command of commandsIn(next)) {
            commands++;
            const options = runOptionsIn(command, backends.get(name)!);
            expect(refresh.kinds).toContain(kindOf(options));
            expect(lacks[options.access]).toBeUndefined();
            expect(options.rows).toBe(500);
            // A run that shared nothing may be told to be run again, or longer; nobody else is sent there.
            expect([start.access, 'shared']).toContain(
              options.access === 'isolated' ? 'isolated' : 'shared',
            );
          }
        }
      }
    }
    expect(commands).toBeGreaterThan(50);
  });
});

describe('the next step', () => {
  const next = (changes: Partial<Grounds>): string => conclude(changes).next;
  const lacking = (lacks: Grounds['backend']['lacks']): Grounds['backend'] => ({
    refresh: { default: 'default', kinds: ['default'] },
    lacks,
  });
  const after = (options: RunOptions, outcome: string, more: Partial<Grounds> = {}): string =>
    conclusionOf(options, outcome, more).next;
  const duckdb = (changes: Partial<RunOptions> = {}): RunOptions => startOf('duckdb', changes);

  it('keeps all that the user gave, also of a crash campaign', () => {
    const given = duckdb({ access: 'owner', writers: 2, increment: 'sql', readers: 4, dims: 64 });
    const [command] = commandsIn(after(given, 'works'));
    expect(command).toMatch(
      /^probe crash duckdb .*--rows 500 --dims 64 .*--access owner --writers 2/,
    );
    expect(command).not.toContain('--duration');
  });

  it('after works goes one step further', () => {
    expect(next({ options: optionsOf({ writers: 0 }) })).toMatch(/^add a writer: probe reference /);
    expect(next({ options: optionsOf({ readers: 0 }) })).toMatch(/^add readers: probe reference /);
    expect(after(duckdb({ access: 'isolated' }), 'works')).toMatch(
      /^nothing was shared, .*; share it: probe duckdb (?!.*--access)/,
    );
  });

  it('after a thin run says how long one must be that tells more', () => {
    const evidence = { reads: 40, overlapping_reads: 10, writes: 3, sessions: 3 };
    expect(next({ thin: 'only 3 writes', evidence })).toMatch(
      /^see more of it, 150 seconds should do: probe reference .*--duration 150$/,
    );
  });

  it('after two instances in one process says to share one, where there is no refresh', () => {
    for (const outcome of ['stale', 'wrong']) {
      expect(after(duckdb({ access: 'threads' }), outcome)).toMatch(
        /share one instance inside one process: probe duckdb .*--access connections/,
      );
    }
  });

  it('after stale goes to a refresh once, and never back', () => {
    const lance = (refresh: RunOptions['refresh']) =>
      after(startOf('lancedb', { refresh }), 'stale');
    expect(lance('default')).toMatch(/^let readers look for others' commits: probe lancedb /);
    expect(lance('default')).not.toContain('--refresh default');
    expect(lance('reopen')).toContain('--access connections');
    expect(lance('always')).toContain('--access connections --refresh always');
  });

  it('after a starved `reopen` measures readers that pause, then waits longer, then has an owner', () => {
    const busy = duckdb({ access: 'reopen', busyTimeoutMs: 5000, opTimeoutMs: 30_000 });
    expect(after(busy, 'blocked')).toMatch(
      /^readers that pause .*--read-rate 1.*; or .*--access owner/,
    );
    expect(after(busy, 'unknown')).toContain('--read-rate 1');
    const seldom = { ...busy, readRate: 1 };
    expect(after(seldom, 'blocked')).toMatch(
      /^wait longer .*--busy-timeout 10.*; or .*--access owner/,
    );
    const patient = { ...seldom, busyTimeoutMs: 15_000 };
    expect(after(patient, 'blocked')).toMatch(/^let one process own it .*--access owner/);
  });

  it('after blocked has an owner, or what there is', () => {
    expect(next({ errors: [LOCK] })).toContain('--access owner');
    expect(next({ errors: [LOCK], backend: lacking({ owner: 'no' }) })).toContain(
      '--access reopen',
    );
    const none: Partial<Record<AccessName, string>> = {
      owner: 'no',
      reopen: 'no',
      connections: 'no',
    };
    expect(next({ errors: [LOCK], backend: lacking(none) })).toMatch(
      /^use one process for the database/,
    );
  });

  it('after errors goes by what failed', () => {
    expect(next({ errors: [error({ class: 'disk_full' })] })).toBe('free space on the disk');
    const conflict = [error({ class: 'txn.conflict' })];
    expect(next({ errors: conflict })).toMatch(
      /^retry conflicts in the application; then see what survives a kill: probe crash /,
    );
    expect(next({ errors: [error({}), ...conflict] })).toContain('--access owner');
    const processes = [worker('reader', 0, { state: 'died', stderr_tail: 'Aborted' })];
    expect(next({ processes: [worker('writer', 0), ...processes] })).toBe(
      'read the last words of the process that failed',
    );
  });

  it('after wrong warns, and knows what to do about intervals and increments', () => {
    const orphan = checks({ orphan: 'fail' });
    const timed = optionsOf(TIMED);
    expect(next({ checks: orphan, options: timed })).toMatch(/^refresh all .*--refresh always/);
    const noAlways: Grounds['backend'] = {
      refresh: { default: 'default', kinds: ['default', 'seconds'] },
      lacks: {},
    };
    expect(next({ checks: orphan, options: timed, backend: noAlways })).toMatch(/^do not share/);
    const lostUpdate = checks({ 'lost-update': 'fail' });
    const rmw = optionsOf({ increment: 'rmw', writers: 2 });
    expect(next({ checks: lostUpdate, options: rmw })).toMatch(/^increment in one statement/);
    expect(next({ checks: lostUpdate })).toMatch(/^do not share the database like this; share one/);
  });

  it('does not blame sharing where nothing was shared', () => {
    for (const outcome of ['wrong', 'errors', 'stale']) {
      expect(after(duckdb({ access: 'isolated' }), outcome)).toBe(
        'nothing was shared, so that sharing is not the cause of it',
      );
    }
  });

  it('after unknown says how long a run must be at its rates, else a longer one, and not for ever', () => {
    const some = checks({ 'search-gap': 'unknown' });
    const unknown = (changes: Partial<RunOptions>): string =>
      next({ checks: some, options: optionsOf(changes) });
    expect(unknown({ writeRate: 0.1, durationS: 2 })).toMatch(
      /^it needs at least 20 s at this rate: probe reference .*--duration 20$/,
    );
    expect(unknown({ readRate: 0.02, durationS: 10 })).toContain('needs at least 150 s');
    expect(unknown({ durationS: 0.5 })).toMatch(/^run longer: probe reference (?!.*--duration)/);
    expect(unknown({ durationS: 20 })).toMatch(/^run longer: .*--duration 60$/);
    expect(unknown({ durationS: 60 })).toMatch(/^a longer run will hardly tell more/);
    const nothing = checks().map((check) => ({ ...check, verdict: 'unknown' as const }));
    expect(next({ checks: nothing })).toBe('see the warnings, and run again');
  });

  it('after an interrupt says so, and runs the same again', () => {
    const ended = (changes: Partial<Grounds>): Conclusion =>
      conclude({ interrupted: true, ...changes });
    const again = /^you ended it early: run it again to its end: probe reference /;
    expect(ended({}).next).toMatch(again);
    expect(ended({ checks: checks({ fractured: 'unknown' }) }).next).toMatch(again);
    expect(ended({ checks: checks({ lost: 'fail' }) }).next).toMatch(/^do not share/);
  });
});
