import { mean, median } from 'simple-statistics';
import type { Bench, Figure } from './harness/figure.ts';
import { DRIVERS, optionsOf } from './harness/options.ts';
import { ownScript, runScript } from './harness/script.ts';
import { exactly, meanOf, quotientOf } from './harness/statistics.ts';

/** What bench/ours/crash.ts says. */
export interface Campaign {
  /** Of the coordinator, after each round. */
  rssBytes: number[];
  /** The result and the bundles beside it. */
  savedBytes: number;
  /** Of each round, from the end of the one before; the first begins with the seeding. */
  roundsS: number[];
  failedRounds: number;
}

const DATA = '--rows 1000 --dims 128 --readers 1';
/** Three databases: seeding them is part of it. */
const SHORT_ROUNDS = 60;
/** From here on the memory must not grow. */
const SETTLED_ROUND = 50;
/** Memory goes up and down with the garbage, over some fifty rounds. */
const ROUNDS_OF_A_MEDIAN = 100;
/** Two medians, and as much between them. */
const LEAST_ROUNDS = SETTLED_ROUND + 3 * ROUNDS_OF_A_MEDIAN;
/** Far slower than the limit on the rate allows. */
const ROUND_LIMIT_MS = 10_000;

export const crashing: Figure = {
  name: 'crashing',
  issue: 5,
  about: `${SHORT_ROUNDS} kills at 1000 x 128, from the first seeding to the last judgement`,
  async *measure({ place }) {
    for (const driver of DRIVERS) {
      const { roundsS, failedRounds } = await campaignOf(place, driver, SHORT_ROUNDS);
      yield {
        figure: `a kill round, ${driver}`,
        estimate: meanOf(roundsS),
        unit: 's',
        limit: { atMost: 2 },
        note: `${roundsPerMinute(roundsS)}, ${failedRounds} failed`,
      };
    }
  },
};

export const crashMemory: Figure = {
  name: 'crash-memory',
  issue: 5,
  about: `kills of DuckDB at 1000 x 128 (--rounds): the coordinator's memory in the last ${ROUNDS_OF_A_MEDIAN} rounds against those from round ${SETTLED_ROUND}, and what is saved`,
  heavy: true,
  async *measure({ place, rounds }) {
    if (rounds < LEAST_ROUNDS) {
      throw new Error(
        `--rounds must be ${LEAST_ROUNDS} or more: before there is no end to compare`,
      );
    }
    const { rssBytes, savedBytes, roundsS } = await campaignOf(place, 'duckdb', rounds);
    const early = rssBytes.slice(SETTLED_ROUND, SETTLED_ROUND + ROUNDS_OF_A_MEDIAN);
    const late = rssBytes.slice(-ROUNDS_OF_A_MEDIAN);
    yield {
      figure: `memory of the coordinator, end : round ${SETTLED_ROUND} on`,
      estimate: quotientOf(late, early),
      unit: 'x',
      limit: { atMost: 1.1 },
      note: `${megabytes(early)} -> ${megabytes(late)} MB, ${roundsPerMinute(roundsS)}`,
    };
    yield {
      figure: `saved by ${rounds} rounds`,
      estimate: exactly(savedBytes / 1e6, rounds),
      unit: 'MB',
      limit: { atMost: 100 },
    };
  },
};

const megabytes = (bytes: number[]): string => (median(bytes) / 1e6).toFixed(0);
const roundsPerMinute = (roundsS: number[]): string => `${(60 / mean(roundsS)).toFixed(0)}/min`;

async function campaignOf(
  place: Bench['place'],
  driver: string,
  rounds: number,
): Promise<Campaign> {
  const options = await optionsOf(driver, DATA);
  return place.during(async (dir) => {
    const limitMs = rounds * ROUND_LIMIT_MS;
    const script = ownScript('crash');
    return (await runScript<Campaign>(script, { options, rounds, dir }, { limitMs })).value;
  });
}
