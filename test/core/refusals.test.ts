import { expect, it } from 'vitest';
import { distinctErrors, errorCountOf } from '../../src/core/refusals.ts';
import { counts, processOf } from '../report/results.ts';

const refused = { class: 'lock.conflict', example: 'locked', holder: null } as const;
const opens = { ...refused, operation: 'open', count: 7 } as const;
const inserts = { ...refused, operation: 'insert', count: 7 } as const;
const writer = processOf('writer', 0, { counts: counts({ open_err: 7, writes_err: 7 }) });

it('counts a refused open and the operation that it belongs to as one error', () => {
  const run = { errors: [opens, inserts], processes: [writer] };
  expect(errorCountOf({ ...run, options: { access: 'reopen' } })).toBe(7);
  expect(errorCountOf({ ...run, options: { access: 'processes' } })).toBe(8);
  expect(distinctErrors(run.errors, { access: 'reopen' })).toEqual([inserts]);
});

it('counts the processes that were refused where no operation tells of it', () => {
  const run = { errors: [opens], processes: [writer] };
  expect(errorCountOf({ ...run, options: { access: 'reopen' } })).toBe(1);
  expect(errorCountOf({ ...run, options: { access: 'processes' } })).toBe(1);
});
