/** Real processes, killed: a correct store survives it, each planted bug is told from the others. */
import { describe, expect, it } from 'vitest';
import { shortCrash } from '../../support/crash.ts';
import { workerFixture } from '../../support/run.ts';

/** Far more than a bug that shows in every second round needs: the campaign ends at the first one. */
const ENOUGH = 12;

/** Whether so few kills landed inside commits is chance: the class may be unknown, but not unsafe. */
const survived = () => ({
  ...{ lost: 0, failed_rounds: 0, unopenable: 0, unreadable: 0 },
  durability: expect.not.stringContaining('unsafe') as string,
});

describe('the reference backend', () => {
  it('survives, and nothing acknowledged is lost', async () => {
    const { rounds, ...result } = await shortCrash({ rounds: 5 });
    expect(result).toMatchObject({
      // Five kills are too few for a class.
      ...{ durability: 'unknown', rounds_done: 5, kills: 5 },
      ...{ lost: 0, duplicate: 0, torn: 0, unopenable: 0, unreadable: 0, failed_rounds: 0 },
      ...{ bundles: [], skipped: null, interrupted: false },
    });
    expect(rounds.map(({ killed, state }) => [killed, state])).toEqual(
      Array.from({ length: 5 }, () => [['w0'], 'ok']),
    );
    expect(result.acknowledged_rows).toBeGreaterThan(0);
    expect(result.inside_commit).toBeGreaterThan(0);
    expect(result.bound).toMatchObject({ trials: result.inside_commit });
    expect(result.because).toContain('and 20 are needed');
    expect(result.in_doubt).toBeGreaterThanOrEqual(result.inside_commit);
    expect(result.recovery_us!.max).toBeGreaterThan(0);
    expect(result.backend.engine).not.toBe('unknown');
  });

  it.each([
    ['reader', {}, ['r0']],
    ['all', { writers: 2, increment: 'sql', keys: 'shared' }, ['r0', 'w0', 'w1']],
    ['owner', { access: 'owner' }, ['owner']],
    ['writer', { access: 'connections' }, ['r0', 'w0']],
  ] as const)('survives a kill of the %s with %j', async (victim, options, killed) => {
    const result = await shortCrash({ victim, options });
    expect(result.rounds.map((round) => round.killed.toSorted())).toEqual([killed, killed]);
    expect(result).toMatchObject(survived());
  });

  it.each([
    ['reader', {}],
    ['writer', { access: 'owner' }],
  ] as const)(
    'is not shown to survive by kills of the %s alone with %j',
    async (victim, options) => {
      const result = await shortCrash({ rounds: 4, victim, options });
      expect(result).toMatchObject({ ...survived(), durability: 'unknown', inside_commit: 0 });
      expect(result.because).toContain('4 kills (0 inside a commit)');
      expect(result.bound).toBeNull();
    },
  );
});

describe('an auditor that has read everything', () => {
  it.each(['audit-close-fails', 'audit-dies-at-close'])(
    'leaves no round unsafe or unread when it ends as %s',
    async (fixture) => {
      const result = await shortCrash({ workerEntry: workerFixture(fixture) });
      expect(result).toMatchObject({ ...survived(), rounds_done: 2 });
      expect(result.rounds.map(({ state, lost }) => [state, lost])).toEqual([
        ['ok', 0],
        ['ok', 0],
      ]);
      expect(result.rounds.map(({ error }) => error)).not.toContain(null);
    },
  );
});

describe('the planted bug', () => {
  it('early-ack loses rows', async () => {
    const found = await shortCrash({
      ...{ rounds: ENOUGH, untilFailed: true, options: { bug: 'early-ack' } },
    });
    expect(found.durability).toBe('unsafe');
    expect(found.lost).toBeGreaterThan(0);
    expect(found.because).toMatch(
      /after a kill, the database was not what had been acknowledged; round \d+: lost: /,
    );
  });

  it('non-atomic loses none, and leaves half an operation', async () => {
    const found = await shortCrash({
      ...{ rounds: ENOUGH, untilFailed: true, options: { bug: 'non-atomic' } },
    });
    const names = found.rounds.flatMap((round) => round.failed_checks.map(({ name }) => name));
    expect(names).toEqual(['fractured']);
    expect(found).toMatchObject({ durability: 'unsafe', lost: 0 });
  });

  it('lost loses a whole insert: acknowledged rows, or what was read of one in doubt', async () => {
    const found = await shortCrash({
      ...{ rounds: ENOUGH, untilFailed: true, options: { bug: 'lost' } },
    });
    expect(found.durability).toBe('unsafe');
    const names = found.rounds.flatMap((round) => round.failed_checks.map(({ name }) => name));
    // Which of the two depends on where the kill fell.
    expect(names).not.toEqual([]);
    expect(names.filter((name) => name !== 'lost' && name !== 'dirty-read')).toEqual([]);
  });

  it('slow-recovery loses nothing and is told by its recovery time, no-fsync by nothing', async () => {
    const slow = await shortCrash({ rounds: 1, options: { bug: 'slow-recovery' } });
    expect(slow).toMatchObject(survived());
    const quick = await shortCrash({ rounds: 1, options: { bug: 'no-fsync' } });
    expect(quick).toMatchObject(survived());
    // Not a limit on time: the planted delay itself is 2 s.
    expect(slow.recovery_us!.max).toBeGreaterThan(2_000_000);
  });
});

describe.each([
  ['duckdb', 'connections'],
  ['lancedb', 'processes'],
] as const)('%s', (backend, access) => {
  it(`survives two kills with ${access}`, async () => {
    const result = await shortCrash({ options: { backend, access, dims: 16 } });
    expect(result).toMatchObject({ ...survived(), rounds_done: 2, errors: [] });
    expect(result.acknowledged_operations).toBeGreaterThan(0);
    expect(result.rounds.map(({ state }) => state)).toEqual(['ok', 'ok']);
  });
});
