/** Small files that once took minutes, or gigabytes: each ends in a verdict or in a sentence. */
import { expect, it } from 'vitest';
import { judge } from '../../src/checks/index.ts';
import { historyOf, type Event, type ReadEvent, type Run } from '../../src/core/history.ts';
import { header } from '../core/metrics-events.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** So many operations of one writer, all of them under way from 10 to 20. */
function atOnce(f: 'insert' | 'reembed', all: (readonly [first: number, last: number])[]): Event[] {
  return [
    ...all.map(([first, last], op): Event => {
      const ids = [first, last, 1] as const;
      return { type: 'invoke', process: 'w0', f, op, batch: op + 1, ids, time: 10 };
    }),
    ...all.map((_, op): Event => ({ type: 'ok', process: 'w0', f, op, start: 10, time: 20 })),
  ];
}

const read = (asked: Partial<ReadEvent>, rows: Run[]): Event => ({
  ...{ type: 'ok', process: 'r0', f: 'search', iteration: 0, start: 14, time: 15, rows },
  ...asked,
});

const judged = (rows: number, events: Event[]) =>
  judge(historyOf([header({ rows, batch: 100_000 }), ...events]));

const TANGLED = /^the order of the reads could not be judged: .* it is too tangled$/;

it('a read that shows a thousand operations, each over many others, is too tangled', async () => {
  const count = 1000;
  const operations = atOnce(
    'reembed',
    numbers(count).map((i) => [1, count - i] as const),
  );
  const rows = numbers(count).map((i): Run => [i + 1, i + 1, count - i]);
  const { order } = await judged(count, [
    ...operations,
    read({ f: 'point', ids: [1, count, 1] }, rows),
  ]);
  expect(order!.because).toMatch(TANGLED);
});

it('a read that shows one half of eight thousand operations at once, and not the other, is too tangled', async () => {
  const operations = atOnce(
    'insert',
    numbers(8000).map((i) => [101 + i, 101 + i] as const),
  );
  const every = numbers(8000).map((i): Run => [101 + i, 101 + i, i + 1]);
  const half = every.filter((_, i) => i % 2 === 1);
  const { order } = await judged(100, [
    ...operations,
    read({ f: 'poll', intervals: [[100, null]] }, half),
  ]);
  expect(order!.because).toMatch(TANGLED);
});

it('runs of rows that all lie in the range of each other are refused', async () => {
  const step = 100_000;
  const rows = numbers(15_000).map((i): Run => [i + 1, i + 1 + step, 0, step]);
  await expect(judged(2 * step, [read({}, rows)])).rejects.toThrow(
    "the history has reads whose rows lie in each other's range more than 100000000 times: no run of probe makes so many",
  );
});

it('four thousand rows that went back, each of a hundred thousand versions, are lost', async () => {
  const operations = numbers(100_000).flatMap((op): Event[] => {
    const own = { process: 'w0', f: 'reembed', op } as const;
    const start = 10 * op;
    return [
      { ...own, type: 'invoke', batch: op + 1, ids: [1, 4000, 1], time: start },
      { ...own, type: 'ok', start, time: start + 5 },
    ];
  });
  const found = { rows: 4000, files: 500, missingFiles: [], duplicateFiles: [], counter: 0 };
  const audit = { process: 'audit', copy: 0 } as const;
  const { checks } = await judged(4000, [
    ...operations,
    { ...audit, type: 'ok', f: 'scan', rows: [[1, 4000, 1]] },
    { ...audit, type: 'ok', f: 'audit', start: 2_000_000, time: 2_000_001, ...found },
  ]);
  const { count, findings } = checks.find(({ name }) => name === 'lost')!;
  expect(count).toBe(4000);
  expect(findings[0]!.text).toBe(
    "rows 1-4000 of w0's reembed 99999, acknowledged at 1.000 s, are back at older batch 1",
  );
});

it('searches for a row of very many versions are refused in the end', async () => {
  const operations = numbers(100_000).flatMap((op): Event[] => {
    const own = { process: 'w0', f: 'reembed', op } as const;
    const start = 10 * op;
    return [
      { ...own, type: 'invoke', batch: op + 1, ids: [1, 1, 1], time: start },
      { ...own, type: 'ok', start, time: start + 5 },
    ];
  });
  const search = read({ start: 2_000_000, time: 2_000_001, target: [1, 100_000] }, []);
  const events = [...operations, ...numbers(2001).map(() => search)];
  await expect(judged(1, events)).rejects.toThrow('too many versions of its rows');
});
