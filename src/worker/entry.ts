/** The child's side, in a process or in a thread of one: waits for its job, loads the driver, does the job. */
import { accessOf } from '../access/index.ts';
import type { Backend } from '../core/backend.ts';
import type { ToWorker } from '../core/protocol.ts';
import { loadBackend } from '../../probes/index.ts';
import { audit } from './auditor.ts';
import { openChannel } from './channel.ts';
import { Clock } from './clock.ts';
import { runHost } from './host.ts';
import { seed } from './seeder.ts';
import { runThreads } from './threads.ts';

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
    runHost({ backend, options, plan: job.plan }, accessOf(job.access), channel, clock);
    await channel.send({ type: 'ready', backend: version });
    return;
  }
  const told = new Promise<void>((resolve) => channel.onMessage(() => resolve()));
  await channel.send({ type: 'ready', backend: version });
  if (job.kind === 'load') return channel.close();
  await told;
  if (job.kind === 'seed') await seed(backend, options, job.path, channel);
  else await audit(backend, options, job, channel, clock);
}
