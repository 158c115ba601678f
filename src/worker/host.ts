import type { Access, Host } from '../access/access.ts';
import { BEAT_MS, type ToWorker } from '../core/protocol.ts';
import { Actor } from './actor.ts';
import type { Channel } from './channel.ts';
import type { Clock } from './clock.ts';
import { Recorder } from './recorder.ts';

/** One process (or thread) with its actors: obeys the coordinator's messages, and beats. */
export function runHost(
  host: Omit<Host, keyof ReturnType<Recorder['hooks']> | 'shared'>,
  access: Access,
  channel: Channel,
  clock: Clock,
): void {
  const shared = { users: 0 };
  const actors = host.plan.actors.map((plan) => {
    const recorder = new Recorder(plan.name, channel, clock, host.backend);
    const own: Host = { ...host, ...recorder.hooks(), shared };
    return new Actor(plan, own, access, channel, clock, recorder);
  });
  const beat = setInterval(() => {
    const running = actors.map(({ plan, recorder }) => [plan.name, recorder.running] as const);
    void channel.send({ type: 'beat', actors: Object.fromEntries(running) });
    // What a long operation keeps buffered must not wait for its end.
    for (const { recorder } of actors) void recorder.flushIfDue();
  }, BEAT_MS);

  const each = async (step: (actor: Actor) => Promise<void>) => Promise.all(actors.map(step));
  const obey = async (message: ToWorker): Promise<void> => {
    switch (message.type) {
      case 'open':
        // One after the other: with one database for all, the first opens it.
        for (const actor of actors) {
          if (message.actors.includes(actor.plan.name)) await actor.open();
        }
        return;
      case 'start':
        await each((actor) => actor.work(message));
        return;
      case 'stop':
        for (const actor of actors) actor.end();
        return;
      case 'drain':
        await each((actor) => actor.drain(message.reembeds));
        return;
      case 'close':
        await each((actor) => actor.close());
        clearInterval(beat);
        await channel.send({
          type: 'closed',
          peakRssBytes: process.resourceUsage().maxRSS * 1024,
        });
        channel.close();
        return;
      case 'init':
      case 'go':
        throw new Error('not for a host');
    }
  };
  channel.onMessage((message) => {
    obey(message).catch((error: unknown) => channel.fail('bug', error));
  });
}
