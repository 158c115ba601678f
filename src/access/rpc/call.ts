import type { IdInterval, RowBatch, WriteBatch } from '../../core/backend.ts';
import type { ChunkColumns } from '../../core/dataset.ts';
import { ClassifiedError, messageOf, type Classified } from '../../core/errors.ts';
import type { WorkConnection } from '../access.ts';

/** What a client asks the owner for: the methods of a connection, `poll` answered in pages. */
export type Call =
  | { method: 'search'; args: [vector: Float32Array, k: number] }
  | { method: 'poll'; args: [intervals: IdInterval[]] }
  | { method: 'point' | 'files'; args: [ids: Float64Array] }
  | { method: 'insert' | 'upsert'; args: [batch: WriteBatch] }
  | { method: 'reembed'; args: [chunks: ChunkColumns] }
  | { method: 'increment'; args: [mode: 'sql' | 'rmw'] };

/** The answer: errors cross as data, already classified by the owner's backend. */
export type Reply = { value: unknown } | { error: Classified & { message: string } };

/** Takes one page of a poll; the owner waits for it, so that a slow client bounds the memory. */
export type OnPage = (page: RowBatch) => Promise<void> | void;

/** Serves one call. */
export type Handler = (call: Call, onPage: OnPage) => Promise<Reply>;

/** The client's line to the owner; it connects again when it has to. */
export interface Client {
  call(call: Call, onPage: OnPage): Promise<Reply>;
  close(): Promise<void>;
}

export interface Server {
  close(): Promise<void>;
}

/** Where the owner listens: a Unix socket, or a loopback port named in a file of the run's private directory. */
export interface Address {
  listen: 'unix' | 'tcp';
  socket: string;
  portFile: string;
  token: string;
}

/** The loopback address: nothing listens on anything else. */
export const LOOPBACK = '127.0.0.1';

export async function perform(
  connection: WorkConnection,
  call: Call,
  onPage: OnPage,
): Promise<unknown> {
  switch (call.method) {
    case 'search':
      return connection.search(...call.args);
    case 'poll': {
      // The last page goes with the answer: most polls have one, and need one message.
      let page: RowBatch | undefined;
      for await (const next of connection.poll(...call.args)) {
        if (page !== undefined) await onPage(page);
        page = next;
      }
      // JSON has no undefined: a poll without rows answers null.
      return page ?? null;
    }
    case 'point':
      return connection.point(...call.args);
    case 'files':
      return connection.files(...call.args);
    case 'insert':
      return connection.insert(...call.args);
    case 'upsert':
      return connection.upsert(...call.args);
    case 'reembed':
      return connection.reembed(...call.args);
    case 'increment':
      return connection.increment(...call.args);
  }
}

/** An error as the answer to a call. */
export function failed(error: unknown, classified: Classified): Reply {
  return { error: { ...classified, message: messageOf(error) } };
}

/**
 * The owner is not there, or went away. `sent`: the call may have reached it, so nobody knows what became of it. What knows
 * better what it is stays as it is.
 */
export function ownerGone(sent: boolean, error: unknown): ClassifiedError {
  if (error instanceof ClassifiedError) return error;
  return new ClassifiedError(`the owner is gone: ${messageOf(error)}`, {
    class: 'owner.gone',
    outcome: sent ? 'info' : 'fail',
  });
}
