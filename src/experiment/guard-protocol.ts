/** What the coordinator tells the guard, one JSON line each. At the end of the pipe the guard undoes what is left. */
export type ToGuard =
  /** A child is alive; `startTicks` (from /proc) tells it from a later process of the same pid. */
  | { type: 'child'; pid: number; startTicks: string | null }
  | { type: 'exited'; pid: number }
  /** A path that this run made (or is about to make). */
  | { type: 'path'; path: string }
  | { type: 'removed'; path: string }
  /** Something to run to undo a thing that is not a path: unmounting, detaching a loop device. */
  | { type: 'undo'; key: string; command: string[] }
  | { type: 'undone'; key: string };

/** What a line says; undefined where it is none of ours, as the last one of a coordinator that was killed while it wrote. */
export function messageOfLine(line: string): ToGuard | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return isMessage(value) ? value : undefined;
}

function isMessage(value: unknown): value is ToGuard {
  if (!(value instanceof Object)) return false;
  const { type, pid, path, key, command } = value as Record<string, unknown>;
  switch (type) {
    case 'child':
    case 'exited':
      // Of 0 and 1 the system means other processes than one.
      return Number.isSafeInteger(pid) && Number(pid) > 1;
    case 'path':
    case 'removed':
      return typeof path === 'string';
    case 'undo':
      return typeof key === 'string' && isCommand(command);
    case 'undone':
      return typeof key === 'string';
    default:
      return false;
  }
}

function isCommand(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string')
  );
}
