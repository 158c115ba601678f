import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { delay } from '../../src/system/delay.ts';

const WATCHED_MS = 500;
/** Of all processors; a quiet machine has a few percent. */
const BUSY_SHARE = 0.1;

/** The load average, and a warning if others use the machine while nothing of ours runs. */
export async function describeLoad(): Promise<string> {
  const before = ticks();
  await delay(WATCHED_MS);
  const after = ticks();
  const share = (after.busy - before.busy) / (after.all - before.all);
  const averages = loadavg()
    .map((load) => load.toFixed(1))
    .join(' ');
  const seen = `load average ${averages}, ${availableParallelism()} processors ${Math.round(share * 100)} % busy`;
  return share > BUSY_SHARE ? `${seen}: NOT QUIET, figures may mean nothing` : seen;
}

/** Of all processors together, since boot. */
function ticks(): { busy: number; all: number } {
  const [, ...fields] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!.split(/\s+/);
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] =
    fields.map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, all: busy + idle + iowait };
}
