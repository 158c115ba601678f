import { join } from 'node:path';
import { exactly } from './harness/statistics.ts';
import type { Figure } from './harness/figure.ts';
import { DRIVERS, optionsOf } from './harness/options.ts';
import { seed } from './harness/jobs.ts';
import { interleaved, perSecond, ratioRow } from './harness/pairs.ts';
import { bareScript, ownScript, runScript } from './harness/script.ts';

const SIZES = [
  [5000, 1536],
  [20_000, 384],
] as const;

export const seeding: Figure = {
  name: 'seeding',
  issue: 2,
  about: "rows/s of our seeder, against a bare script on the driver's fastest bulk path",
  async *measure({ pairs, place }) {
    for (const driver of DRIVERS) {
      for (const [rows, dims] of SIZES) {
        const options = await optionsOf(driver, `--rows ${rows} --dims ${dims}`);
        const measured = await interleaved(
          pairs,
          () =>
            place.during(
              async (directory) => rows / (await seed(place.guard, options, join(directory, 'db'))),
            ),
          () =>
            place.during(async (directory) => {
              const path = join(directory, 'db');
              const { value } = await runScript<{ seconds: number }>(bareScript(`seed-${driver}`), {
                path,
                rows,
                dims,
              });
              return rows / value.seconds;
            }),
        );
        yield ratioRow(
          `seeding ${driver} ${rows} x ${dims}`,
          measured,
          { atLeast: 0.9 },
          perSecond,
        );
      }
    }
  },
};

const SMALL_ROWS = 250_000;
const LARGE_ROWS = 1_000_000;
const LARGE_DIMS = 384;
const MOST_MB = { duckdb: 1300, lancedb: 1000 };
/** Of the time of a row: beyond it the time is not linear in rows. */
const LINEAR_FROM = 0.8;

export const seedingLarge: Figure = {
  name: 'seeding-large',
  issue: 2,
  about: `seeding ${LARGE_ROWS} x ${LARGE_DIMS}: memory of the whole process tree, and whether the time is linear`,
  heavy: true,
  async *measure({ pairs, place }) {
    for (const driver of DRIVERS) {
      let peakBytes = 0;
      const rate = (rows: number): Promise<number> =>
        place.during(async (directory) => {
          const options = await optionsOf(driver, `--rows ${rows} --dims ${LARGE_DIMS}`);
          const parameters = { options, path: join(directory, 'db') };
          const ran = await runScript<{ seconds: number }>(ownScript('seed'), parameters, {
            memory: true,
          });
          peakBytes = Math.max(peakBytes, ran.peak.treeBytes);
          return rows / ran.value.seconds;
        });
      const measured = await interleaved(
        pairs,
        () => rate(LARGE_ROWS),
        () => rate(SMALL_ROWS),
      );
      yield {
        figure: `seeding ${driver} ${LARGE_ROWS} x ${LARGE_DIMS}: peak memory`,
        estimate: exactly(peakBytes / 1e6, pairs),
        unit: 'MB',
        limit: { atMost: MOST_MB[driver] },
        note: 'the highest of all, coordinator and guard included',
      };
      const figure = `seeding ${driver}: rows/s of ${LARGE_ROWS} against ${SMALL_ROWS}`;
      yield ratioRow(figure, measured, { atLeast: LINEAR_FROM }, perSecond);
    }
  },
};
