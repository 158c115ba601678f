import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from 'simple-statistics';
import type { WorkConnection } from '../src/access/access.ts';
import { owner as ownerAccess } from '../src/access/owner.ts';
import type { RunOptions } from '../src/core/options.ts';
import type { Bench, Figure, Row } from './harness/figure.ts';
import { killAll, ready } from './harness/forked.ts';
import { seed } from './harness/jobs.ts';
import { noOpBackend } from './harness/no-op.ts';
import { DRIVERS, optionsOf, type DriverName } from './harness/options.ts';
import { interleaved, perSecond, ratioRow } from './harness/pairs.ts';
import { bareScript, ownScript, runScript } from './harness/script.ts';
import { readsPerSecond } from './harness/session.ts';
import { medianOf } from './harness/statistics.ts';

const CALLS = 1000;
const SECONDS = 2;

export const owner: Figure = {
  name: 'owner',
  issue: 4,
  about: 'latency that RPC and queue add; reads/s of 4 clients against a bare serial loop',
  async *measure(bench) {
    yield await addedLatency(bench);
    for (const driver of DRIVERS) yield* throughput(driver, bench);
  },
};

/** One client, a call that does nothing, to an owner in another process; the same call made directly is taken off. */
async function addedLatency({ pairs, place }: Bench): Promise<Row> {
  return place.during(async (directory) => {
    const options = await optionsOf('reference', '--access owner --readers 1 --writers 0');
    const plan = ownerAccess.plan(options, { path: '', directory, secret: 'bench' });
    const server = fork(fileURLToPath(ownScript('no-op-owner')), { execArgv: [] });
    try {
      server.send({ options, plan: plan.hosts[0]! });
      await ready([server]);
      const client = await ownerAccess.connect(
        {
          backend: noOpBackend(0),
          options,
          plan: plan.hosts[1]!,
          shared: { users: 0 },
          onBusy: () => undefined,
          onOpen: () => undefined,
          onClose: () => undefined,
          onStranger: () => undefined,
          nowUs: () => 0,
        },
        plan.hosts[1]!.actors[0]!,
      );
      const direct = await (await noOpBackend(0).open('', openOptions(options))).connect('writer');
      const addedUs: number[] = [];
      for (let i = 0; i < pairs; i++) addedUs.push((await p50Us(client)) - (await p50Us(direct)));
      await client.close();
      const estimate = medianOf(addedUs);
      return { figure: 'owner, added latency, p50', estimate, unit: 'us', limit: { atMost: 150 } };
    } finally {
      await killAll([server]);
    }
  });
}

function openOptions({ dims, refresh, engineThreads }: RunOptions) {
  return { role: 'writer', dims, refresh, engineThreads } as const;
}

async function p50Us(connection: WorkConnection): Promise<number> {
  const tookUs: number[] = [];
  for (let i = 0; i < CALLS; i++) {
    const began = performance.now();
    await connection.increment('sql');
    tookUs.push((performance.now() - began) * 1000);
  }
  return median(tookUs);
}

async function* throughput(driver: DriverName, { pairs, place }: Bench): AsyncGenerator<Row> {
  const optionsFor = (access: string): Promise<RunOptions> =>
    optionsOf(driver, `--readers 4 --writers 0 --duration ${SECONDS} --access ${access}`);
  const options = await optionsFor('owner');
  const inProcess = await optionsFor('connections');
  const { rows, dims } = options;
  const connectionsRates: number[] = [];
  const measured = await place.during(async (directory) => {
    const path = join(directory, 'db');
    await seed(place.guard, options, path);
    return interleaved(
      pairs,
      () => readsPerSecond(options, path),
      async () => {
        connectionsRates.push(await readsPerSecond(inProcess, path));
        const parameters = { path, rows, dims, seconds: SECONDS, readOnly: false };
        const script = bareScript(`read-${driver}`);
        return (await runScript<{ perSecond: number }>(script, parameters)).value.perSecond;
      },
    );
  });
  const title = `owner ${driver}, 4 clients`;
  yield ratioRow(`${title}, against a serial loop`, measured, { atLeast: 0.9 }, perSecond);
  const against = { ours: measured.ours, bare: connectionsRates };
  yield ratioRow(`${title}, against connections`, against, undefined, perSecond);
}
