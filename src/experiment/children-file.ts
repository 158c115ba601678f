import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotRunError, messageOf } from '../core/errors.ts';
import { openRegular } from '../store/regular-file.ts';
import { exists } from '../system/exists.ts';
import { livingGroups, startTicksOf, wasGiven } from '../system/proc.ts';

/** In the directory of each run: its child processes, one a line. */
const CHILDREN_FILE = 'children';

/** Notes a child, so that one that outlives coordinator and guard (a stopped one does) can be found. */
export function noteChild(directory: string, pid: number): void {
  try {
    appendFileSync(join(directory, CHILDREN_FILE), `${pid} ${startTicksOf(pid)}\n`);
  } catch (error) {
    throw new CannotRunError(`the processes of this run cannot be noted: ${messageOf(error)}`);
  }
}

/** Where the processes of a run put their temporary files: they and all that they start are given it as TMPDIR. */
export function temporaryOf(directory: string): string {
  return join(directory, 'tmp');
}

/**
 * The processes of that run that are alive: its children, and whatever these have started in their process groups. Where
 * the child itself is gone, a later process may have had its pid: then only who was given this run's TMPDIR is one.
 */
export async function livingChildren(directory: string): Promise<number[]> {
  const groups = livingGroups();
  const given = `TMPDIR=${temporaryOf(directory)}`;
  const children = await linesOf(join(directory, CHILDREN_FILE));
  const found = children.flatMap((line) => {
    const [pid, startTicks] = line.split(' ');
    const group = groups.get(Number(pid)) ?? [];
    const now = startTicksOf(Number(pid));
    if (now === null) return group.filter((member) => wasGiven(member, given));
    return now === startTicks ? group : [];
  });
  return [...new Set(found)];
}

async function linesOf(path: string): Promise<string[]> {
  if (!(await exists(path))) return [];
  const file = await openRegular(path);
  try {
    // The last line may be half written, or none.
    return (await file.readFile('utf8')).split('\n').slice(0, -1);
  } finally {
    await file.close();
  }
}
