import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { OPTION_RANGES } from '../src/core/options.ts';
import { spawn } from '../src/experiment/phases.ts';
import type { Session } from '../src/experiment/session.ts';
import { delay } from '../src/system/delay.ts';
import type { Figure, Limit, Row } from './harness/figure.ts';
import { killAll, ready } from './harness/forked.ts';
import { DRIVERS, optionsOf } from './harness/options.ts';
import { interleaved, ratioRow, seconds } from './harness/pairs.ts';
import { bareScript, ownScript } from './harness/script.ts';
import { inSession, setupOf, worked } from './harness/session.ts';
import { quantileOf } from './harness/statistics.ts';

const WORKERS = 16;
/** As many readers as the command line takes. */
const MANY_WORKERS = OPTION_RANGES.readers[1];
/** Each takes half a minute on two processors; as few samples as a median has an interval of. */
const MOST_PAIRS_OF_MANY = 6;
/** So many for each of --pairs: the p95 of 73 is the first that has an upper end, the largest of them. */
const STARTS_OF_A_PAIR = 15;
/** Until the guard, which a run starts long before, is up and idle. */
const SETTLED_MS = 200;

export const spawning: Figure = {
  name: 'spawning',
  issue: 2,
  about: `${WORKERS} workers ready, against ${WORKERS} bare forks that only import the driver`,
  async *measure({ pairs }) {
    yield* spawned(WORKERS, pairs, { atMost: 1.3 });
  },
};

export const spawnMany: Figure = {
  name: 'spawn-many',
  issue: 14,
  about: `${MANY_WORKERS} workers ready, against ${MANY_WORKERS} bare forks that only import the driver (some 12 GB of memory)`,
  heavy: true,
  async *measure({ pairs }) {
    yield* spawned(MANY_WORKERS, Math.min(pairs, MOST_PAIRS_OF_MANY), { atMost: 1.2 });
  },
};

async function* spawned(workers: number, pairs: number, limit: Limit): AsyncGenerator<Row> {
  for (const driver of DRIVERS) {
    const setup = await setupOf(await optionsOf(driver, `--readers ${workers} --writers 0`));
    const measured = await interleaved(
      pairs,
      () => inSession(setup, spawnOurs),
      () => forkBare(fileURLToPath(bareScript(`import-${driver}`)), workers),
    );
    yield ratioRow(`${workers} workers of ${driver}`, measured, limit, seconds);
  }
}

/** The seconds until all are ready. */
async function spawnOurs(session: Session): Promise<number> {
  await delay(SETTLED_MS);
  const began = performance.now();
  const crew = await spawn(session);
  const tookS = (performance.now() - began) / 1000;
  crew.end();
  const lost = crew.members.filter(({ state }) => state !== 'ready');
  if (lost.length > 0) throw new Error(`${lost.length} of ${crew.members.length} are not ready`);
  return tookS;
}

/** The seconds until all have said that they are there. */
async function forkBare(script: string, workers: number): Promise<number> {
  await delay(SETTLED_MS);
  const began = performance.now();
  const children = Array.from({ length: workers }, () => fork(script, [], { execArgv: [] }));
  try {
    await ready(children);
    return (performance.now() - began) / 1000;
  } finally {
    await killAll(children);
  }
}

export const skew: Figure = {
  name: 'skew',
  issue: 2,
  about: `start skew of ${WORKERS} workers whose first operation is a no-op, over ${STARTS_OF_A_PAIR} starts a pair`,
  async *measure({ pairs }) {
    // The window is shorter than the no-op rests: each worker does exactly one.
    const options = await optionsOf('reference', `--readers ${WORKERS} --writers 0 --duration 0.1`);
    const workerEntry = fileURLToPath(ownScript('no-op-worker'));
    const setup = { ...(await setupOf(options)), workerEntry };
    const skewsMs: number[] = [];
    for (let start = 0; start < pairs * STARTS_OF_A_PAIR; start++) {
      const { metrics } = await inSession(setup, worked);
      skewsMs.push(metrics.startSkewUs()! / 1000);
    }
    yield {
      figure: 'start skew, p95',
      estimate: quantileOf(skewsMs, 0.95),
      unit: 'ms',
      limit: { atMost: 3 },
    };
  },
};
