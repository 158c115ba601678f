import type { Figure } from './harness/figure.ts';
import { DRIVERS, optionsOf } from './harness/options.ts';
import { interleaved, perSecond, ratioRow } from './harness/pairs.ts';
import { probe, readsPerSecond } from './harness/probe-run.ts';

const ALONE = '--readers 1 --writers 0 --duration 1.5';

export const isolated: Figure = {
  name: 'isolated',
  issue: 4,
  about: 'reads/s of one isolated reader, against one reader of `processes`, no writer',
  async *measure({ pairs }) {
    for (const driver of DRIVERS) {
      const rate = (access: string) => async () =>
        readsPerSecond(await probe(await optionsOf(driver, `${ALONE} --access ${access}`)));
      const measured = await interleaved(pairs, rate('isolated'), rate('processes'));
      const limit = { atLeast: 0.95, atMost: 1.05 };
      yield ratioRow(`isolated ${driver}`, measured, limit, perSecond);
    }
  },
};
