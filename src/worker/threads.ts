import { SHARE_ENV, Worker } from 'node:worker_threads';
import { messageOf } from '../core/errors.ts';
import type { RunOptions } from '../core/options.ts';
import type { FromWorker, Job, ToWorker } from '../core/protocol.ts';
import type { Channel, Relayed, ToThread } from './channel.ts';

/**
 * A process whose actors are one thread each, every one with the entry of a process: this thread only relays. `ready` and
 * `closed` are said once, for all threads.
 */
export function runThreads(
  job: Job & { kind: 'host' },
  options: RunOptions,
  epochUs: number,
  channel: Channel,
): void {
  const threads = new Map<string, Worker>();
  const saidBy = { ready: new Set<string>(), closed: new Set<string>() };
  let readiness: (FromWorker & { type: 'ready' }) | undefined;

  const sayOnce = async (message: FromWorker & { type: 'ready' | 'closed' }): Promise<void> => {
    const all = [...threads.keys()].every((name) => saidBy[message.type].has(name));
    if (!all) return;
    if (message.type === 'ready') readiness = undefined;
    await channel.send(message);
  };
  const relay = async (actor: string, message: FromWorker): Promise<void> => {
    if (message.type !== 'ready' && message.type !== 'closed') return channel.send(message);
    saidBy[message.type].add(actor);
    if (message.type === 'ready') readiness = message;
    return sayOnce(message);
  };

  const ended = async (actor: string, error: unknown): Promise<void> => {
    const thread = threads.delete(actor);
    if (thread && !saidBy.closed.has(actor)) {
      await channel.send({ type: 'died', actor, message: messageOf(error) });
    }
    if (threads.size === 0) channel.close();
    // It may have been the one that all others waited for.
    else if (readiness !== undefined) await sayOnce(readiness);
  };

  for (const actor of job.plan.actors) {
    // Native code reads the process's own environment, which drivers set before they load.
    const thread = new Worker(new URL(import.meta.resolve('#worker')), { env: SHARE_ENV });
    threads.set(actor.name, thread);
    let failure: unknown = 'the thread ended';
    thread.on('message', ({ id, message }: Relayed) => {
      void relay(actor.name, message).then(() => {
        thread.postMessage({ acknowledged: id } satisfies ToThread);
      });
    });
    thread.on('error', (error) => (failure = error));
    thread.on('exit', () => void ended(actor.name, failure));
    const plan = { ...job.plan, kind: 'process' as const, actors: [actor] };
    const init: ToWorker = { type: 'init', job: { ...job, plan }, options, epochUs };
    thread.postMessage({ message: init } satisfies ToThread);
  }
  channel.onMessage((message) => {
    for (const thread of threads.values()) thread.postMessage({ message } satisfies ToThread);
  });
}
