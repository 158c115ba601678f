/** A worker as it ships, on a backend that does nothing. */
import { accessOf } from '../../src/access/index.ts';
import type { ToWorker } from '../../src/core/protocol.ts';
import { openChannel } from '../../src/worker/channel.ts';
import { Clock } from '../../src/worker/clock.ts';
import { runHost } from '../../src/worker/host.ts';
import { noOpBackend } from '../harness/no-op.ts';

const REST_MS = 150;

const channel = openChannel();
channel.onMessage(function init(message: ToWorker): void {
  channel.offMessage(init);
  if (message.type !== 'init' || message.job.kind !== 'host') throw new Error('expected a host');
  const { job, options, epochUs } = message;
  const backend = noOpBackend(REST_MS);
  runHost({ backend, options, plan: job.plan }, accessOf(job.access), channel, new Clock(epochUs));
  void channel.send({ type: 'ready', backend: { version: '0', engine: 'none' } });
});
