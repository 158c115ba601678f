import { join } from 'node:path';
import type { Figure } from './harness/figure.ts';
import { audit as auditOurs, seed } from './harness/jobs.ts';
import { DRIVERS, optionsOf } from './harness/options.ts';
import { interleaved, ratioRow, seconds } from './harness/pairs.ts';
import { bareScript, runScript } from './harness/script.ts';

const ROWS = 1_000_000;
const DIMS = 384;

export const audit: Figure = {
  name: 'audit',
  issue: 3,
  about: `audit of ${ROWS} x ${DIMS}, against a bare full scan that reads the same columns`,
  heavy: true,
  async *measure({ pairs, place }) {
    for (const driver of DRIVERS) {
      const options = await optionsOf(driver, `--rows ${ROWS} --dims ${DIMS}`);
      const measured = await place.during(async (directory) => {
        const path = join(directory, 'db');
        await seed(place.guard, options, path);
        return interleaved(
          pairs,
          () => auditOurs(place.guard, options, path),
          async () => {
            const parameters = { path, rows: ROWS, dims: DIMS };
            const script = bareScript(`scan-${driver}`);
            return (await runScript<{ seconds: number }>(script, parameters)).value.seconds;
          },
        );
      });
      yield ratioRow(`audit ${driver}`, measured, { atMost: 1.5 }, seconds);
    }
  },
};
