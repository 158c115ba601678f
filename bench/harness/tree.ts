import { readdirSync, readFileSync } from 'node:fs';
import { statFields } from '../../src/system/proc.ts';

/** The number of clock ticks in a second of what /proc tells: the same on every Linux that node runs on. */
const TICKS_PER_SECOND = 100;
/** The fields of /proc/<pid>/stat: utime and stime, then those of reaped children. The end is not in it. */
const OWN_TIMES = [14, 16] as const;
const ALL_TIMES = [14, 18] as const;

/** A process and all its descendants that have not ended. */
export function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

function childrenOf(pid: number): number[] {
  return orWhenGone([], () =>
    readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter((child) => child !== '')
        .map(Number),
    ),
  );
}

/** Seconds of processor time, user and system, of each process of a tree that has not ended. */
export function treeCpuS(pid: number): Map<number, number> {
  return new Map(
    treeOf(pid).map((process) => [process, ticksOf(process, OWN_TIMES) / TICKS_PER_SECOND]),
  );
}

/** Clock ticks of this process and of all its descendants that have ended and were waited for. */
export function ownTicks(): number {
  return ticksOf('self', ALL_TIMES);
}

function ticksOf(process: number | 'self', [from, to]: readonly [number, number]): number {
  return statFields(process)
    .slice(from, to)
    .reduce((sum, field) => sum + Number(field), 0);
}

/** A process may end between being listed and being read. */
export function orWhenGone<T>(gone: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return gone;
    throw error;
  }
}
