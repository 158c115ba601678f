import { expect, test } from 'vitest';
import type { Result } from '../../src/core/result.ts';
import { painter } from '../../src/report/paint.ts';
import { processTable } from '../../src/report/process-table.ts';
import { counts, processOf, resultOf } from './results.ts';

const tableOf = (result: Result): string =>
  processTable(result, 100, painter(false))
    .map((line) => `${line.trim().replaceAll(/ +/g, ' ')}`)
    .join('\n');

test('each rate is of the own working time, and those of all are their sum', () => {
  const table = tableOf(
    resultOf({
      window_us: 25_000_000,
      counts: counts({ writes_ok: 50, reads_ok: 300 }),
      processes: [
        processOf('writer', 0, { worked_us: 25_000_000, counts: counts({ writes_ok: 50 }) }),
        processOf('reader', 0, { worked_us: 10_000_000, counts: counts({ reads_ok: 200 }) }),
        processOf('reader', 1, { worked_us: 5_000_000, counts: counts({ reads_ok: 100 }) }),
        processOf('reader', 2, { worked_us: 0, state: 'died', signal: 'SIGKILL' }),
        processOf('owner', 0),
      ],
    }),
  );
  expect(table).toContain('w0 50 0 0 2.00 ');
  expect(table).toContain('r0 200 0 0 20.0 ');
  expect(table).toContain('r1 100 0 0 20.0 ');
  expect(table).toContain('r2 0 0 0 – – – – – died SIGKILL');
  expect(table).toContain('owner – – 0 – ');
  expect(table).toContain('writes 50 0 0 2.00 ');
  expect(table).toContain('reads 300 0 0 40.0 ');
});

test('with few operations the longest stands for p95 and p99', () => {
  const search = (count: number) => ({ count, p50: 1000, p95: 2000, p99: 3000, max: 4000 });
  const reader = (index: number, count: number) =>
    processOf('reader', index, { latency_us: { search: search(count) } });
  const table = tableOf(resultOf({ processes: [reader(0, 19), reader(1, 21), reader(2, 100)] }));
  expect(table).toMatch(/^r0 .* 1.0 ms 4.0 ms 4.0 ms 4.0 ms finished$/m);
  expect(table).toMatch(/^r1 .* 1.0 ms 2.0 ms 4.0 ms 4.0 ms finished$/m);
  expect(table).toMatch(/^r2 .* 1.0 ms 2.0 ms 3.0 ms 4.0 ms finished$/m);
});
