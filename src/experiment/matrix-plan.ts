import type { Backend } from '../core/backend.ts';
import { groupBy } from '../core/group-by.ts';
import type { Cell } from '../core/matrix.ts';
import type { RunOptions } from '../core/options.ts';

/** One combination of a matrix' lists. */
export interface Configuration {
  backend: Backend;
  options: RunOptions;
}

/** The reference backend is slow by design; more than this proves nothing more. */
const CONTROL_ROWS = 1000;
const CONTROL_DIMS = 128;

/**
 * The cells in the order in which they run: controls, then round by round, so that no configuration has its repeats
 * while the machine is warmer, fuller or busier than for the others.
 */
export function planCells(
  configurations: readonly Configuration[],
  repeat: number,
  reference: Backend | null,
): Cell[] {
  const cells = reference === null ? [] : controlCells(configurations, reference);
  for (let round = 0; round < repeat; round++) {
    for (const { backend, options } of configurations) {
      const reason = exclusionOf(options, backend);
      if (reason === null) cells.push(newCell(options, round));
      else if (round === 0) cells.push({ ...newCell(options, round), state: 'skipped', reason });
    }
  }
  return cells;
}

/** Why this combination cannot exist; null if it can. */
export function exclusionOf(options: RunOptions, backend: Backend): string | null {
  const { access, refresh, readers, writers } = options;
  if (readers === 0 && writers === 0) return 'no readers and no writers: nobody to do anything';
  const lacking = backend.lacks[access];
  if (lacking !== undefined) return lacking;
  const { kinds } = backend.refresh;
  if (kinds.includes(typeof refresh === 'number' ? 'seconds' : refresh)) return null;
  return `${backend.name} has no refresh ${refresh}, only ${kinds.join(', ')}`;
}

/** One cell per backend in which nobody writes, and one in which a correct backend does the work. */
function controlCells(configurations: readonly Configuration[], reference: Backend): Cell[] {
  const cells: Cell[] = [];
  const byBackend = groupBy(configurations, ({ backend }) => backend);
  for (const [backend, own] of byBackend) {
    const withoutWriters = own.map(({ options }): RunOptions => {
      const readers = Math.max(1, options.readers);
      return { ...options, writers: 0, readers, increment: 'none', bug: null };
    });
    const options = withoutWriters.find((candidate) => exclusionOf(candidate, backend) === null);
    if (options !== undefined) cells.push({ ...newCell(options, 0), control: 'no-writers' });
  }
  const first = configurations[0]?.options;
  if (first === undefined) return cells;
  const options: RunOptions = {
    ...first,
    backend: reference.name,
    access: 'processes',
    refresh: reference.refresh.default,
    rows: Math.min(first.rows, CONTROL_ROWS),
    dims: Math.min(first.dims, CONTROL_DIMS),
    readers: Math.max(1, first.readers),
    writers: Math.max(1, first.writers),
    bug: null,
  };
  return [...cells, { ...newCell(options, 0), control: 'reference' }];
}

function newCell(options: RunOptions, round: number): Cell {
  return { options, round, control: null, state: 'pending', reason: null, file: null };
}
