import { describe, expect, test } from 'vitest';
import { boundOf } from '../../src/core/bound.ts';
import { brokenBy, cutLost, durabilityOf } from '../../src/core/durability.ts';
import type { CheckName } from '../../src/core/names.ts';
import type { CheckResult } from '../../src/core/result.ts';
import { crashOf, failedCheck, losing, round, rounds } from './crash-rounds.ts';

const kill = crashOf('kill');
const power = crashOf('power-loss');
const full = crashOf('disk-full');

describe('kills', () => {
  test('of which 20 land inside a commit and none loses anything make it process-safe', () => {
    const outside = rounds(5, { inside_commit: false });
    const { durability, because, bound } = durabilityOf(kill, [...rounds(20), ...outside], []);
    expect(durability).toBe('process-safe');
    expect(because).toMatch(
      /^25 kills \(20 inside a commit\) lost none of 25,000 acknowledged rows;/,
    );
    expect(bound).toEqual(boundOf(20, 'kills inside a commit'));
  });

  test('of which fewer land inside a commit prove nothing, and say how many are needed', () => {
    const all = [...rounds(19), ...rounds(81, { inside_commit: false })];
    const { durability, because, bound } = durabilityOf(kill, all, []);
    expect(durability).toBe('unknown');
    expect(because).toMatch(/; that is 19 kills inside a commit, and 20 are needed$/);
    expect(bound).toEqual(boundOf(19, 'kills inside a commit'));
    const one = durabilityOf(kill, rounds(1), []);
    expect(one.because).toMatch(/^1 kill .*; that is 1 kill inside a commit, and 20 are needed$/);
  });

  test('of none who commits prove nothing and have no bound, but may lose something', () => {
    const spared = rounds(40, { inside_commit: false, killed: ['r0'] });
    const { durability, bound } = durabilityOf(kill, spared, []);
    expect({ durability, bound }).toEqual({ durability: 'unknown', bound: null });
    expect(durabilityOf(kill, [...spared, losing()], []).durability).toBe('unsafe');
  });

  test.each([
    ['loses rows', losing({ round: 7 }), 'round 7: lost: 8 rows are missing;'],
    [
      'leaves half an operation',
      round({ failed_checks: [failedCheck('fractured', 'half of it is visible.')] }),
      'round 0: fractured: half of it is visible;',
    ],
    [
      'leaves it unopenable',
      round({ state: 'unopenable', error: 'bad magic' }),
      'the database did not open (bad magic)',
    ],
    [
      'leaves it unreadable',
      round({ state: 'unreadable', error: 'page 3' }),
      'the database could not be read (page 3)',
    ],
  ])(
    'of which one %s make it unsafe, and the kill is not called the cause',
    (_, broken, example) => {
      const found = durabilityOf(kill, [...rounds(30), broken], []);
      expect(found).toMatchObject({ durability: 'unsafe', bound: null });
      expect(found.because).toMatch(/^in 1 of 31 rounds, after a kill, the database was not/);
      expect(found.because).toContain(example);
      expect(found.because).toMatch(/; a run without a kill may show the same$/);
    },
  );

  test('whose audit is blind prove nothing, unless another audit found a loss', () => {
    const blind = round({ round: 4, state: 'unknown', error: 'out of memory.' });
    const { durability, because } = durabilityOf(kill, [...rounds(30), blind], []);
    expect(durability).toBe('unknown');
    expect(because).toBe('1 of 31 rounds could not be audited; round 4: out of memory');
    expect(durabilityOf(kill, [blind, losing()], []).durability).toBe('unsafe');
  });

  test('before anything was acknowledged prove nothing, and so does no round at all', () => {
    const idle = rounds(30, { acknowledged_operations: 0, acknowledged_rows: 0 });
    expect(durabilityOf(kill, idle, [])).toMatchObject({
      durability: 'unknown',
      because: 'no commit was acknowledged, so none could be lost',
    });
    expect(durabilityOf(kill, [], [])).toMatchObject({
      durability: 'unknown',
      because: 'no round came to its end',
    });
  });
});

describe('a full disk', () => {
  test('in three rounds in which nothing was lost has a class of its own', () => {
    const found = durabilityOf(full, [...rounds(3, { reads_after_full: 4 }), round()], []);
    expect(found).toMatchObject({
      durability: 'disk-full-safe',
      bound: boundOf(3, 'rounds with a full disk'),
    });
    expect(found.because).toMatch(/^the disk was full in 3 of 4 rounds/);
  });

  test('in fewer rounds, or in none, proves nothing', () => {
    const two = durabilityOf(full, [...rounds(2, { reads_after_full: 4 }), round()], []);
    expect(two.durability).toBe('unknown');
    expect(two.because).toMatch(/; that is 2 rounds with a full disk, and 3 are needed$/);
    expect(durabilityOf(full, rounds(3), [])).toMatchObject({ durability: 'unknown', bound: null });
  });

  test('that loses rows makes it unsafe', () => {
    const { durability, because } = durabilityOf(full, [losing({ reads_after_full: 0 })], []);
    expect(durability).toBe('unsafe');
    expect(because).toContain('in 1 of 1 round, after a full disk,');
  });
});

describe('power cuts', () => {
  const controls = rounds(20, { control: true, filesystem: 'xfs' });
  const cuts = rounds(20, { filesystem: 'xfs' });

  test('of which 20 lose nothing make it power-safe', () => {
    const { durability, because, bound } = durabilityOf(power, [...controls, ...cuts], []);
    expect(durability).toBe('power-safe');
    expect(because).toBe(
      '20 power cuts (20 inside a commit) lost none of 20,000 rows acknowledged before the cut',
    );
    expect(bound).toEqual(boundOf(20, 'power cuts'));
  });

  test('of which fewer lose nothing prove nothing; nor do those before any acknowledgement count', () => {
    const found = durabilityOf(power, [...controls, ...cuts.slice(0, 6)], []);
    expect(found.durability).toBe('unknown');
    expect(found.because).toMatch(/; that is 6 power cuts, and 20 are needed$/);
    const idle = round({ filesystem: 'xfs', acknowledged_operations: 0 });
    const some = durabilityOf(power, [...controls, ...cuts.slice(1), idle], []);
    expect(some).toMatchObject({ durability: 'unknown', bound: { trials: 19 } });
  });

  test('that lose what 20 kills do not make it process-safe, by the bound of the kills', () => {
    const gone = round({
      filesystem: 'xfs',
      state: 'unopenable',
      error: 'no manifest',
      lost: 1000,
    });
    const all = [...controls, gone, losing({ filesystem: 'xfs' })];
    const { durability, because, bound } = durabilityOf(power, all, []);
    expect(durability).toBe('process-safe');
    expect(bound).toEqual(boundOf(20, 'kills inside a commit'));
    expect(because).toContain('20 kills (20 inside a commit) lost nothing, but 2 of 2 power cuts');
    expect(because).toContain('1 left a database that does not open');
    expect(because).toContain('1,008 of 2,000 rows lost');
    expect(cutLost(all)).toBe(true);
  });

  test('before which nothing was acknowledged are said beside those that lost data', () => {
    const idle = round({ filesystem: 'xfs', acknowledged_operations: 0, acknowledged_rows: 0 });
    const found = durabilityOf(power, [...controls, losing({ filesystem: 'xfs' }), idle], []);
    expect(found.because).toContain(
      'but 1 of 2 power cuts, before 1 of which nothing was acknowledged, lost acknowledged data',
    );
  });

  test('whose control loses as well make it unsafe: a kill is enough', () => {
    const all = [losing({ control: true, filesystem: 'xfs' }), ...cuts];
    const { durability, because } = durabilityOf(power, all, []);
    expect(durability).toBe('unsafe');
    expect(because).toContain('in 1 of 1 round, after a kill,');
    expect(cutLost(all)).toBe(false);
  });

  test('that lose make it unsafe if the kills before them are too few, or prove nothing', () => {
    const lost = losing({ filesystem: 'xfs' });
    const few = durabilityOf(power, [...controls.slice(1), lost], []);
    expect(few).toMatchObject({ durability: 'unsafe', bound: null });
    expect(few.because).toMatch(/whether a kill does too is not known: 19 kills .* 20 are needed$/);
    const idle = rounds(20, { control: true, acknowledged_operations: 0 });
    const { durability, because } = durabilityOf(power, [...idle, lost], []);
    expect(durability).toBe('unsafe');
    expect(because).toContain('whether a kill does too is not known: no commit was acknowledged');
  });

  test('with a blind audit, or none at all, prove nothing', () => {
    const blind = round({ state: 'unknown', error: 'deadline' });
    expect(durabilityOf(power, [...controls, ...cuts, blind], []).durability).toBe('unknown');
    expect(durabilityOf(power, controls, []).durability).toBe('unknown');
  });
});

describe('what did not survive', () => {
  const SQL = { increment: 'sql' } as const;
  const names = (...args: Parameters<typeof brokenBy>): string[] =>
    brokenBy(...args).map(({ name }) => name);
  const found = (name: CheckName, where: CheckResult['where']): CheckResult => ({
    ...failedCheck(name, 'it is'),
    where: where!,
  });

  test('is what the final state shows, and not what only reads contradicted', () => {
    const final = [found('lost', 'final'), found('fractured', 'final')];
    const reads = [found('non-monotonic', 'reads'), found('orphan', 'reads')];
    expect(names([...final, ...reads], SQL)).toEqual(['lost', 'fractured']);
  });

  test('is broken rows and rows of nobody wherever they were read', () => {
    expect(names([found('torn', 'reads'), found('unexpected', 'reads')], SQL)).toEqual([
      'torn',
      'unexpected',
    ]);
  });

  test('is never a reader that is late, nor a check that did not fail', () => {
    expect(names([found('frozen', 'reads'), failedCheck('frozen', 'late')], SQL)).toEqual([]);
    expect(names([{ ...found('lost', 'final'), verdict: 'unknown' }], SQL)).toEqual([]);
  });

  test('is any other failure of the first judge, which did not say where', () => {
    expect(names([failedCheck('fractured', 'half')], SQL)).toEqual(['fractured']);
  });

  test('is what was read and is in no later state, unless the power was cut', () => {
    const dirty = [found('dirty-read', 'reads')];
    expect(names(dirty, SQL)).toEqual(['dirty-read']);
    expect(names([...dirty, found('lost', 'final')], SQL, true)).toEqual(['lost']);
  });

  test('is no increment that an application read and wrote back', () => {
    const lost = [found('lost-update', 'final')];
    expect(names(lost, { increment: 'rmw' })).toEqual([]);
    expect(names(lost, SQL)).toEqual(['lost-update']);
  });
});

describe('pauses', () => {
  test('kill nobody, so that nothing broken proves nothing', () => {
    const { durability, ground } = durabilityOf(crashOf('pause'), [], []);
    expect({ durability, ground }).toEqual({ durability: 'unknown', ground: 'harmless' });
  });

  test('that lose rows make it unsafe', () => {
    const checks = [failedCheck('lost', '8 rows are missing')];
    const { durability, because } = durabilityOf(crashOf('pause'), [], checks);
    expect(durability).toBe('unsafe');
    expect(because).toContain('lost: 8 rows are missing');
  });
});
