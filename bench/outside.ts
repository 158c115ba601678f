import type { Result } from '../src/core/result.ts';
import type { Figure } from './harness/figure.ts';
import { DRIVERS } from './harness/options.ts';
import { stalenessWaitS, windowS } from './harness/probe-run.ts';
import { probeCommand, run } from './harness/script.ts';
import { medianOf } from './harness/statistics.ts';

/** Each takes 10 s, the window of a default run; as few samples as a median has an interval of. */
const MOST_RUNS = 6;

export const outside: Figure = {
  name: 'outside',
  issue: 2,
  about:
    'the default run, from the command to its exit: time outside seeding, window and staleness bound',
  async *measure({ pairs }) {
    for (const driver of DRIVERS) {
      const outsideS: number[] = [];
      const phases: string[] = [];
      for (let i = 0; i < Math.min(pairs, MOST_RUNS); i++) {
        const { text, wallS } = await run([probeCommand, driver, '--json', '--quiet', '--no-save']);
        const result = JSON.parse(text) as Result;
        const preparedS = (result.phases_us['prepare'] ?? 0) / 1e6;
        outsideS.push(wallS - preparedS - windowS(result) - stalenessWaitS(result));
        phases.push(phasesOf(result));
      }
      yield {
        figure: `outside the window, ${driver}`,
        estimate: medianOf(outsideS),
        unit: 's',
        limit: { atMost: 2 },
        note: phases.at(-1)!,
      };
    }
  },
};

/** Where the time went, in milliseconds. */
function phasesOf({ phases_us }: Result): string {
  return Object.entries(phases_us)
    .map(([phase, us]) => `${phase} ${Math.round(us / 1000)}`)
    .join(', ')
    .concat(' ms');
}
