import { readdirSync, readFileSync } from 'node:fs';

/** The fields of /proc/<pid>/stat, each at its number in proc(5), from the third on. Throws where there is no such process. */
export function statFields(pid: number | 'self'): readonly (string | undefined)[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The second field is the name in parentheses, which may itself contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [undefined, undefined, undefined, ...fields];
}

/** One of these fields; null where there is no such process or no /proc. */
function statField(pid: number, field: number): string | null {
  try {
    return statFields(pid)[field] ?? null;
  } catch {
    return null;
  }
}

const STATE = 3;
const PROCESS_GROUP = 5;
const START_TIME = 22;

/** When the process was started, in clock ticks since boot: with the pid it names one process for good. */
export function startTicksOf(pid: number): string | null {
  return statField(pid, START_TIME);
}

/** Whether a process with this pid exists and is no zombie. */
export function isAlive(pid: number): boolean {
  const state = statField(pid, STATE);
  if (state !== null) return state !== 'Z' && state !== 'X';
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The processes that are alive, by the group that they are in; none where there is no /proc. */
export function livingGroups(): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const pid of pids().filter(isAlive)) {
    const group = Number(statField(pid, PROCESS_GROUP));
    groups.set(group, [...(groups.get(group) ?? []), pid]);
  }
  return groups;
}

function pids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Whether a process was started with this variable in its environment; false where /proc does not tell. */
export function wasGiven(pid: number, variable: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable);
  } catch {
    return false;
  }
}

/** The most memory a living process has had, in bytes; null where /proc does not tell. */
export function peakRssBytes(pid: number): number | null {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return found === null ? null : Number(found[1]) * 1024;
  } catch {
    return null;
  }
}

/** SIGKILL to a process that leads a group, and to its whole group; nothing where all of it has ended. */
export function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // macOS says EPERM of a group whose members have all ended and are not yet reaped.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
