import { expect, test } from 'vitest';
import { renderCrash } from '../../src/report/crash-table.ts';
import { crashOf, crashResult, losing, round, rounds } from '../core/crash-rounds.ts';

// oxlint-disable-next-line no-control-regex
const COLOR = /\u001B\[/;
const style = { color: false, width: 80 };

test('the table tells what was done and found, the class and why', () => {
  const text = renderCrash(crashResult({ rounds: [round()], rounds_done: 1, kills: 1 }), style);
  expect(text).toMatch(/^probe crash toy · kill · processes · 1 round\n/);
  expect(text).toMatch(/\n {2}kills +1\n/);
  expect(text).toMatch(/\n {2}Class {6}PROCESS-SAFE: nothing was lost\n/);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('a failed round is told with its file system and its checks', () => {
  const rounds = [losing({ round: 3, filesystem: 'xfs' })];
  expect(renderCrash(crashResult({ rounds }), style)).toContain(
    'FAIL       round 3 on xfs: lost: 8 rows are missing',
  );
});

test('pauses are summed up by who was stopped', () => {
  const pause = { process: 'w0', paused_us: 500_000, reads_by_others: 7, errors_by_others: 0 };
  const pauses = [pause, pause].map((one) => ({ ...one, writes_by_others: 0 }));
  const text = renderCrash(crashResult({ crash: crashOf('pause'), pauses, rounds_done: 2 }), style);
  expect(text).toMatch(/\n {2}w0 +2 +1\.00 s +14 +0 +0\n/);
});

test('the bound is told with its conditions, and what readers saw beside what was lost', () => {
  const text = renderCrash(crashResult({ rounds: rounds(1), rounds_done: 1 }), style);
  expect(text).toMatch(/\n {2}what readers saw +nothing that contradicts itself\n/);
  expect(text).toMatch(
    /\n {2}Bound {6}20 kills inside a commit: with 95 % confidence fewer than 14 %/,
  );
});

test('where nothing could be tried there are no counts, no driver, and the reason stands once', () => {
  const skipped = {
    ...({ durability: 'unknown', bound: null, reads: 'unknown' } as const),
    backend: { name: 'toy', package: 'toy-db', version: 'unknown', engine: 'unknown' },
    because: 'skipped: --mode power-loss needs mkfs.xfs',
    next: 'apt-get install xfsprogs',
    skipped: '--mode power-loss needs mkfs.xfs: apt-get install xfsprogs',
  };
  expect(renderCrash(crashResult(skipped), style)).toBe(
    [
      'probe crash toy · kill · processes · 0 rounds',
      '  toy-db · Node 20 · linux, 2 CPUs, 1.0 GiB · seed 42',
      '',
      '  Class      UNKNOWN: skipped: --mode power-loss needs mkfs.xfs',
      '  Next       apt-get install xfsprogs',
      '',
    ].join('\n'),
  );
});

test('a campaign that was interrupted says so beside its class', () => {
  expect(renderCrash(crashResult({ interrupted: true }), style)).toMatch(
    /\n {2}Class {6}PROCESS-SAFE \(interrupted\): nothing was lost\n/,
  );
});

test('it is coloured only where that is wanted', () => {
  const result = crashResult({});
  expect(renderCrash(result, style)).not.toMatch(COLOR);
  expect(renderCrash(result, { ...style, color: true })).toContain('\u001B[32mPROCESS-SAFE\u001B');
});
