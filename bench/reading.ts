import { join } from 'node:path';
import type { Figure } from './harness/figure.ts';
import { seed } from './harness/jobs.ts';
import { DRIVERS, optionsOf } from './harness/options.ts';
import { interleaved, perSecond, ratioRow } from './harness/pairs.ts';
import { bareScript, runScript } from './harness/script.ts';
import { readsPerSecond } from './harness/session.ts';

const SECONDS = 2;

export const reading: Figure = {
  name: 'reading',
  issue: 2,
  about: 'reader iterations/s with one reader and no writer, against a bare loop of the same calls',
  async *measure({ pairs, place }) {
    for (const driver of DRIVERS) {
      const options = await optionsOf(driver, `--readers 1 --writers 0 --duration ${SECONDS}`);
      const { rows, dims } = options;
      const measured = await place.during(async (directory) => {
        const path = join(directory, 'db');
        await seed(place.guard, options, path);
        return interleaved(
          pairs,
          () => readsPerSecond(options, path),
          async () => {
            const parameters = { path, rows, dims, seconds: SECONDS };
            const script = bareScript(`read-${driver}`);
            return (await runScript<{ perSecond: number }>(script, parameters)).value.perSecond;
          },
        );
      });
      const figure = `reading ${driver} ${rows} x ${dims}`;
      yield ratioRow(figure, measured, { atLeast: 0.95 }, perSecond);
    }
  },
};
