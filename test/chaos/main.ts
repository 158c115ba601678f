/**
 * Many short runs with one fault each: `npm run chaos [-- <runs> [<seed> [<at once>]]]`. Prints what came of each fault, and
 * each violation with the command that repeats it; exits 1 if there was any.
 */
import { obstacle, skipText } from '../../src/experiment/crash/obstacle.ts';
import { runChaos } from './chaos-run.ts';
import { describePlan, planOf } from './plan.ts';

const [runs = 500, firstSeed = 1, atOnce = 1] = process.argv.slice(2).map((given) => {
  if (/^[1-9]\d*$/.test(given)) return Number(given);
  throw new Error(`'${given}' is no whole number from 1 on`);
});
if (process.platform !== 'linux') throw new Error('the processes of a run are seen on Linux only');
const noSmallDisk = await obstacle('disk-full', []);
const outcomes = new Map<string, number>();
const violations: string[] = [];
let next = firstSeed;
let done = 0;
let hits = 0;

async function work(): Promise<void> {
  while (next < firstSeed + runs) {
    const seed = next++;
    const plan = planOf(seed);
    if (plan.fault.kind === 'full' && noSmallDisk !== null) {
      count(`${plan.fault.name}: skipped (${skipText(noSmallDisk)})`);
      continue;
    }
    const { wasHit, outcome, violations: found } = await runChaos(plan);
    if (wasHit) hits++;
    count(`${plan.fault.name}: ${outcome}`);
    for (const violation of found) {
      violations.push(`${violation}\n  ${describePlan(plan)}\n  npm run chaos -- 1 ${seed}`);
    }
    if (runs === 1) process.stderr.write(`${describePlan(plan)}\n`);
    if (++done % 10 === 0) {
      process.stderr.write(`${done} of ${runs} runs, ${violations.length} violations\n`);
    }
  }
}

function count(key: string): void {
  outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
}

await Promise.all(Array.from({ length: atOnce }, work));
const sorted = [...outcomes].toSorted(([a], [b]) => (a < b ? -1 : 1));
const lines = [
  ...sorted.map(([key, times]) => `${String(times).padStart(5)} ${key}`),
  ...violations.map((violation) => `VIOLATION ${violation}`),
  `${done} chaos runs, ${hits} of them hit, ${violations.length} violations`,
];
process.stdout.write(`${lines.join('\n')}\n`);
process.exitCode = violations.length > 0 ? 1 : 0;
