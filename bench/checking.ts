import { join } from 'node:path';
import { median } from 'simple-statistics';
import type { RunOptions } from '../src/core/options.ts';
import type { Figure, Row } from './harness/figure.ts';
import { seed } from './harness/jobs.ts';
import { optionsOf } from './harness/options.ts';
import { interleaved, perSecond, seconds } from './harness/pairs.ts';
import { ownScript, runScript } from './harness/script.ts';
import { ratioOf } from './harness/statistics.ts';

/** What bench/ours/window.ts says. */
export interface Window {
  reads: number;
  writes: number;
  wallS: number;
  /** Of the coordinator, its guard and all workers. */
  cpuS: number;
}

/** The default run with its roles: DuckDB has no reads beside a writer, so each is measured alone. */
const RUNS = [
  { name: 'lancedb', args: '' },
  { name: 'duckdb', args: '--writers 0' },
  { name: 'duckdb', args: '--readers 0' },
];
const CAPACITY_S = 2;
/** Processor time is told in hundredths of a second for each process. */
const SECONDS = 5;
/** Of the capacity: so both sides do the same work, and neither does more of it because it is cheaper. */
const SHARE = 0.5;

export const checking: Figure = {
  name: 'checking',
  issue: 14,
  about:
    'recording on, against --no-check: processor time of an operation in the window, open loops at half of capacity',
  async *measure({ pairs, place }) {
    for (const { name, args } of RUNS) {
      yield await place.during(async (directory) => {
        const seeded = join(directory, 'db');
        await seed(place.guard, await optionsOf(name, args), seeded);
        const closed = await windowOf(seeded, await optionsOf(name, withSeconds(args, CAPACITY_S)));
        const open = `${withSeconds(args, SECONDS)} ${ratesOf(closed, await optionsOf(name, args))}`;
        const checked: Window[] = [];
        const unchecked: Window[] = [];
        const run = (check: string, windows: Window[]) => async () => {
          const window = await windowOf(seeded, await optionsOf(name, `${open} ${check}`));
          windows.push(window);
          return cpuMsPerOperation(window);
        };
        const { ours, bare } = await interleaved(
          pairs,
          run('', checked),
          run('--no-check', unchecked),
        );
        const row: Row = {
          figure: `checking ${name}${args && ` ${args}`}, CPU of an operation`,
          estimate: ratioOf(ours, bare),
          unit: 'x',
          limit: { atMost: 1.05 },
          note: `${describe(checked)} against ${describe(unchecked)}; closed loop ${ratesText(closed)}`,
        };
        return row;
      });
    }
  },
};

const withSeconds = (args: string, durationS: number): string => `${args} --duration ${durationS}`;

async function windowOf(seeded: string, options: RunOptions): Promise<Window> {
  return (await runScript<Window>(ownScript('window'), { options, seeded })).value;
}

/** The options that make each reader and each writer do half of what it could. */
function ratesOf({ reads, writes, wallS }: Window, { readers, writers }: RunOptions): string {
  const rate = (done: number, processes: number): string =>
    ((SHARE * done) / wallS / processes).toPrecision(3);
  const read = readers > 0 ? `--read-rate ${rate(reads, readers)}` : '';
  return `${read} ${writers > 0 ? `--write-rate ${rate(writes, writers)}` : ''}`;
}

function cpuMsPerOperation({ cpuS, reads, writes }: Window): number {
  return (cpuS * 1000) / (reads + writes);
}

function describe(windows: readonly Window[]): string {
  const middle = (of: (window: Window) => number): number => median(windows.map(of));
  const rates = {
    reads: middle(({ reads, wallS }) => reads / wallS),
    writes: middle(({ writes, wallS }) => writes / wallS),
    wallS: 1,
  };
  const wall = seconds(middle(({ wallS }) => wallS));
  return `${middle(cpuMsPerOperation).toFixed(2)} ms, ${wall} wall, ${ratesText(rates)}`;
}

function ratesText({ reads, writes, wallS }: Pick<Window, 'reads' | 'writes' | 'wallS'>): string {
  const rates = { reads: reads / wallS, writes: writes / wallS };
  return Object.entries(rates)
    .filter(([, rate]) => rate > 0)
    .map(([what, rate]) => `${perSecond(rate)} ${what}`)
    .join(' + ');
}
