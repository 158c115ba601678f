/**
 * The child's side, in a process or in a thread of one: waits for its job, loads the driver, does the job. It loads what
 * its own job needs only: hundreds of workers start side by side.
 */
import type { Backend } from '../core/backend.ts';
import type { RunOptions } from '../core/options.ts';
import type { Job, ToWorker } from '../core/protocol.ts';
import { loadBackend } from '../../probes/index.ts';
import { openChannel, type Channel } from './channel.ts';
import { Clock } from './clock.ts';

// The coordinator decides when a run ends, whoever else may send these.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

const channel = openChannel();
channel.onMessage(function init(message: ToWorker): void {
  channel.offMessage(init);
  if (message.type !== 'init') throw new Error(`expected init, got ${message.type}`);
  begin(message).catch((error: unknown) => channel.fail('bug', error));
});

async function begin({ job, options, epochUs }: ToWorker & { type: 'init' }): Promise<void> {
  if (job.kind === 'host' && job.plan.kind === 'thread') {
    const { runThreads } = await import('./threads.ts');
    runThreads(job, options, epochUs, channel);
    return;
  }
  let backend: Backend;
  let version: { version: string; engine: string };
  try {
    backend = (await loadBackend(options.backend))!;
    version = await backend.describe(options.engineThreads);
  } catch (error) {
    await channel.fail('load', error);
    return;
  }
  const clock = new Clock(epochUs);
  if (job.kind === 'host') {
    const [{ runHost }, { accessOf }] = await Promise.all([
      import('./host.ts'),
      import('../access/index.ts'),
    ]);
    runHost({ backend, options, plan: job.plan }, accessOf(job.access), channel, clock);
    await channel.send({ type: 'ready', backend: version });
    return;
  }
  if (job.kind === 'load') {
    await channel.send({ type: 'ready', backend: version });
    return channel.close();
  }
  const work = await workOf(job, { backend, options, channel, clock });
  const told = new Promise<void>((resolve) => channel.onMessage(() => resolve()));
  await channel.send({ type: 'ready', backend: version });
  await told;
  await work();
}

interface Means {
  backend: Backend;
  options: RunOptions;
  channel: Channel;
  clock: Clock;
}

/** What a seeder or an auditor does once it is told to begin. */
async function workOf(
  job: Job & { kind: 'seed' | 'audit' },
  { backend, options, channel, clock }: Means,
): Promise<() => Promise<void>> {
  if (job.kind === 'seed') {
    const { seed } = await import('./seeder.ts');
    return async () => seed(backend, options, job.path, channel);
  }
  const { audit } = await import('./auditor.ts');
  return async () => audit(backend, options, job, channel, clock);
}
