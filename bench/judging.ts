import { join } from 'node:path';
import { CHECKS, type CheckName } from '../src/core/names.ts';
import type { RunOptions } from '../src/core/options.ts';
import type { CheckResult } from '../src/core/result.ts';
import { HISTORY_SUFFIX, HistorySpool, saveHistory } from '../src/store/histories.ts';
import type { Figure } from './harness/figure.ts';
import { optionsOf } from './harness/options.ts';
import { interleaved, microseconds, ratioRow, seconds } from './harness/pairs.ts';
import { bareScript, ownScript, probeCommand, run, runScript } from './harness/script.ts';
import { exactly, medianOf } from './harness/statistics.ts';
import { syntheticHistory, type LoadName } from './harness/synthetic.ts';

/** Each takes seconds. */
const MOST_RUNS = 5;
/** What all checks together are to judge; a finding, because it says as much of the machine. */
const TARGET_PER_SECOND = 600_000;

export const judging: Figure = {
  name: 'judging',
  issue: 3,
  about: 'a synthetic history (--events): the whole recheck, against unpacking and parsing it',
  async *measure({ pairs, events, place }) {
    const runs = Math.min(pairs, MOST_RUNS);
    const options = await usualOptions();
    let peakBytes = 0;
    const measured = await place.during(async (directory) => {
      const path = await saved(options, events, directory);
      return interleaved(
        runs,
        async () => {
          const { wallS, peak } = await run([probeCommand, 'recheck', path], true);
          peakBytes = Math.max(peakBytes, peak.ownBytes);
          return wallS;
        },
        async () => (await runScript(bareScript('parse-history'), { path })).wallS,
      );
    });
    yield ratioRow('whole recheck', measured, { atMost: 3.5 }, seconds);
    yield {
      figure: 'whole recheck, peak memory',
      estimate: exactly(peakBytes / 1e6, runs),
      unit: 'MB',
      limit: { atMost: 512 },
    };
    const rates: number[] = [];
    for (let i = 0; i < runs; i++) rates.push(await judgedPerSecond(options, events, 'usual'));
    const estimate = medianOf(rates);
    const target = TARGET_PER_SECOND.toLocaleString('en-US');
    const isBelow = estimate.value < TARGET_PER_SECOND;
    const note = isBelow ? `BELOW the target of ${target}/s` : `the target is ${target}/s`;
    yield { figure: 'events judged, all checks together', estimate, unit: '/s', note };
  },
};

export const judgingEach: Figure = {
  name: 'judging-each',
  issue: 3,
  about: 'a synthetic history (--events): what each check alone judges',
  heavy: true,
  async *measure({ pairs, events }) {
    const runs = Math.min(pairs, MOST_RUNS);
    const options = await usualOptions();
    for (const only of CHECKS) {
      const rates: number[] = [];
      for (let i = 0; i < runs; i++) {
        rates.push(await judgedPerSecond(options, events, 'usual', only));
      }
      yield { figure: `events judged, ${only}`, estimate: medianOf(rates), unit: '/s' };
    }
  },
};

export const judgingUpdates: Figure = {
  name: 'judging-updates',
  issue: 3,
  about:
    'a fifth as many re-embeddings of 300 rows as --events: an event, against one of the usual history',
  async *measure({ pairs, events }) {
    const updates = await optionsOf('reference', '--writers 2 --readers 2 --rows 300');
    const usual = await usualOptions();
    const eventUs = (options: RunOptions, load: LoadName) => async () =>
      1e6 / (await judgedPerSecond(options, events, load));
    const measured = await interleaved(
      Math.min(pairs, MOST_RUNS),
      eventUs(updates, 'updates'),
      eventUs(usual, 'usual'),
    );
    yield ratioRow('an event among many versions', measured, { atMost: 1.3 }, microseconds);
  },
};

async function usualOptions(): Promise<RunOptions> {
  return optionsOf('reference', '--writers 2 --readers 4 --rows 5000');
}

async function judgedPerSecond(
  options: RunOptions,
  events: number,
  load: LoadName,
  only: CheckName | null = null,
): Promise<number> {
  const parameters = { options, events, load, only };
  const script = ownScript('judge');
  const { value } = await runScript<{ perSecond: number; checks: CheckResult[] }>(
    script,
    parameters,
  );
  assertClean(value.checks, load);
  return value.perSecond;
}

/** The usual history as a run saves it. */
async function saved(options: RunOptions, events: number, directory: string): Promise<string> {
  const spool = new HistorySpool(join(directory, 'spool.ndjson'));
  for (const part of syntheticHistory(options, events)) {
    spool.append(part);
    await spool.flushed();
  }
  await spool.close();
  if (spool.error !== null) throw spool.error;
  const history = join(directory, `synthetic${HISTORY_SUFFIX}`);
  await saveHistory(join(directory, 'spool.ndjson'), history, spool.events);
  return history;
}

/** The history is of a correct execution: a check that fails, or saw nothing where it should, was not measured but broken. */
function assertClean(checks: CheckResult[], load: LoadName): void {
  const wrong = checks.find(
    ({ verdict }) => verdict === 'fail' || (verdict === 'unknown' && load === 'usual'),
  );
  if (wrong !== undefined) throw new Error(`${wrong.name} says ${wrong.verdict}: ${wrong.because}`);
}
