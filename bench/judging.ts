import { join } from 'node:path';
import { CHECKS, type CheckName } from '../src/core/names.ts';
import type { RunOptions } from '../src/core/options.ts';
import type { CheckResult } from '../src/core/result.ts';
import { HISTORY_SUFFIX, HistorySpool, saveHistory } from '../src/store/histories.ts';
import type { Bench, Figure } from './harness/figure.ts';
import { optionsOf } from './harness/options.ts';
import { ownScript, probeCommand, run, runScript } from './harness/script.ts';
import { exactly, medianOf } from './harness/statistics.ts';
import { syntheticHistory } from './harness/synthetic.ts';

const EVENTS = 1_000_000;
/** Each takes seconds. */
const MOST_RUNS = 5;

export const judging: Figure = {
  name: 'judging',
  issue: 3,
  about: `a synthetic history of ${EVENTS} events: each check, all together, and the whole recheck`,
  async *measure({ pairs, place }) {
    const runs = Math.min(pairs, MOST_RUNS);
    const options = await optionsOf('reference', '--writers 2 --readers 4 --rows 5000');
    const rateOf = async (only: CheckName | null): Promise<number> => {
      const parameters = { options, events: EVENTS, only };
      const script = ownScript('judge');
      const { value } = await runScript<{ perSecond: number; checks: CheckResult[] }>(
        script,
        parameters,
      );
      assertClean(value.checks);
      return value.perSecond;
    };
    const rates = new Map<CheckName | null, number[]>();
    for (let i = 0; i < runs; i++) {
      for (const only of [null, ...CHECKS]) {
        const known = rates.get(only);
        const rate = await rateOf(only);
        if (known === undefined) rates.set(only, [rate]);
        else known.push(rate);
      }
    }
    for (const [only, measured] of rates) {
      const figure = `events judged, ${only ?? 'all checks together'}`;
      const limit = only === null ? {} : { limit: { atLeast: 1e6 } };
      yield { figure, estimate: medianOf(measured), unit: '/s', ...limit };
    }
    const rechecked = await recheck(options, runs, place);
    yield {
      figure: 'whole recheck',
      estimate: medianOf(rechecked.map(({ wallS }) => wallS)),
      unit: 's',
      limit: { atMost: 5 },
    };
    const peakBytes = Math.max(...rechecked.map(({ peak }) => peak.ownBytes));
    yield {
      figure: 'whole recheck, peak memory',
      estimate: exactly(peakBytes / 1e6, runs),
      unit: 'MB',
      limit: { atMost: 512 },
    };
  },
};

function recheck(options: RunOptions, runs: number, place: Bench['place']) {
  return place.during(async (directory) => {
    const spool = new HistorySpool(join(directory, 'spool.ndjson'));
    for (const events of syntheticHistory(options, EVENTS)) {
      spool.append(events);
      await spool.drained();
    }
    await spool.close();
    if (spool.error !== null) throw spool.error;
    const history = join(directory, `synthetic${HISTORY_SUFFIX}`);
    await saveHistory(join(directory, 'spool.ndjson'), history);
    const rechecked = [];
    for (let i = 0; i < runs; i++)
      rechecked.push(await run([probeCommand, 'recheck', history], true));
    return rechecked;
  });
}

/** The history is of a correct execution: a check that fails, or saw nothing, was not measured but broken. */
function assertClean(checks: CheckResult[]): void {
  const wrong = checks.find(({ verdict }) => verdict === 'fail' || verdict === 'unknown');
  if (wrong !== undefined) throw new Error(`${wrong.name} says ${wrong.verdict}: ${wrong.because}`);
}
