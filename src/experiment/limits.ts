/**
 * How long the coordinator waits for each thing, in time for which it was awake. An operation's own limit is an option
 * (--op-timeout).
 */
import { availableParallelism } from 'node:os';

/** From fork to the driver being loaded, of a few processes. */
const SPAWN_LIMIT_MS = 60_000;
/** For each process more that shares a processor: the slowest took half a second (eight loaded in 4 s on two). */
const SPAWN_LIMIT_PER_PROCESS_MS = 2_000;
/** How often the coordinator looks whether a child is overdue or silent. */
export const WATCH_EVERY_MS = 200;
/** Beyond --op-timeout, for messages to arrive and for a beat to be due. */
export const GRACE_MS = 2_000;
/** An owner that has sent no beat for so long has stopped: several are due in it. */
export const OWNER_SILENT_MS = 1_000;
/** A seeder or auditor that sends nothing for so long is stuck (they send while they go on). */
export const SILENCE_LIMIT_MS = 120_000;
/** From SIGKILL to the exit being observed; only a process stuck in the kernel takes longer. */
export const KILL_LIMIT_MS = 10_000;
/** From the exit of a process, or its last message after it, until nothing more is expected from its pipes. */
export const DRAIN_LIMIT_MS = 1_000;
/** A guard that has removed nothing for so long is stuck. */
export const GUARD_SILENCE_LIMIT_MS = 30_000;
/** The common start lies so far ahead that every worker has its message (0.3 ms at 4 workers). */
export const START_LEAD_MS = 25;
export const START_LEAD_PER_ACTOR_MS = 2;
/** Lines of a child's stderr and stdout that are kept for the report. */
export const STDERR_LINES = 40;

/** How long so many processes may take to load their drivers side by side. */
export function spawnLimitMs(processes: number): number {
  return SPAWN_LIMIT_MS + (SPAWN_LIMIT_PER_PROCESS_MS * processes) / availableParallelism();
}
