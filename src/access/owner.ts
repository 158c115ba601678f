import { join } from 'node:path';
import type { RowBatch } from '../core/backend.ts';
import { CannotRunError, ClassifiedError } from '../core/errors.ts';
import type { HostPlan } from '../core/protocol.ts';
import { actorsOf, closeOrTell, connectAlone, type Access, type WorkConnection } from './access.ts';
import { perform, type Address, type Call, type Client, type OnPage } from './rpc/call.ts';

/** sockaddr_un has room for so many bytes on Linux (107) and macOS (103). */
const SOCKET_PATH_BYTES = 103;

/**
 * The production rule: one owner process holds the path, everybody else is a client over RPC, and the database calls run
 * one after the other. Both drivers are asynchronous with native threads of their own, so the serial executor is a queue
 * in the owner's one JavaScript thread: a thread of its own only adds a hop (bench: owner).
 */
export const owner: Access = {
  name: 'owner',
  summary: 'one owner process, its calls in a serial queue; everybody else is a client over RPC',
  plan(options, { path, directory, secret }) {
    const actors = actorsOf(options);
    const access = {
      rpc: options.rpc,
      listen: options.listen,
      socket: join(directory, 'owner.sock'),
      portFile: join(directory, 'owner.port'),
      token: secret,
    };
    if (options.listen === 'unix' && Buffer.byteLength(access.socket) > SOCKET_PATH_BYTES) {
      throw new CannotRunError(
        `the socket path ${access.socket} is longer than ${SOCKET_PATH_BYTES} bytes: ` +
          'set TMPDIR to a shorter directory, or use --listen tcp.',
      );
    }
    return {
      hosts: [
        { kind: 'process', path, actors: [{ name: 'owner', role: 'owner', index: 0 }], access },
        ...actors.map((actor): HostPlan => ({ kind: 'process', path, actors: [actor], access })),
      ],
      copies: [{ path, actors: actors.map(({ name }) => name) }],
    };
  },
  async connect(host) {
    const client = await connectTo(addressOf(host.plan), host.plan);
    return overRpc(client);
  },
  async serve(host) {
    const connection = await connectAlone(host, 'writer');
    const { boundedHandler } = await import('./rpc/serial.ts');
    const executor = boundedHandler(
      async (call, onPage) => perform(connection, call, onPage),
      (error) => host.backend.classify(error),
    );
    const address = addressOf(host.plan);
    const onStranger = (): void => host.onStranger();
    const listening =
      host.plan.access!['rpc'] === 'ws'
        ? import('./rpc/ws.ts').then(({ serveWs }) => serveWs(address, executor.handle, onStranger))
        : import('./rpc/http-json.ts').then(({ serveHttpJson }) =>
            serveHttpJson(address, executor.handle, onStranger),
          );
    const server = await listening.catch(async (error: unknown) => {
      await closeOrTell(host, connection);
      throw error;
    });
    return {
      async close() {
        await closeOrTell(host, server);
        await executor.idle();
        await connection.close();
      },
    };
  },
};

function addressOf(plan: HostPlan): Address {
  const { listen, socket, portFile, token } = plan.access as Record<string, string>;
  return {
    listen: listen === 'tcp' ? 'tcp' : 'unix',
    socket: socket!,
    portFile: portFile!,
    token: token!,
  };
}

async function connectTo(address: Address, plan: HostPlan): Promise<Client> {
  return plan.access!['rpc'] === 'ws'
    ? (await import('./rpc/ws.ts')).connectWs(address)
    : (await import('./rpc/http-json.ts')).connectHttpJson(address);
}

/** A connection whose every operation is a call to the owner. */
function overRpc(client: Client): WorkConnection {
  const call = async <T>(message: Call, onPage: OnPage = noPage): Promise<T> => {
    const reply = await client.call(message, onPage);
    if ('value' in reply) return reply.value as T;
    const { message: text, ...classified } = reply.error;
    throw new ClassifiedError(text, classified);
  };
  return {
    search: async (vector, k) => call({ method: 'search', args: [vector, k] }),
    async *poll(intervals) {
      // Pages pass through a stream of one: the owner waits until each is taken.
      const { readable, writable } = new TransformStream<RowBatch, RowBatch>();
      const writer = writable.getWriter();
      const answered = (async () => {
        try {
          const asked: Call = { method: 'poll', args: [[...intervals]] };
          const last = await call<RowBatch | null>(asked, (page) => writer.write(page));
          if (last !== null) await writer.write(last);
          await writer.close();
        } catch (error) {
          await writer.abort(error);
        }
      })();
      yield* readable;
      await answered;
    },
    point: async (ids) => call({ method: 'point', args: [ids] }),
    files: async (ids) => call({ method: 'files', args: [ids] }),
    insert: async (batch) => call({ method: 'insert', args: [batch] }),
    upsert: async (batch) => call({ method: 'upsert', args: [batch] }),
    reembed: async (chunks) => call({ method: 'reembed', args: [chunks] }),
    increment: async (mode) => call({ method: 'increment', args: [mode] }),
    close: async () => client.close(),
  };
}

function noPage(): void {
  throw new Error('pages come for polls only');
}
