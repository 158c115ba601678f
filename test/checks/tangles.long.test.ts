/** Small files that once took minutes, or gigabytes: each ends in a verdict or in a sentence. */
import { expect, it } from 'vitest';
import { judge } from '../../src/checks/index.ts';
import { historyOf, type Event, type ReadEvent, type Run } from '../../src/core/history.ts';
import { header } from '../core/metrics-events.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const WRITERS = 32;

const writerOf = (op: number): string => `w${op % WRITERS}`;

/** So many operations, all of them under way from 10 to 20. */
function atOnce(f: 'insert' | 'reembed', all: (readonly [first: number, last: number])[]): Event[] {
  return [
    ...all.map(([first, last], op): Event => {
      const ids = [first, last, 1] as const;
      return { type: 'invoke', process: writerOf(op), f, op, batch: op + 1, ids, time: 10 };
    }),
    ...all.map((_, op): Event => ({
      ...{ type: 'ok', process: writerOf(op), f, op, start: 10, time: 20 },
    })),
  ];
}

/** So many operations of one writer, one after the other: each goes on for half of the time until the next. */
function inTurn(
  f: 'insert' | 'reembed',
  { count, everyUs }: { count: number; everyUs: number },
  idsOf: (op: number) => readonly [first: number, last: number],
): Event[] {
  return numbers(count).flatMap((op): Event[] => {
    const own = { process: 'w0', f, op } as const;
    const [first, last] = idsOf(op);
    const start = everyUs * op;
    return [
      { ...own, type: 'invoke', batch: op + 1, ids: [first, last, 1], time: start },
      { ...own, type: 'ok', start, time: start + everyUs / 2 },
    ];
  });
}

const read = (asked: Partial<ReadEvent>, rows: Run[]): Event => ({
  ...{ type: 'ok', process: 'r0', f: 'search', iteration: 0, start: 14, time: 15, rows },
  ...asked,
});

const judged = (rows: number, events: Event[]) =>
  judge(historyOf([header({ rows, batch: 100_000, writers: WRITERS }), ...events]));

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
  const operations = inTurn('reembed', { count: 100_000, everyUs: 10 }, () => [1, 4000]);
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
  const operations = inTurn('reembed', { count: 100_000, everyUs: 10 }, () => [1, 1]);
  const search = read({ start: 2_000_000, time: 2_000_001, target: [1, 100_000] }, []);
  const events = [...operations, ...numbers(2001).map(() => search)];
  await expect(judged(1, events)).rejects.toThrow('too many versions of its rows');
});

/** An audit of pages that all show the same rows. */
const audited = (pages: number, rows: readonly Run[]): Event[] => [
  ...numbers(pages).map((): Event => ({
    ...{ type: 'ok', process: 'audit', f: 'scan', copy: 0 },
    rows: [...rows],
  })),
  {
    ...{ type: 'ok', process: 'audit', f: 'audit', copy: 0, start: 30, time: 31, rows: 4000 },
    ...{ files: 500, missingFiles: [], duplicateFiles: [], counter: 0 },
  },
];

it('an audit that shows the same rows of many versions again and again is too tangled', async () => {
  const operations = atOnce('reembed', [
    [1, 4000],
    [1, 4000],
  ]);
  const page = numbers(1000).map((i): Run => [1, 4000, 1 + (i % 2)]);
  const { checks, order } = await judged(4000, [...operations, ...audited(30, page)]);
  const tangle = 'the rows of its audit take more than 100000000 comparisons: it is too tangled';
  expect(order!.because).toBe(`the order of the reads could not be judged: ${tangle}`);
  expect(checks.find(({ name }) => name === 'fractured')!.because).toContain(tangle);
});

it('an audit that shows rows in older versions again and again is too tangled', async () => {
  const operations = inTurn('reembed', { count: 3, everyUs: 2 }, () => [1, 4000]);
  const page = numbers(1000).map((i): Run => [1, 4000, 1 + (i % 3)]);
  const { checks } = await judged(4000, [...operations, ...audited(60, page)]);
  const lost = checks.find(({ name }) => name === 'lost')!;
  expect(lost.verdict).toBe('unknown');
  expect(lost.because).toBe(
    'the check itself failed: the rows of its audit take more than 100000000 comparisons: it is too tangled',
  );
});

it('eight thousand operations in doubt, all read, and an audit of as many runs a page, are too tangled', async () => {
  const count = 8000;
  const operations = numbers(count).map((op): Event => {
    const ids = [101 + op, 101 + op, 1] as const;
    return { type: 'invoke', process: 'w0', f: 'insert', op, batch: op + 1, ids, time: 10 };
  });
  const every = numbers(count).map((i): Run => [101 + i, 101 + i, i + 1]);
  const seen = read({ f: 'poll', intervals: [[100, null]] }, every);
  const { checks } = await judged(100, [...operations, seen, ...audited(8, every)]);
  expect(checks.find(({ name }) => name === 'dirty-read')!.because).toBe(
    'the check itself failed: the rows of its audit take more than 300000000 comparisons: it is too tangled',
  );
});

it('three million copies of one read that misses something take little room', async () => {
  const operations = inTurn('insert', { count: 2, everyUs: 2 }, (op) => [101 + op, 101 + op]);
  const poll = read({ f: 'poll', intervals: [[100, null]] }, [[101, 101, 1]]);
  const part = numbers(1000).map(() => poll);
  const history = {
    async *events() {
      yield [header({ rows: 100, batch: 100_000 }), ...operations];
      for (let i = 0; i < 3000; i++) yield part;
    },
  };
  const before = process.memoryUsage().rss;
  const { order } = await judge(history);
  expect(order).toMatchObject({ reads: 3_000_000, refuted: [] });
  expect(process.memoryUsage().rss - before).toBeLessThan(1_000_000_000);
});
