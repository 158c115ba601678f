import { median } from 'simple-statistics';
import type { Bench, Figure } from './harness/figure.ts';
import { DRIVERS, optionsOf } from './harness/options.ts';
import { ownScript, runScript } from './harness/script.ts';
import { exactly } from './harness/statistics.ts';

/** What bench/ours/crash.ts says. */
export interface Campaign {
  /** Of the coordinator, after each round. */
  rssBytes: number[];
  /** The result and the bundles beside it. */
  savedBytes: number;
  roundsPerMinute: number;
  failedRounds: number;
}

const DATA = '--rows 1000 --dims 128 --readers 1';
/** Three databases: seeding them is part of it. */
const SHORT_ROUNDS = 60;
/** From here on the memory must not grow. */
const SETTLED_ROUND = 50;
/** Around a round: memory goes up and down with the garbage. */
const ROUNDS_OF_A_MEDIAN = 20;
/** Far slower than the limit on the rate allows. */
const ROUND_LIMIT_MS = 10_000;

export const crashing: Figure = {
  name: 'crashing',
  issue: 5,
  about: `${SHORT_ROUNDS} kills at 1000 x 128, from the first seeding to the last judgement`,
  async *measure({ place }) {
    for (const driver of DRIVERS) {
      const { roundsPerMinute, failedRounds } = await campaignOf(place, driver, SHORT_ROUNDS);
      yield {
        figure: `kill rounds, ${driver}`,
        estimate: exactly(roundsPerMinute, SHORT_ROUNDS),
        unit: '/min',
        limit: { atLeast: 30 },
        note: `${failedRounds} failed`,
      };
    }
  },
};

export const crashMemory: Figure = {
  name: 'crash-memory',
  issue: 5,
  about: `kills of DuckDB at 1000 x 128 (--rounds): the coordinator's memory at the end against round ${SETTLED_ROUND}, and what is saved`,
  heavy: true,
  async *measure({ place, rounds }) {
    if (rounds < SETTLED_ROUND * 2) {
      throw new Error(
        `--rounds must be ${SETTLED_ROUND * 2} or more: before there is no end to compare`,
      );
    }
    const { rssBytes, savedBytes, roundsPerMinute } = await campaignOf(place, 'duckdb', rounds);
    const early = medianAt(rssBytes, SETTLED_ROUND);
    const late = medianAt(rssBytes, rssBytes.length);
    yield {
      figure: `memory of the coordinator, round ${rounds} : ${SETTLED_ROUND}`,
      estimate: exactly(late / early, rounds),
      unit: 'x',
      limit: { atMost: 1.1 },
      note: `${(early / 1e6).toFixed(0)} -> ${(late / 1e6).toFixed(0)} MB, ${roundsPerMinute.toFixed(0)} rounds/min`,
    };
    yield {
      figure: `saved by ${rounds} rounds`,
      estimate: exactly(savedBytes / 1e6, rounds),
      unit: 'MB',
      limit: { atMost: 100 },
    };
  },
};

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

/** The median of the rounds up to this one. */
function medianAt(rssBytes: number[], round: number): number {
  return median(rssBytes.slice(round - ROUNDS_OF_A_MEDIAN, round));
}
