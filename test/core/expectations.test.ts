import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { evaluate, parseExpectation } from '../../src/core/expectations.ts';
import { METRICS, metricNamed } from '../../src/core/metric-table.ts';
import { VERDICTS } from '../../src/core/names.ts';
import { counts, checksOf, processOf, resultOf, wrong } from '../report/results.ts';

const result = resultOf();
const actualOf = (name: string, of = result): unknown => metricNamed(name)!.of(of);

function outcomeOf(text: string, of = result, baseline = [result]) {
  const [evaluation] = evaluate([parseExpectation(text, true)], [of], baseline);
  return evaluation!;
}

describe('a metric', () => {
  test('has a name of its own and a line of text', () => {
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
    for (const { name, text } of METRICS) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(text).not.toMatch(/\n|\.$/);
    }
  });

  test('has a value, or null, of every result', () => {
    for (const of of [result, wrong, resultOf({ audit: null, freshness_us: null, checks: [] })]) {
      for (const metric of METRICS) {
        const value = metric.of(of);
        if (value === null) continue;
        expect(typeof value).toBe(metric.unit === 'word' ? 'string' : 'number');
        expect(value).not.toBeNaN();
      }
    }
  });

  test('gives rates per second of the measured window', () => {
    expect(actualOf('reads_per_s')).toBe(1834.5);
    expect(actualOf('writes_per_s')).toBe(64.2);
    expect(actualOf('window_s')).toBe(10);
    expect(actualOf('reads_per_s', resultOf({ window_us: 0 }))).toBeNull();
  });

  test('gives no lag where no poll showed a commit, though none was seen either', () => {
    const frozen = resultOf({
      freshness_us: { count: 0, p50: 0, p99: 0, max: 0, never_seen: 7 },
    });
    expect(actualOf('lag_p99', frozen)).toBeNull();
    expect(actualOf('never_seen', frozen)).toBe(7);
    expect(actualOf('lag_max')).toBe(412_000);
  });

  test('tells how alike the writers got on', () => {
    const writers = [30, 10, 20].map((done, i) =>
      processOf('writer', i, { counts: counts({ writes_ok: done }), driver_retries: done }),
    );
    const uneven = resultOf({ processes: writers });
    expect(actualOf('fairness_min_max', uneven)).toBeCloseTo(1 / 3);
    expect(actualOf('driver_retries', uneven)).toBe(60);
    expect(actualOf('fairness_min_max')).toBeNull();
    expect(actualOf('driver_retries')).toBeNull();
  });

  test('tells what died and which checks fired', () => {
    expect(actualOf('workers_died', wrong)).toBe(1);
    expect(actualOf('checks_failed', wrong)).toBe(1);
    expect(actualOf('check_lost', wrong)).toBe('fail');
    expect(actualOf('check_lost-update', wrong)).toBe('skipped');
    expect(actualOf('check_torn', resultOf({ checks: checksOf().slice(0, 1) }))).toBeNull();
  });
});

describe('an expectation', () => {
  test.each([
    ['reads_err==0', true],
    ['reads_ok > 18345', false],
    ['reads_ok>=18345', true],
    ['reads_ok!=18345', false],
    ['reads_ok<1e6', true],
    ['verdict==works', true],
    ['verdict != works', false],
    ['check_lost==pass', true],
    ['lag_p99<500ms', true],
    ['lag_p99<0.2s', false],
    ['lag_p50<=18000us', true],
    ['search_p99<9.9ms', false],
    ['never_seen==0', true],
    ['lag_max>0', true],
    ['overlap_ratio>=97%', true],
    ['overlap_ratio>=0.98', false],
  ])('%s is met: %s', (text, met) => {
    expect(outcomeOf(text)).toMatchObject({ text, met });
  });

  test('shows what was measured in the unit that it was written in', () => {
    expect(outcomeOf('lag_p99<500ms')).toEqual({
      text: 'lag_p99<500ms',
      actual: 212,
      wanted: 500,
      unit: 'ms',
      met: true,
    });
    const big = resultOf({ processes: [processOf('reader', 0, { peak_rss_bytes: 3e8 })] });
    expect(outcomeOf('peak_rss_max<0.5GB', big)).toMatchObject({ actual: 0.3, unit: 'GB' });
  });

  test('is unmet where the run has no such value, whatever it says', () => {
    for (const text of ['increment_p99<1s', 'increment_p99>=0', 'increment_p99!=3ms']) {
      expect(outcomeOf(text)).toMatchObject({ actual: null, met: false });
    }
  });

  test('compares with a factor of the median of the baseline', () => {
    const baseline = [900, 1000, 5000].map((reads) =>
      resultOf({ counts: counts({ reads_ok: reads * 10 }) }),
    );
    const run = resultOf({ counts: counts({ reads_ok: 9200 }) });
    expect(outcomeOf('reads_per_s>=0.9*baseline', run, baseline)).toEqual({
      text: 'reads_per_s>=0.9*baseline',
      actual: 920,
      wanted: 900,
      unit: '',
      baseline: 1000,
      met: true,
    });
    expect(outcomeOf('reads_per_s >= baseline', run, baseline).met).toBe(false);
    expect(outcomeOf('increment_p99<=2*baseline', run, baseline).met).toBe(false);
  });

  test('is met by the median of several runs', () => {
    const runs = [10, 10_000, 20].map((reads_ok) => resultOf({ counts: counts({ reads_ok }) }));
    expect(evaluate([parseExpectation('reads_ok==20', false)], runs)[0]).toMatchObject({
      actual: 20,
      met: true,
    });
  });

  test.each([
    ['reads_er==0', 'there is no metric reads_er, did you mean reads_err'],
    ['fairness>0.5', 'did you mean fairness_min_max or reader_fairness_min_max?'],
    ['qwertyuiop>1', "there is no metric qwertyuiop; 'probe list --metrics' names all"],
    ['reads_err', 'expected a metric, one of == != < <= > >=, and a value'],
    ['reads_err=0', 'expected a metric'],
    ['', 'expected a metric'],
    ['==0', 'expected a metric'],
    ['reads_err==', 'expected a metric'],
    ['reads_err==many', "'many' is not a number"],
    ['reads_err==0x10', "'0x10' is not a number"],
    ['reads_err==5ms', 'reads_err has no unit'],
    ['lag_p99<500', 'lag_p99 needs a unit: us, ms, s'],
    ['lag_p99<500MB', 'the unit of lag_p99 is one of us, ms, s'],
    ['verdict==fine', `verdict is one of ${VERDICTS.join(', ')}`],
    ['verdict<works', 'verdict is a word: only == and != compare it'],
    ['check_lost==passed', 'check_lost is one of pass, fail, unknown, skipped'],
    ['reads_per_s>=0.9*baseline', "exists in 'probe compare' only"],
  ])('%s is refused: %s', (text, problem) => {
    const parse = () => parseExpectation(text, false);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(problem);
    expect(parse).toThrow(`option '--expect ${text}'`);
  });
});
