import { join } from 'node:path';
import type { Connection } from '../core/backend.ts';
import { randomOf, type Random } from '../core/random.ts';
import { delay } from '../system/delay.ts';
import {
  actorsOf,
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
    return reopening(async () => openPatiently(host, role, random));
  },
};

/** A connection that exists only during each of its operations. */
function reopening(open: () => Promise<Connection>): WorkConnection {
  async function once<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await open();
    let result: T;
    try {
      result = await use(connection);
    } catch (error) {
      // The first error tells more than one of the close that follows it.
      await connection.close().catch(() => undefined);
      throw error;
    }
    await connection.close();
    return result;
  }
  async function* stream<T>(use: (connection: Connection) => AsyncIterable<T>): AsyncGenerator<T> {
    const connection = await open();
    let failed = true;
    try {
      yield* use(connection);
      failed = false;
    } finally {
      // As above; a reader that stops early wants no more of it either.
      await (failed ? connection.close().catch(() => undefined) : connection.close());
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
  const release = intent !== undefined && role === 'writer' ? holdIntent(intent) : undefined;
  let pauseMs = FIRST_PAUSE_MS;
  for (let retries = 0; ; retries++) {
    try {
      if (intent !== undefined && role === 'reader') await yieldToWriter(intent, untilUs, host);
      const connection = await connectAlone(host, role);
      host.onOpen(startUs);
      if (retries > 0) host.onBusy(retries, host.nowUs() - startUs);
      return release === undefined ? connection : closingAfter(connection, async () => release());
    } catch (error) {
      const locked = host.backend.classify(error).class.startsWith('lock.');
      if (!locked || host.nowUs() >= untilUs) {
        release?.();
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
