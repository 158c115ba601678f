import { join } from 'node:path';
import type { Connection } from '../core/backend.ts';
import { randomOf, type Random } from '../core/random.ts';
import { delay } from '../system/delay.ts';
import {
  actorsOf,
  closeOrTell,
  closingAfter,
  connectAlone,
  roleOf,
  type Access,
  type Host,
  type WorkConnection,
} from './access.ts';
import { holdIntent, otherIntent } from './intent.ts';

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;

/**
 * Each operation opens, works and closes. A refusal is tried again with jittered, growing pauses until --busy-timeout;
 * with --intent writers announce themselves in files, because readers' shared locks overlap and plain backoff starves
 * the writer (facts).
 */
export const reopen: Access = {
  name: 'reopen',
  summary: 'as processes, but each operation opens, works and closes',
  opensPerOperation: true,
  plan(options, { path, directory }) {
    const actors = actorsOf(options);
    const access = { intent: join(directory, 'intent') };
    return {
      hosts: actors.map((actor) => ({ kind: 'process', path, actors: [actor], access })),
      copies: [{ path, actors: actors.map(({ name }) => name) }],
    };
  },
  async connect(host, actor) {
    const role = roleOf(actor);
    const random = randomOf(host.options.seed, actor, process.pid);
    return reopening(host, async () => openPatiently(host, role, random));
  },
};

/** A connection that exists only during each of its operations; how its close ends decides nothing about them. */
function reopening(host: Host, open: () => Promise<Connection>): WorkConnection {
  async function once<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await open();
    try {
      return await use(connection);
    } finally {
      await closeOrTell(host, connection);
    }
  }
  async function* stream<T>(use: (connection: Connection) => AsyncIterable<T>): AsyncGenerator<T> {
    const connection = await open();
    try {
      yield* use(connection);
    } finally {
      await closeOrTell(host, connection);
    }
  }
  return {
    search: async (vector, k) => once((c) => c.search(vector, k)),
    poll: (intervals) => stream((c) => c.poll(intervals)),
    point: async (ids) => once((c) => c.point(ids)),
    files: async (ids) => once((c) => c.files(ids)),
    insert: async (batch) => once((c) => c.insert(batch)),
    upsert: async (batch) => once((c) => c.upsert(batch)),
    reembed: async (chunks) => once((c) => c.reembed(chunks)),
    increment: async (mode) => once((c) => c.increment(mode)),
    close: async () => undefined,
  };
}

/** Opens, again and again while the lock is held by another, until --busy-timeout: only then it is a refused open. */
async function openPatiently(
  host: Host,
  role: 'writer' | 'reader',
  random: Random,
): Promise<Connection> {
  const startUs = host.nowUs();
  const untilUs = startUs + host.options.busyTimeoutMs * 1000;
  const intent = host.options.intent ? host.plan.access!['intent']! : undefined;
  const held = intent !== undefined && role === 'writer' ? holdIntent(intent) : undefined;
  let pauseMs = FIRST_PAUSE_MS;
  for (let retries = 0; ; retries++) {
    try {
      if (intent !== undefined && role === 'reader') await yieldToWriter(intent, untilUs, host);
      const connection = await connectAlone(host, role);
      host.onOpen(startUs);
      if (retries > 0) host.onBusy(retries, host.nowUs() - startUs);
      return held === undefined ? connection : closingAfter(host, connection, held);
    } catch (error) {
      const locked = host.backend.classify(error).class.startsWith('lock.');
      if (!locked || host.nowUs() >= untilUs) {
        if (held !== undefined) await closeOrTell(host, held);
        host.onOpen(startUs, error);
        if (retries > 0) host.onBusy(retries, host.nowUs() - startUs);
        throw error;
      }
    }
    await delay(pauseMs * (0.5 + random.fraction()));
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** Waits while a writer announces itself, but not beyond the deadline. */
async function yieldToWriter(intent: string, untilUs: number, host: Host): Promise<void> {
  while (otherIntent(intent) && host.nowUs() < untilUs) await delay(FIRST_PAUSE_MS);
}
