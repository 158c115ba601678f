import { expect, it } from 'vitest';
import { createDuplicate } from '../../src/checks/duplicate.ts';
import { judge } from '../../src/checks/index.ts';
import { KeptRows } from '../../src/checks/kept-rows.ts';
import { Rows } from '../../src/checks/rows.ts';
import { historyOf, type Event, type Run } from '../../src/core/history.ts';
import { readLedgers } from '../../src/core/ledger.ts';
import type { CheckName } from '../../src/core/names.ts';
import type { CheckVerdict } from '../../src/core/result.ts';
import { header } from '../core/metrics-events.ts';

/** More than a Set or a Map can hold. */
const MANY = 20_000_000;

/** A run with so many seed rows, whose audit found these. */
function audited(rows: number, scans: Run[][]): Event[] {
  const end = { missingFiles: [], duplicateFiles: [], counter: 0 };
  const found = { rows: 0, files: 0, ...end };
  return [
    header({ rows, writers: 2, batch: 8 }),
    {
      type: 'invoke',
      process: 'w0',
      f: 'insert',
      op: 1,
      batch: 3,
      ids: [rows + 1, rows + 4, 1],
      time: 1,
    },
    { type: 'ok', process: 'w0', f: 'insert', op: 1, start: 2, time: 9 },
    ...scans.map((runs): Event => ({
      type: 'ok',
      process: 'audit',
      f: 'scan',
      copy: 0,
      rows: runs,
    })),
    { type: 'ok', process: 'audit', f: 'audit', copy: 0, start: 20, time: 30, ...found },
  ];
}

async function found(name: CheckName, events: Event[]) {
  const { checks, audit } = await judge(historyOf(events));
  const { verdict, count, because, findings } = checks.find((check) => check.name === name)!;
  return { verdict, count, because, findings, audit };
}

it.each([MANY, 30_000_000])('%i lost rows are counted, and named as a range', async (rows) => {
  const scan: Run[] = [
    [1, 100, 0],
    [rows + 1, rows + 4, 3],
  ];
  const { verdict, count, findings, audit } = await found('lost', audited(rows, [scan]));
  expect({ verdict, count }).toEqual({ verdict: 'fail', count: rows - 100 });
  expect(audit?.lost).toBe(rows - 100);
  expect(findings[0]?.text).toBe(`rows 101-${rows} of the seed are not in the database`);
  expect(findings[0]?.ids).toHaveLength(64);
});

it('lost rows of a seed and of what was written since are told apart', async () => {
  const events = audited(MANY, [[]]);
  events.splice(
    3,
    0,
    { type: 'invoke', process: 'w1', f: 'reembed', op: 0, batch: 2, ids: [1001, 1007, 2], time: 1 },
    { type: 'ok', process: 'w1', f: 'reembed', op: 0, start: 2, time: 9 },
  );
  const { count, findings } = await found('lost', events);
  expect(count).toBe(MANY + 4);
  expect(findings.map(({ text }) => text.split(',')[0]!.split(' are ')[0])).toEqual([
    'rows 1-1000',
    "rows 1001-1007 by 2 of w1's reembed 0",
    `rows ${MANY + 1}-${MANY + 4} of w0's insert 1`,
  ]);
});

it('operations in doubt on rows far apart are compared with a long run of rows at once', async () => {
  const step = 2 ** 25;
  const numbers = Array.from({ length: 16 }, (_, i) => i);
  const events = audited(100, [[[1, 63 * step, 0]]]);
  const doubtful = numbers.map((i): Event => {
    const ids = [1000 + i, 1000 + i + 63 * step, step] as const;
    return { type: 'invoke', process: 'w1', f: 'insert', op: i, batch: 2 + 2 * i, ids, time: 1 };
  });
  const rows = numbers.map((i): Run => [1000 + i, 1000 + i, 2 + 2 * i]);
  const read = { process: 'r0', f: 'search', iteration: 0 } as const;
  events.splice(1, 0, ...doubtful, { type: 'ok', ...read, start: 3, time: 4, rows });
  // Of each the last row is not there.
  expect(await found('dirty-read', events)).toMatchObject({ verdict: 'fail', count: 16 });
});

it('hundreds of millions of rows, of which the audit found none, are lost', async () => {
  const rows = 300_000_000;
  expect((await found('lost', audited(rows, [[]]))).count).toBe(rows + 4);
});

it('every second row lost is counted, though not all of them are looked at', async () => {
  const { count, findings } = await found('lost', audited(MANY, [[[2, MANY, 0, 2]]]));
  expect(count).toBe(MANY / 2 + 4);
  expect(findings[0]?.text).toMatch(
    /^rows 1-\d+ by 2, \.\.\. of the seed are not in the database$/,
  );
});

it('rows that the audit found twice are counted', async () => {
  const scans: Run[][] = [[[1, MANY, 0]], [[1, MANY, 0]]];
  const { verdict, count, findings } = await found('duplicate', audited(MANY, scans));
  expect({ verdict, count }).toEqual({ verdict: 'fail', count: MANY });
  expect(findings[0]?.text).toContain(`the database has rows 1-${MANY} more than once`);
});

it('rows that one read returned twice are counted', async () => {
  const { ledgers, header: first } = await readLedgers(historyOf(audited(MANY, [])));
  const { options, copies } = first;
  const duplicate = createDuplicate({ options, copies, ledgers, shared: true });
  const rows = new Rows(ledgers[0]!);
  rows.load([
    [1, MANY, 0],
    [2, MANY, 2, 2],
  ]);
  const read = { type: 'ok', process: 'r0', f: 'poll', iteration: 0, start: 10, time: 11 } as const;
  duplicate.read!(rows, read, 0);
  expect(duplicate.findings!.count).toBe(MANY / 2);
  expect(duplicate.findings!.kept[0]).toMatchObject({
    text: `r0's poll at 0.000 s returned rows 2-200000 by 2, ... 2 times`,
    batches: [0, 2],
  });
});

it.each([
  ['of a batch that nobody wrote', [1, MANY, 99], MANY],
  ['of a batch with other rows', [1, MANY, 3], MANY],
  ['of which some are its own', [2, MANY + 4, 3, 2], MANY / 2],
] as [string, Run, number][])('rows that nobody wrote are counted: %s', async (_, run, n) => {
  const { verdict, count, audit } = await found('unexpected', audited(MANY, [[run]]));
  expect({ verdict, count } satisfies { verdict: CheckVerdict; count: number }).toEqual({
    verdict: 'fail',
    count: n,
  });
  expect(audit?.unexpected).toBe(n);
});

it('kept rows take no more room the more there are', () => {
  const kept = new KeptRows();
  for (let id = 0; id < 5000; id++) kept.add(id * 3 + (id % 2));
  kept.add(1_000_000, 2_000_000);
  expect(kept.count).toBe(5000 + 1_000_001);
  expect(kept.ids).toHaveLength(64);
  expect(kept.text).toMatch(/^rows (\d+(-\d+ by \d)?, ){5}\.\.\.$/);
});
