import type { AuditEnd, Event } from '../../../src/core/history.ts';
import { encode, type Row } from '../rows.ts';
import type { Choices } from './choices.ts';
import { rowsOf, type Database } from './database.ts';

const PAGE_ROWS = 30;
const TOOK_US = 1000;

/** Every row of one copy, in pages in some order; or as many as an auditor reads that fails by itself; or nothing. */
export function auditOf(
  database: Database,
  copy: number,
  start: number,
  choices: Choices,
): Event[] {
  if (choices.rarely(20)) return [];
  const pages = choices.shuffled(pagesOf(rowsOf(database.latest), choices));
  const end = {
    process: 'audit',
    f: 'audit',
    copy,
    start,
    time: start + TOOK_US,
    files: 1,
    missingFiles: [],
    duplicateFiles: [],
  } as const satisfies Partial<AuditEnd>;
  if (!choices.rarely(10)) {
    const rows = pages.flat().length;
    const { counter } = database;
    return [...scans(pages, copy), { type: 'ok', ...structuredClone(end), rows, counter }];
  }
  const read = pages.slice(0, choices.below(pages.length + 1));
  const error = {
    class: choices.one(['oom', 'deadline', 'worker.died'] as const),
    message: 'it did not end',
  };
  const rows = read.flat().length;
  return [
    ...scans(read, copy),
    { type: 'fail', ...structuredClone(end), rows, counter: null, error },
  ];
}

/** Rows in pages: every second one on another page, or all in their order. */
function pagesOf(rows: readonly Row[], choices: Choices): Row[][] {
  const ways = 1 + choices.below(2);
  const pages: Row[][] = [];
  for (let way = 0; way < ways; way++) {
    const part = rows.filter((_, i) => i % ways === way);
    for (let i = 0; i < part.length; i += PAGE_ROWS) pages.push(part.slice(i, i + PAGE_ROWS));
  }
  return pages;
}

function scans(pages: readonly Row[][], copy: number): Event[] {
  return pages.map((rows) => {
    return { type: 'ok', process: 'audit', f: 'scan', copy, rows: encode(rows) };
  });
}
