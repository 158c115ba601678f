import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { spawn } from '../src/experiment/phases.ts';
import { delay } from '../src/system/delay.ts';
import type { Figure } from './harness/figure.ts';
import { DRIVERS, optionsOf } from './harness/options.ts';
import { interleaved, ratioRow, seconds } from './harness/pairs.ts';
import { bareScript, ownScript } from './harness/script.ts';
import { inSession, setupOf, worked } from './harness/session.ts';
import { quantileOf } from './harness/statistics.ts';

const WORKERS = 16;
const STARTS = 20;
/** Until the guard, which a run starts long before, is up and idle. */
const SETTLED_MS = 200;

export const spawning: Figure = {
  name: 'spawning',
  issue: 2,
  about: `${WORKERS} workers ready, against ${WORKERS} bare forks that only import the driver`,
  async *measure({ pairs }) {
    for (const driver of DRIVERS) {
      const setup = await setupOf(await optionsOf(driver, `--readers ${WORKERS} --writers 0`));
      const measured = await interleaved(
        pairs,
        () =>
          inSession(setup, async (session) => {
            await delay(SETTLED_MS);
            const began = performance.now();
            const crew = await spawn(session);
            const tookS = (performance.now() - began) / 1000;
            crew.end();
            return tookS;
          }),
        () => forkBare(fileURLToPath(bareScript(`import-${driver}`))),
      );
      yield ratioRow(`spawning ${driver}`, measured, { atMost: 1.3 }, seconds);
    }
  },
};

/** The seconds until all have said that they are there. */
async function forkBare(script: string): Promise<number> {
  await delay(SETTLED_MS);
  const began = performance.now();
  const children = Array.from({ length: WORKERS }, () => fork(script, [], { execArgv: [] }));
  await Promise.all(children.map(async (child) => once(child, 'message')));
  const tookS = (performance.now() - began) / 1000;
  const exits = children.map(async (child) => once(child, 'close'));
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(exits);
  return tookS;
}

export const skew: Figure = {
  name: 'skew',
  issue: 2,
  about: `start skew of ${WORKERS} workers whose first operation is a no-op, over ${STARTS} starts`,
  async *measure() {
    // The window is shorter than the no-op rests: each worker does exactly one.
    const options = await optionsOf('reference', `--readers ${WORKERS} --writers 0 --duration 0.1`);
    const workerEntry = fileURLToPath(ownScript('no-op-worker'));
    const setup = { ...(await setupOf(options)), workerEntry };
    const skewsMs: number[] = [];
    for (let start = 0; start < STARTS; start++) {
      const { metrics } = await inSession(setup, worked);
      skewsMs.push(metrics.startSkewUs()! / 1000);
    }
    yield {
      figure: 'start skew, p95',
      estimate: quantileOf(skewsMs, 0.95),
      unit: 'ms',
      limit: { atMost: 5 },
    };
  },
};
