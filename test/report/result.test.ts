import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { CheckName } from '../../src/core/names.ts';
import { checkSummary } from '../../src/report/check-lines.ts';
import { widthOf } from '../../src/report/columns.ts';
import { renderResult } from '../../src/report/result.ts';
import { blocked, checksOf, counts, processOf, resultOf, wrong } from './results.ts';

const render = (result = resultOf(), width = 80): string =>
  renderResult(result, { color: false, width });

test('a good run is a table, the named counts, the measures and the verdict', () => {
  expect(render(resultOf())).toMatchInlineSnapshot(`
    "probe lancedb · processes · 5,000 rows × 1,536 dims · 1 writer + 2 readers ·
      10 s
    @lancedb/lancedb 0.31.0 (lance 9.1) · Node 20.20.2 · linux x64, 2 CPUs,
      8.0 GiB · ext4 · seed 42

      process      ok  err  refused  ops/s     p50     p95     p99     max  state
      w0          642    0        0   64.2  41.2ms  66.0ms  88.1ms   131ms  finished
      r0        9,312    0        0    931   850µs   6.2ms   9.8ms  41.0ms  finished
      r1        9,033    0        0    903   850µs   6.2ms   9.8ms  41.0ms  finished
      writes      642    0        0   64.2  41.2ms  66.0ms  88.1ms   131ms
      reads    18,345    0        0  1,835   860µs   6.3ms   9.9ms  44.0ms
      latency of insert (writers) and search (readers) · open p50 12.0 ms, max
        40.0 ms · poll p50 700 µs, p99 3.1 ms · reembed p50 44.0 ms, p99 91.0 ms

      reads_ok               18,345    writes_ok             642
      reads_err                   0    writes_err              0
      open_ok                     3    increments_ok           0
      open_err                    0    increments_err          0
      fresh_read_iterations  18,100    new_rows_inserted  20,544
      fresh_read_results     41,088    busy_retries            0
      errors                      0

      Freshness  p50 18.0 ms, p99 212 ms, max 412 ms after the acknowledgement;
                 never seen 0
      Overlap    97 % of the reads overlapped a write
      Start      1.9 ms from the first process to the last
      Fairness   9,033 to 9,312 ok per reader (min/max 0.97)
      Memory     at most 310 MiB in one process (w0)
      Audit      25,544 rows, 25,544 acknowledged: 0 lost, 0 duplicate, 0 torn, 0
                 unexpected, 0 in doubt; took 212 ms

      12 checks: 12 pass

      Verdict    WORKS: Every process opened, and every reader saw what the writer
                 committed.
      Next       Run it longer: --duration 600.
    "
  `);
});

test('a refused reader is shown with its error, class and holder', () => {
  const text = render(blocked);
  expect(text).toMatch(/^ {2}r1 +0 +0 +1,200 +0 +– +– +– +– +refused$/m);
  expect(text).toMatch(/open_err +1,212/);
  expect(text).toMatch(/errors +1,212/);
  expect(text).toContain('Error      1,212 × open: lock.conflict, held by PID 4100 (w0)');
  expect(text).toContain('IO Error: Could not set lock on file "db.duckdb": Conflicting lock');
  expect(text).toContain('Verdict    BLOCKED: All 2 readers were refused at open');
  expect(text).not.toContain('Freshness');
});

test('what fired is said with its first finding, and what could not be judged with its reason', () => {
  const text = render(wrong);
  expect(text).toContain(
    '12 checks: 9 pass, 1 fail (lost: 400 of 600 acknowledged rows are lost), 1',
  );
  expect(text).toContain('FAIL lost: 400 of 600 acknowledged rows are lost. First of 400: Rows');
  expect(text).toContain('unknown frozen: r0 ended before its drain poll.');
  expect(text).toContain('Warning    The database lies on tmpfs');
  expect(text).toContain('Verdict    WRONG (interrupted): 400 of 600');
});

test('a process that died is shown with its signal and the end of its stderr', () => {
  const text = render(wrong);
  expect(text).toMatch(/^ {2}r0 .* died SIGSEGV$/m);
  expect(text).toContain('r0 (pid 4100) died SIGSEGV; its stderr ended:');
  expect(text).toContain('| terminate called\n');
  const silent = processOf('writer', 0, { state: 'died', exit: 3 });
  const hung = processOf('reader', 0, { state: 'hung', pid: null });
  const other = render(resultOf({ processes: [silent, hung] }));
  expect(other).toContain('w0 (pid 4100) died exit 3 and wrote nothing to stderr');
  expect(other).toContain('r0 hung and wrote nothing to stderr');
});

test('p95 gives way where the table would be too wide', () => {
  expect(render(resultOf(), 80)).toMatch(/ p95 /);
  expect(render(resultOf(), 70)).not.toMatch(/ p95 /);
});

test('several writers are compared, and the retries of their driver are summed', () => {
  const writers = [200, 640].map((ok, index) =>
    processOf('writer', index, { counts: counts({ writes_ok: ok }), driver_retries: index * 12 }),
  );
  const text = render(resultOf({ processes: writers }));
  expect(text).toContain('Fairness   200 to 640 ok per writer (min/max 0.31)');
  expect(text).toContain('Retries    12 by the driver itself');
  expect(text).not.toContain('search (readers)');
});

test('an audit that failed says so', () => {
  const audit = { ...resultOf().audit!, error: 'IO Error:\ncorrupt' };
  expect(render(resultOf({ audit }))).toContain(
    'Audit      FAILED: IO Error: corrupt; 25,544 rows',
  );
});

test('what was not recorded is not printed as a number', () => {
  const options = { ...resultOf().options, check: false };
  expect(render(resultOf({ options }))).toMatch(/fresh_read_results +not recorded/);
});

test('a run without a window has no rates', () => {
  expect(render(resultOf({ window_us: 0 }))).toMatch(/^ {2}w0 +642 +0 +0 +– /m);
});

test('the files that were saved come last, each on one line', () => {
  const saved = [`results/${'x'.repeat(90)}.json`, 'results/x.history.gz'];
  const text = renderResult(resultOf(), { color: false, width: 40, saved });
  expect(text.endsWith(`  Saved      ${saved[0]}\n             ${saved[1]}\n`)).toBe(true);
});

describe('the layout', () => {
  const results = [resultOf(), blocked, wrong];

  test.each([80, 100])('fits %i columns', (width) => {
    for (const result of results) {
      for (const line of render(result, width).split('\n')) {
        expect(widthOf(line)).toBeLessThanOrEqual(width);
        expect(line).toBe(line.trimEnd());
      }
    }
  });

  test('has no escapes without colour, and the same text with it', () => {
    for (const result of results) {
      const plain = render(result);
      const coloured = renderResult(result, { color: true, width: 80 });
      expect(stripVTControlCharacters(plain)).toBe(plain);
      expect(coloured).not.toBe(plain);
      expect(stripVTControlCharacters(coloured)).toBe(plain);
    }
  });
});

test('the summary of checks names what did not pass', () => {
  const fail = (name: CheckName) => ({ name, verdict: 'fail', because: 'It is wrong.' }) as const;
  expect(checkSummary(checksOf())).toBe('12 checks: 12 pass');
  expect(checkSummary(checksOf(fail('torn')))).toBe(
    '12 checks: 11 pass, 1 fail (torn: It is wrong)',
  );
  expect(checkSummary(checksOf(fail('torn'), fail('lost')))).toBe(
    '12 checks: 10 pass, 2 fail (lost, torn)',
  );
});
