/** How long the coordinator waits for each thing. An operation's own limit is an option (--op-timeout). */

/** From fork to the driver being loaded (facts: up to 4 s for eight children on a loaded machine). */
export const SPAWN_LIMIT_MS = 60_000;
/** Beyond --op-timeout, for messages to arrive and for a beat to be due. */
export const GRACE_MS = 2_000;
/** A seeder or auditor that sends nothing for so long is stuck (they send while they go on). */
export const SILENCE_LIMIT_MS = 120_000;
/** From SIGKILL to the exit being observed; only a process stuck in the kernel takes longer. */
export const KILL_LIMIT_MS = 10_000;
/** So long the coordinator listens for the guard, which says every half second that it has removed something, */
export const GUARD_LISTEN_MS = 1_000;
/** and so many times in a row in vain, before it takes it for stuck. */
export const GUARD_SILENCES = 30;
/** The common start lies so far ahead that every worker has its message (facts: 0.3 ms at 4 workers). */
export const START_LEAD_MS = 25;
export const START_LEAD_PER_ACTOR_MS = 2;
/** Lines of a child's stderr and stdout that are kept for the report. */
export const STDERR_LINES = 40;
