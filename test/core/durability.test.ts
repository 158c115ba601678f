import { describe, expect, test } from 'vitest';
import { brokenBy, durabilityOf } from '../../src/core/durability.ts';
import type { CheckName } from '../../src/core/names.ts';
import type { CheckResult } from '../../src/core/result.ts';
import { crashOf, failedCheck, losing, round } from './crash-rounds.ts';

const kill = crashOf('kill');
const power = crashOf('power-loss');
const full = crashOf('disk-full');
const control = round({ control: true });

describe('kills', () => {
  test('that lose nothing, a third of them inside a commit, make it process-safe', () => {
    const outside = round({ inside_commit: false });
    const { durability, because, next } = durabilityOf(kill, [round(), outside, outside], []);
    expect(durability).toBe('process-safe');
    expect(because).toMatch(/^3 kills \(1 inside a commit\) lost none of 3,000 acknowledged rows/);
    expect(next).toContain('--mode power-loss');
  });

  test('of which fewer than 30 % land inside a commit prove nothing', () => {
    const rounds = [0, 1, 2, 3].map((i) => round({ inside_commit: i === 0 }));
    const { durability, because } = durabilityOf(kill, rounds, []);
    expect(durability).toBe('unknown');
    expect(because).toBe(
      'only 1 of 4 kills landed inside a commit of who was killed; 30 % are needed.',
    );
  });

  test('of none who commits prove nothing, but may lose something', () => {
    const rounds = [round({ inside_commit: false, killed: ['r0'] })];
    const { durability, because, next } = durabilityOf(crashOf('kill', 'reader'), rounds, []);
    expect({ durability, next }).toEqual({
      durability: 'unknown',
      next: 'Kill who commits: --kill all.',
    });
    expect(because).toContain('only 0 of 1 kill landed inside a commit of who was killed');
    const broken = [losing({ round: 7 })];
    expect(durabilityOf(crashOf('kill', 'reader'), broken, []).durability).toBe('unsafe');
  });

  test.each([
    ['loses rows', losing({ round: 7 }), 'round 7: lost: 8 rows are missing'],
    [
      'leaves half an operation',
      round({ failed_checks: [failedCheck('fractured', 'half of it is visible')] }),
      'round 0: fractured: half of it is visible',
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
  ])('of which one %s make it unsafe', (_, broken, example) => {
    const { durability, because, next } = durabilityOf(kill, [round(), broken], []);
    expect(durability).toBe('unsafe');
    expect(because).toContain('1 of 2 rounds did not survive a kill');
    expect(because).toContain(example);
    expect(next).toContain('bundle');
  });

  test('whose audit is blind prove nothing, unless another audit found a loss', () => {
    const blind = round({ round: 4, state: 'unknown', error: 'out of memory' });
    const { durability, because } = durabilityOf(kill, [round(), blind], []);
    expect(durability).toBe('unknown');
    expect(because).toBe('1 of 2 rounds could not be audited; round 4: out of memory.');
    expect(durabilityOf(kill, [blind, losing()], []).durability).toBe('unsafe');
  });

  test('before anything was acknowledged prove nothing, and so does no round at all', () => {
    const idle = round({ acknowledged_operations: 0, acknowledged_rows: 0 });
    expect(durabilityOf(kill, [idle], [])).toMatchObject({
      durability: 'unknown',
      because: 'no commit was acknowledged, so none could be lost.',
    });
    expect(durabilityOf(kill, [], [])).toMatchObject({
      durability: 'unknown',
      because: 'no round came to its end.',
    });
  });
});

describe('a full disk', () => {
  test('that loses nothing leaves it process-safe', () => {
    const found = durabilityOf(full, [round({ reads_after_full: 4 }), round()], []);
    expect(found).toMatchObject({ durability: 'process-safe' });
    expect(found.because).toMatch(/^the disk was full in 1 of 2 rounds/);
  });

  test('that was never full proves nothing', () => {
    expect(durabilityOf(full, [round()], [])).toMatchObject({
      durability: 'unknown',
      because: 'the disk was never full.',
    });
  });

  test('that loses rows makes it unsafe', () => {
    const { durability, because } = durabilityOf(full, [losing({ reads_after_full: 0 })], []);
    expect(durability).toBe('unsafe');
    expect(because).toContain('did not survive a full disk');
  });
});

describe('power cuts', () => {
  test('that lose nothing make it power-safe', () => {
    const { durability, because } = durabilityOf(power, [control, round()], []);
    expect(durability).toBe('power-safe');
    expect(because).toBe('1 power cut lost none of 1,000 rows acknowledged before the cut.');
  });

  test('that lose what a kill does not make it process-safe', () => {
    const gone = round({ state: 'unopenable', error: 'no manifest', lost: 1000 });
    const { durability, because } = durabilityOf(power, [control, gone, control, losing()], []);
    expect(durability).toBe('process-safe');
    expect(because).toContain('2 kills lost nothing, but 2 of 2 power cuts lost');
    expect(because).toContain('1 left a database that does not open');
    expect(because).toContain('1,008 of 2,000 rows lost');
  });

  test('whose control loses as well make it unsafe: a kill is enough', () => {
    const { durability, because } = durabilityOf(power, [losing({ control: true }), round()], []);
    expect(durability).toBe('unsafe');
    expect(because).toContain('1 of 1 round did not survive a kill');
  });

  test('that lose make it unsafe if the control proves nothing', () => {
    const idle = round({ control: true, acknowledged_operations: 0 });
    const { durability, because } = durabilityOf(power, [idle, losing()], []);
    expect(durability).toBe('unsafe');
    expect(because).toContain('whether a kill does too is not known: no commit was acknowledged');
  });

  test('with a blind audit, or none at all, prove nothing', () => {
    const blind = round({ state: 'unknown', error: 'deadline' });
    expect(durabilityOf(power, [control, blind], []).durability).toBe('unknown');
    expect(durabilityOf(power, [control], [])).toMatchObject({
      durability: 'unknown',
      because: 'the power was never cut.',
    });
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
    const { durability, next } = durabilityOf(crashOf('pause'), [], []);
    expect(durability).toBe('unknown');
    expect(next).toContain('--mode kill');
  });

  test('that lose rows make it unsafe', () => {
    const checks = [failedCheck('lost', '8 rows are missing')];
    const { durability, because } = durabilityOf(crashOf('pause'), [], checks);
    expect(durability).toBe('unsafe');
    expect(because).toContain('lost: 8 rows are missing');
  });
});
