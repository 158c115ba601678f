import { isMainThread, parentPort } from 'node:worker_threads';
import type { FromWorker, ToWorker } from '../core/protocol.ts';

/** The worker's line to the coordinator. */
export interface Channel {
  /** Resolves when the message has left this process: what was sent survives a kill. */
  send(message: FromWorker): Promise<void>;
  onMessage(listener: (message: ToWorker) => void): void;
  offMessage(listener: (message: ToWorker) => void): void;
  /** Says why this worker cannot go on, and ends it. */
  fail(stage: (FromWorker & { type: 'failed' })['stage'], error: unknown): Promise<void>;
  /** Nothing more will be said; the process or thread ends when its work does. */
  close(): void;
}

/** IPC in a forked process; in a thread of one, a port whose other end forwards and acknowledges. */
export function openChannel(): Channel {
  return isMainThread ? processChannel() : threadChannel();
}

function processChannel(): Channel {
  let closing = false;
  process.on('disconnect', () => {
    // The coordinator is gone: nobody can use what this process does, and teardown of native code may hang.
    if (!closing) process.kill(process.pid, 'SIGKILL');
  });
  const send = async (message: FromWorker): Promise<void> =>
    new Promise((resolve, reject) => {
      process.send!(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
    });
  return {
    send,
    onMessage: (listener) => void process.on('message', listener),
    offMessage: (listener) => void process.off('message', listener),
    async fail(stage, error) {
      await send({ type: 'failed', stage, ...describe(error) });
      process.exit(1);
    },
    close() {
      closing = true;
      process.disconnect();
    },
  };
}

/** What a thread posts to the thread that relays for it, and what comes back. */
export interface Relayed {
  id: number;
  message: FromWorker;
}
export type ToThread = { acknowledged: number } | { message: ToWorker };

function threadChannel(): Channel {
  const port = parentPort!;
  const waiting = new Map<number, () => void>();
  const listeners = new Set<(message: ToWorker) => void>();
  let next = 0;
  port.on('message', (to: ToThread) => {
    if ('message' in to) {
      for (const listener of listeners) listener(to.message);
      return;
    }
    waiting.get(to.acknowledged)?.();
    waiting.delete(to.acknowledged);
  });
  const send = async (message: FromWorker): Promise<void> =>
    new Promise((resolve) => {
      waiting.set(next, resolve);
      port.postMessage({ id: next++, message } satisfies Relayed);
    });
  return {
    send,
    onMessage: (listener) => void listeners.add(listener),
    offMessage: (listener) => void listeners.delete(listener),
    async fail(stage, error) {
      await send({ type: 'failed', stage, ...describe(error) });
      port.close();
    },
    close: () => port.close(),
  };
}

function describe(error: unknown): { message: string; stack: string } {
  return error instanceof Error
    ? { message: error.message, stack: error.stack ?? '' }
    : { message: String(error), stack: '' };
}
