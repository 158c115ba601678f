import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createBirpc } from 'birpc';
import { Packr } from 'msgpackr';
import { WebSocket, WebSocketServer } from 'ws';
import type { RowBatch } from '../../core/backend.ts';
import { listenAt } from './listen.ts';
import {
  LOOPBACK,
  ownerGone,
  type Address,
  type Call,
  type Client,
  type Handler,
  type OnPage,
  type Reply,
  type Server,
} from './call.ts';

/** WebSocket + birpc + MessagePack: measured as the least code at 50 µs a call unloaded (facts). */

interface OwnerFunctions {
  call(call: Call, id: number): Promise<Reply>;
}
interface ClientFunctions {
  page(id: number, page: RowBatch): Promise<void>;
}

const packr = new Packr({ useRecords: false, moreTypes: true });
/** Beyond any operation's own limit: the coordinator kills who hangs. */
const RPC_TIMEOUT_MS = 2 ** 31 - 1;

const wire = (socket: WebSocket) => ({
  post: (data: Buffer) => socket.send(data),
  on: (receive: (data: Buffer) => void) => void socket.on('message', receive),
  serialize: (message: unknown) => packr.pack(message),
  deserialize: (data: Buffer) => packr.unpack(data) as unknown,
  timeout: RPC_TIMEOUT_MS,
});

export async function serveWs(
  address: Address,
  handle: Handler,
  onIntruder: () => void,
): Promise<Server> {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  http.on('upgrade', (request, stream, head) => {
    if (!authorized(request, address)) {
      onIntruder();
      stream.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const functions: OwnerFunctions = {
        call: async (call, id) => handle(call, async (page) => rpc.page(id, page)),
      };
      const rpc = createBirpc<ClientFunctions, OwnerFunctions>(functions, wire(socket));
      socket.on('close', () => rpc.$close(new Error('the client is gone')));
      socket.on('error', () => socket.terminate());
    });
  });
  await listenAt(http, address);
  return {
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      const closed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };
}

/** On a Unix socket in a private directory who can connect is known; on TCP only the token tells. */
export function authorized(request: IncomingMessage, address: Address): boolean {
  if (address.listen === 'unix') return true;
  const given = Buffer.from(request.headers.authorization ?? '');
  const right = Buffer.from(`Bearer ${address.token}`);
  return given.length === right.length && timingSafeEqual(given, right);
}

export function connectWs(address: Address): Client {
  let line: Promise<Line> | undefined;
  let nextId = 0;
  return {
    async call(call, onPage) {
      line ??= openLine(address, () => (line = undefined));
      let open: Line;
      try {
        open = await line;
      } catch (error) {
        line = undefined;
        throw ownerGone(false, error);
      }
      const id = nextId++;
      open.pages.set(id, onPage);
      try {
        return await open.rpc.call(call, id);
      } catch (error) {
        throw ownerGone(true, error);
      } finally {
        open.pages.delete(id);
      }
    },
    async close() {
      (await line?.catch(() => undefined))?.socket.terminate();
    },
  };
}

interface Line {
  socket: WebSocket;
  rpc: { call(call: Call, id: number): Promise<Reply> };
  pages: Map<number, OnPage>;
}

async function openLine(address: Address, onClose: () => void): Promise<Line> {
  const url =
    address.listen === 'unix'
      ? `ws+unix:${address.socket}:/`
      : `ws://${LOOPBACK}:${readFileSync(address.portFile, 'utf8')}/`;
  const headers = { authorization: `Bearer ${address.token}` };
  const socket = new WebSocket(url, { perMessageDeflate: false, headers });
  await once(socket, 'open');
  const pages = new Map<number, OnPage>();
  const rpc = createBirpc<OwnerFunctions, ClientFunctions>(
    { page: async (id, page) => pages.get(id)?.(page) },
    wire(socket),
  );
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    onClose();
    // Without it a pending call would wait for its timeout.
    rpc.$close(new Error('the connection to the owner closed'));
  });
  return { socket, rpc, pages };
}
