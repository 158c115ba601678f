import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FsyncAudit } from '../../core/crash.ts';
import { messageOf } from '../../core/errors.ts';
import type { Event } from '../../core/history.ts';
import type { Crew } from '../crew.ts';
import { Interrupted } from '../interrupt.ts';
import { close, drain, open, prepare, spawn, work } from '../phases.ts';
import { Session, type RunSetup } from '../session.ts';
import { missingPrograms } from './commands.ts';

const SYNCS = ['fsync', 'fdatasync', 'msync', 'sync_file_range', 'syncfs', 'sync'];
const DURATION_S = 2;

/** Counts the sync calls of a lone writer with strace, closing included, per acknowledged operation. */
export async function fsyncAudit(setup: RunSetup): Promise<FsyncAudit> {
  const none = { acknowledged: 0, syncs: 0, per_acknowledged: null };
  if ((await missingPrograms('strace')).length > 0) {
    return { ...none, skipped: 'strace is not installed: apt-get install strace' };
  }
  try {
    return await counted(setup);
  } catch (error) {
    // Tracing may not be permitted here; what the rounds have found stands without it.
    if (error instanceof Interrupted) throw error;
    return { ...none, skipped: `strace did not work: ${messageOf(error)}` };
  }
}

async function counted(setup: RunSetup): Promise<FsyncAudit> {
  const options = { ...setup.options, readers: 0, durationS: DURATION_S };
  const session = await Session.begin({ ...setup, options });
  let crew: Crew | undefined;
  let acknowledged = 0;
  session.observe = (event: Event) => {
    if (event.type === 'ok' && 'op' in event) acknowledged++;
  };
  try {
    await prepare(session);
    const output = join(session.place.directory, 'strace');
    session.wrapper = ['strace', '-f', '-c', '-e', `trace=${SYNCS.join(',')}`, '-o', output, '--'];
    crew = await spawn(session);
    await open(session, crew);
    await work(session, crew);
    await drain(session, crew);
    await close(session, crew);
    const syncs = countCalls(await readFile(output, 'utf8'));
    const ratio = acknowledged === 0 ? null : syncs / acknowledged;
    return { acknowledged, syncs, per_acknowledged: ratio, skipped: null };
  } finally {
    crew?.end();
    await session.end();
  }
}

/** Sums the `calls` column of `strace -c`: "% time, seconds, usecs/call, calls, [errors,] syscall". */
function countCalls(summary: string): number {
  let calls = 0;
  for (const line of summary.split('\n')) {
    const columns = line.trim().split(/\s+/);
    if (SYNCS.includes(columns.at(-1)!)) calls += Number(columns[3]);
  }
  return calls;
}
