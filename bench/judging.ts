import { join } from 'node:path';
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
  about: `a synthetic history of ${EVENTS} events: all checks alone, and the whole recheck`,
  async *measure({ pairs, place }) {
    const runs = Math.min(pairs, MOST_RUNS);
    const options = await optionsOf('reference', '--writers 2 --readers 4 --rows 5000');
    const rates: number[] = [];
    for (let i = 0; i < runs; i++) {
      const parameters = { options, events: EVENTS };
      const { value } = await runScript<{ perSecond: number; checks: CheckResult[] }>(
        ownScript('judge'),
        parameters,
      );
      assertClean(value.checks);
      rates.push(value.perSecond);
    }
    const perSecond = medianOf(rates);
    yield { figure: 'events judged', estimate: perSecond, unit: '/s', limit: { atLeast: 1e6 } };

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
