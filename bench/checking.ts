import type { Figure } from './harness/figure.ts';
import { optionsOf } from './harness/options.ts';
import { interleaved, perSecond, ratioRow, type Pairs } from './harness/pairs.ts';
import { probe, readsPerSecond, writesPerSecond } from './harness/probe-run.ts';

/** Shorter than the default run, with its roles: DuckDB has no reads beside a writer, so they are measured alone. */
const RUNS = [
  { name: 'lancedb', args: '', reads: true, writes: true },
  { name: 'duckdb', args: '', reads: false, writes: true },
  { name: 'duckdb', args: '--writers 0', reads: true, writes: false },
];
const SHORTER = '--duration 2 --staleness-bound 0.1';
const LIMIT = { atLeast: 0.95 };

export const checking: Figure = {
  name: 'checking',
  issue: 3,
  about: 'recording and checking on, against --no-check: rates of the default run',
  async *measure({ pairs }) {
    for (const { name, args, reads, writes } of RUNS) {
      const writeRates: Pairs = { ours: [], bare: [] };
      const run = (check: string, side: keyof Pairs) => async () => {
        const result = await probe(await optionsOf(name, `${SHORTER} ${args} ${check}`));
        if (writes) writeRates[side].push(writesPerSecond(result));
        return reads ? readsPerSecond(result) : 0;
      };
      const readRates = await interleaved(pairs, run('', 'ours'), run('--no-check', 'bare'));
      const title = `${name}${args === '' ? '' : ` ${args}`}`;
      if (reads) yield ratioRow(`checked reads/s, ${title}`, readRates, LIMIT, perSecond);
      if (writes) yield ratioRow(`checked writes/s, ${title}`, writeRates, LIMIT, perSecond);
    }
  },
};
