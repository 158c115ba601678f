import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, startTicksOf } from '../system/proc.ts';

/** In the directory of each run: its child processes, one a line. */
const CHILDREN_FILE = 'children';

/** Notes a child, so that one that outlives coordinator and guard (a stopped one does) can be found. */
export function noteChild(directory: string, pid: number): void {
  appendFileSync(join(directory, CHILDREN_FILE), `${pid} ${startTicksOf(pid)}\n`);
}

/** The children of that run that are alive; a later process of the same pid is none of them. */
export function livingChildren(directory: string): number[] {
  return linesOf(join(directory, CHILDREN_FILE)).flatMap((line) => {
    const [pid, startTicks] = line.split(' ');
    const isChild = startTicks !== 'null' && startTicksOf(Number(pid)) === startTicks;
    return isChild && isAlive(Number(pid)) ? [Number(pid)] : [];
  });
}

function linesOf(path: string): string[] {
  try {
    // The last line may be half written, or none.
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
