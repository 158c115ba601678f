import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { delay } from '../../src/system/delay.ts';
import { ownTicks } from './tree.ts';

const WATCHED_MS = 500;
/** Of all processors, while nothing of ours runs; a quiet machine has a few percent. */
const BUSY_BEFORE_SHARE = 0.1;
/** Of all processors, beside what is measured: the system's own work for it, writing to disks above all, is in it. */
const BUSY_DURING_SHARE = 0.2;
/** Shorter than anything that is measured, and long enough for the clock ticks that load is counted in. */
const TOGETHER_MS = 200;

/** What others made of the machine for some time. */
export interface Load {
  /** Of all processors together. */
  share: number;
  /** Too much for what is measured meanwhile to say anything. */
  isBusy: boolean;
}

/** What others use while nothing of ours runs. */
export async function loadBefore(): Promise<Load> {
  const before = ticks();
  await delay(WATCHED_MS);
  const share = othersShare(before, ticks());
  return { share, isBusy: share > BUSY_BEFORE_SHARE };
}

/** What others use while something is measured, one measurement after the other. */
export class LoadWatch {
  #before = ticks();
  #sinceMs = performance.now();
  #last: Load = { share: 0, isBusy: false };

  /** Since the call before; what is asked for again at once was measured together. */
  next(): Load {
    if (performance.now() - this.#sinceMs < TOGETHER_MS) return this.#last;
    const now = ticks();
    const share = othersShare(this.#before, now);
    this.#last = { share, isBusy: share > BUSY_DURING_SHARE };
    this.#before = now;
    this.#sinceMs = performance.now();
    return this.#last;
  }
}

/** The load average, and a warning if others use the machine. */
export function describeLoad({ share, isBusy }: Load): string {
  const averages = loadavg()
    .map((load) => load.toFixed(1))
    .join(' ');
  const seen = `load average ${averages}, ${availableParallelism()} processors ${percent(share)} busy`;
  return isBusy ? `${seen}: NOT QUIET, so nothing can be concluded` : seen;
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** What processors did since boot, in clock ticks. */
export interface Ticks {
  /** Of all processors together, since boot. */
  all: number;
  busy: number;
  /** Of this process and of all its descendants that have ended. */
  own: number;
}

/** The part of all processors that others used between two instants; what they left idle, and what we used, is not in it. */
export function othersShare(before: Ticks, after: Ticks): number {
  const all = after.all - before.all;
  const others = after.busy - before.busy - (after.own - before.own);
  return all === 0 ? 0 : Math.max(0, others / all);
}

function ticks(): Ticks {
  const [, ...fields] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!.split(/\s+/);
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] =
    fields.map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, all: busy + idle + iowait, own: ownTicks() };
}
