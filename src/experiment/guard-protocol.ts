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
