/**
 * Time for which this process was awake. A process that is stopped (Ctrl-Z, SIGSTOP, a virtual machine that is paused)
 * finds all its timers due when it goes on, before it has read what the others sent meanwhile: by the clock alone it
 * would take them for silent.
 */

const TICK_MS = 50;
/** Nobody's event loop is late by more than this, unless it was stopped or had no processor: then it counts as a tick. */
const LATEST_MS = 1000;

interface Alarm {
  atMs: number;
  ring: () => void;
}

const alarms = new Set<Alarm>();
let awakeSoFarMs = 0;
let lookedMs = performance.now();
let ticking: NodeJS.Timeout | undefined;

/** Milliseconds of waking since some instant, as far as anything looked at them at least once a second. */
export function awakeMs(): number {
  const nowMs = performance.now();
  const sinceMs = nowMs - lookedMs;
  awakeSoFarMs += sinceMs > LATEST_MS ? TICK_MS : sinceMs;
  lookedMs = nowMs;
  return awakeSoFarMs;
}

/** Calls back after so many milliseconds of waking, unless the function that it returns is called before. */
export function afterAwake(ms: number, ring: () => void): () => void {
  if (alarms.size === 0) ticking = setInterval(tick, TICK_MS);
  const alarm = { atMs: awakeMs() + ms, ring };
  alarms.add(alarm);
  return () => remove(alarm);
}

function tick(): void {
  const nowMs = awakeMs();
  for (const alarm of alarms) {
    if (alarm.atMs > nowMs) continue;
    remove(alarm);
    alarm.ring();
  }
}

function remove(alarm: Alarm): void {
  alarms.delete(alarm);
  if (alarms.size === 0) clearInterval(ticking);
}
