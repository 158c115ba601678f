import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  CHECK_GROUPS,
  CHECKS,
  GROUP_OF_CHECK,
  type CheckGroup,
  type CheckName,
} from '../../src/core/names.ts';
import type { CheckVerdict, OrderResult } from '../../src/core/result.ts';
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

      process      ok  err  ops/s      p50      p95      p99      max  state
      w0          642    0   64.2  41.2 ms  66.0 ms  88.1 ms   131 ms  finished
      r0        9,312    0    931   850 µs   6.2 ms   9.8 ms  41.0 ms  finished
      r1        9,033    0    903   850 µs   6.2 ms   9.8 ms  41.0 ms  finished
      writes      642    0   64.2  41.2 ms  66.0 ms  88.1 ms   131 ms
      reads    18,345    0  1,835   860 µs   6.3 ms   9.9 ms  44.0 ms
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
      Evidence   36,690 searches and polls, 35,700 (97 %) during a write; 642
                 acknowledged writes; 2 sessions
      Start      1.9 ms from the first process to the last
      Fairness   9,033 to 9,312 ok per reader (min/max 0.97)
      Memory     at most 310 MiB in one process (w0)
      Audit      25,544 rows, 25,544 acknowledged: 0 lost, 0 duplicate, 0 torn, 0
                 unexpected, 0 in doubt; took 212 ms

      15 checks: rows 7 pass · order 6 pass · application 2 pass

      Verdict    WORKS: Every process opened, and every reader saw what the writer
                 committed.
      Next       Run it longer: --duration 600.
    "
  `);
});

test('a refused reader is shown with its error, class and holder', () => {
  const text = render(blocked);
  expect(text).toMatch(/^ {2}r1 +0 +0 +1,200 +0 +– +– +– +refused$/m);
  expect(text).toMatch(/open_err +1,212/);
  expect(text).toMatch(/errors +2/);
  expect(text).toContain(
    'Error      2 processes refused at open, in 1,212 attempts: lock.conflict, held',
  );
  expect(text).toContain('IO Error: Could not set lock on file "db.duckdb": Conflicting lock');
  expect(text).toContain('Verdict    BLOCKED: All 2 readers were refused at open');
  expect(text).not.toContain('Freshness');
});

test('what fired is said with its first finding, and what could not be judged with its reason', () => {
  const text = render(wrong);
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    'checks: rows 5 pass, 1 fail (lost), 1 skipped (lost-update) · order 5 pass, 1 unknown (frozen) ·',
  );
  expect(text).toContain('FAIL lost: 400 of 600 acknowledged rows are lost. First of 400: Rows');
  expect(text).toContain('unknown frozen: r0 ended before its drain poll.');
  expect(text).toContain('Warning    The database lies on tmpfs');
  expect(text).toContain('Verdict    WRONG (interrupted): 400 of 600');
});

test('a process that died is shown with its signal and its last words', () => {
  const text = render(wrong);
  expect(text).toMatch(/^ {2}r0 .* died SIGSEGV$/m);
  expect(text).toContain('r0 (pid 4100) died SIGSEGV; its last words:');
  expect(text).toContain('| terminate called\n');
  const silent = processOf('writer', 0, { state: 'died', exit: 3 });
  const hung = processOf('reader', 0, { state: 'hung', pid: null });
  const other = render(resultOf({ processes: [silent, hung] }));
  expect(other).toContain('w0 (pid 4100) died exit 3 and printed nothing');
  expect(other).toContain('r0 hung and printed nothing');
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
  expect(render(resultOf({ window_us: 0 }))).toMatch(/^ {2}w0 +642 +0 +– /m);
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

describe('the summary of checks', () => {
  const of = (verdict: CheckVerdict, name: CheckName) => ({ name, verdict });
  const size = (group: CheckGroup): number =>
    CHECKS.filter((name) => GROUP_OF_CHECK[name] === group).length;
  const [rows, order, application] = CHECK_GROUPS.map(size) as [number, number, number];

  test('tells the groups apart, and names what did not pass', () => {
    const lead = `${CHECKS.length} checks:`;
    expect(checkSummary(checksOf())).toBe(
      `${lead} rows ${rows} pass · order ${order} pass · application ${application} pass`,
    );
    const changed = checksOf(
      ...[of('fail', 'torn'), of('fail', 'lost'), of('unknown', 'frozen')],
      ...[of('skipped', 'long-fork'), of('fail', 'fractured')],
    );
    expect(checkSummary(changed)).toBe(
      `${lead} rows ${rows - 2} pass, 2 fail (lost, torn) · order ${order - 3} pass, ` +
        `1 fail (fractured), 1 unknown (frozen), 1 skipped (long-fork) · application ${application} pass`,
    );
  });

  test('leaves out a group that was not judged', () => {
    const some = checksOf().filter(({ name }) => name === 'lost' || name === 'orphan');
    expect(checkSummary(some)).toBe('2 checks: rows 1 pass · application 1 pass');
  });
});

describe('how much was seen', () => {
  test('of an older result is its overlap alone', () => {
    const { evidence: _, thin: __, order: ___, judge: ____, ...old } = resultOf();
    expect(render(old)).toContain('  Overlap    97 % of the reads overlapped a write\n');
    expect(render(old)).not.toMatch(/Evidence|Order|Thin/);
    expect(render({ ...old, overlap_ratio: null })).not.toContain('Overlap');
  });

  test('says nothing of overlap without reads or writes', () => {
    const evidence = { reads: 80, overlapping_reads: 0, writes: 0, sessions: 1 };
    expect(render(resultOf({ evidence, overlap_ratio: null }))).toContain(
      '  Evidence   80 searches and polls; 0 acknowledged writes; 1 session\n',
    );
    expect(render(resultOf())).not.toMatch(/Overlap|Thin|Order/);
  });

  test('tells what one order explains, and that the evidence is thin', () => {
    const order: OrderResult = {
      ...{ reads: 9204, discriminating_reads: 1911, undecidable_reads: 0, behind_us: 0 },
      refuted: [],
      because: 'one order explains all 9,204 decidable reads; 1,911 could have shown otherwise',
    };
    const thin = 'only 4 reads overlapped a write (30 are enough): what is rare had no chance';
    const result = resultOf({ order, thin });
    expect(render(result).replaceAll(/\s+/g, ' ')).toContain(
      ` Order ${order.because} Thin ${thin} `,
    );
    expect(render(result)).toContain('  Thin       only 4 reads overlapped a write (30 are');
    expect(renderResult(result, { color: true, width: 80 })).toContain('\u001b[33mThin\u001b[39m');
    for (const line of render(result).split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });
});
