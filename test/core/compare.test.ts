import { describe, expect, test } from 'vitest';
import {
  blocksOf,
  comparedMetrics,
  differencesOf,
  firedChecks,
  isSameExperiment,
  labelOf,
  type Column,
} from '../../src/core/compare.ts';
import { ratioOf } from '../../src/core/ratio.ts';
import type { Result } from '../../src/core/result.ts';
import { counts, resultOf, wrong } from '../report/results.ts';

const runs = (...reads: number[]): Result[] =>
  reads.map((perS) => resultOf({ counts: counts({ reads_ok: perS * 10, writes_ok: 100 }) }));
const column = (label: string, of: Result[]): Column => ({ label, title: label, runs: of });
const group = (title: string, of: Result[]) => ({ title, runs: of });
const withOptions = (changes: Result['options']): Result =>
  resultOf({ options: { ...resultOf().options, ...changes } });

describe('a ratio', () => {
  test('of single runs has no interval and no word', () => {
    const ratio = ratioOf([100], [150], 'more')!;
    expect(ratio).toMatchObject({ interval: null, word: null });
    expect(ratio.value).toBeCloseTo(1.5);
    expect(ratioOf([100, 101], [150, 149, 151], 'more')).toMatchObject({ interval: null });
  });

  test('is of the geometric means', () => {
    expect(ratioOf([1, 4], [8, 2], 'more')!.value).toBeCloseTo(2);
  });

  test("has the interval of Welch's test on logarithms", () => {
    // By hand: logs differ by ln 2; variance 0.01 on each side, 4 degrees of freedom, t = 2.776.
    const a = [-0.1, 0, 0.1].map(Math.exp);
    const b = a.map((value) => value * 2);
    const { value, interval } = ratioOf(a, b, 'more')!;
    const margin = 2.776 * Math.sqrt((2 * 0.01) / 3);
    expect(value).toBeCloseTo(2);
    expect(Math.log(interval![0])).toBeCloseTo(Math.log(2) - margin, 4);
    expect(Math.log(interval![1])).toBeCloseTo(Math.log(2) + margin, 4);
  });

  test('says faster or slower only where the interval leaves 1 out', () => {
    const a = [100, 101, 99];
    const word = (b: number[], better: 'more' | 'less') => ratioOf(a, b, better)!.word;
    expect(word([120, 121, 119], 'more')).toBe('faster');
    expect(word([120, 121, 119], 'less')).toBe('slower');
    expect(word([80, 81, 79], 'more')).toBe('slower');
    expect(word([80, 81, 79], 'less')).toBe('faster');
    expect(word([60, 150, 120], 'more')).toBe('no difference seen');
    expect(word([100, 101, 99], 'more')).toBe('no difference seen');
  });

  test('of runs that do not scatter at all is exact', () => {
    expect(ratioOf([10, 10, 10], [20, 20, 20], 'more')).toMatchObject({ word: 'faster' });
    expect(ratioOf([10, 10, 10], [10, 10, 10], 'more')).toMatchObject({
      interval: [1, 1],
      word: 'no difference seen',
    });
  });

  test('is none where a value is not positive or missing', () => {
    expect(ratioOf([0, 1, 2], [1, 2, 3], 'more')).toBeNull();
    expect(ratioOf([1], [], 'more')).toBeNull();
  });
});

describe('a comparison', () => {
  const find = (columns: Column[], name: string) =>
    comparedMetrics(columns).find(({ metric }) => metric.name === name);

  test('has medians of numbers and the worst of verdicts', () => {
    const columns = [column('a', [...runs(10, 30), wrong]), column('b', runs(50))];
    expect(find(columns, 'verdict')!.values).toEqual(['wrong', 'works']);
    expect(find([column('a', runs(10, 40, 30)), columns[1]!], 'reads_per_s')!.values).toEqual([
      30, 50,
    ]);
  });

  test('compares rates and times of the same experiment', () => {
    const compared = find([column('a', runs(100)), column('b', runs(150))], 'reads_per_s');
    expect(compared!.ratios[0]).toBeNull();
    expect(compared!.ratios[1]).toMatchObject({ value: expect.closeTo(1.5, 6) as number });
  });

  test('gives no ratio of different experiments, nor of counts', () => {
    const other = withOptions({ access: 'owner' });
    expect(isSameExperiment(resultOf(), other)).toBe(false);
    const columns = [column('a', [resultOf()]), column('b', [other])];
    expect(find(columns, 'reads_per_s')!.ratios).toEqual([null, null]);
    const same = [column('a', runs(100)), column('b', runs(150))];
    expect(find(same, 'reads_ok')!.ratios).toEqual([null, null]);
  });

  test('leaves out what no column has', () => {
    expect(find([column('a', runs(1)), column('b', runs(2))], 'upsert_p50')).toBeUndefined();
  });

  test('names what differs and what is the same', () => {
    const newer = withOptions({ readers: 8 });
    newer.backend = { ...newer.backend, version: '0.32.0' };
    expect(differencesOf(resultOf(), newer)).toEqual({
      differs: [
        { name: 'driver', from: '@lancedb/lancedb 0.31.0', to: '@lancedb/lancedb 0.32.0' },
        { name: 'readers', from: '2', to: '8' },
      ],
      same: ['backend', 'engine', 'node', 'probe', 'host', 'file system'],
      sameOptions: 6,
    });
  });

  test('compares the models of CPUs where both results know theirs', () => {
    const [old, ours, theirs] = [undefined, 'Fast 9', 'Slow 1'].map((model) => {
      const run = resultOf();
      return { ...run, host: { ...run.host, ...(model && { cpu_model: model }) } };
    });
    expect(differencesOf(old!, ours!).differs).toEqual([]);
    expect(differencesOf(ours!, theirs!).differs).toEqual([
      {
        name: 'host',
        from: 'linux x64, 2 CPUs (Fast 9), 8.0 GiB',
        to: 'linux x64, 2 CPUs (Slow 1), 8.0 GiB',
      },
    ]);
  });

  test('names the checks that fired in any run', () => {
    expect(firedChecks([resultOf(), wrong, wrong])).toEqual(['lost']);
  });
});

describe('what belongs side by side', () => {
  test('are results, all with the first', () => {
    const sources = ['x', 'y', 'z'].map((title) => ({ title, groups: [group(title, runs(1))] }));
    const blocks = blocksOf(sources);
    expect(blocks).toHaveLength(1);
    expect(blocks[0]!.columns.map(({ label, title }) => label + title)).toEqual(['ax', 'by', 'cz']);
  });

  test('are the configurations of one matrix', () => {
    const groups = [group('one', runs(1, 2)), group('two', [withOptions({ access: 'owner' })])];
    const blocks = blocksOf([{ title: 'm', groups }]);
    expect(blocks.map(({ columns }) => columns.map(({ title }) => title))).toEqual([
      ['one', 'two'],
    ]);
  });

  test('are equal configurations of several matrices', () => {
    const owner = [withOptions({ access: 'owner' })];
    const blocks = blocksOf([
      { title: 'old', groups: [group('one', runs(1)), group('two', owner)] },
      { title: 'new', groups: [group('two', owner), group('one', runs(2))] },
    ]);
    expect(blocks.map(({ title }) => title)).toEqual(['one', 'two']);
    for (const { columns } of blocks) {
      expect(columns.map(({ label, title }) => label + title)).toEqual(['aold', 'bnew']);
    }
  });

  test('have letters, and more than there are letters if need be', () => {
    expect([0, 25, 26, 53].map(labelOf)).toEqual(['a', 'z', 'a1', 'b2']);
  });
});
