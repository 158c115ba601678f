import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Packr } from 'msgpackr';
import { WebSocket, WebSocketServer } from 'ws';
import type { RowBatch } from '../../core/backend.ts';
import { ClassifiedError } from '../../core/errors.ts';
import {
  failed,
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
import { Door } from './door.ts';
import { MESSAGE_LIMIT_BYTES, tooLarge } from './message-limit.ts';

/** WebSocket + MessagePack: measured as the least code at 50 µs a call unloaded. */

/** What a client sends: a call, or whether it has taken the page that it was sent. `id` is the call's. */
type ToOwner = { id: number; call: Call } | { id: number; taken: boolean };
/** What comes back: pages, one after the other, and the reply. */
type ToClient = { id: number; page: RowBatch } | { id: number; reply: Reply };

const SETTINGS = { perMessageDeflate: false, maxPayload: MESSAGE_LIMIT_BYTES };
const packr = new Packr({ useRecords: false, moreTypes: true });

/** Throws where the message is larger than one may be, or the other side is gone: then nothing was sent. */
function post(socket: WebSocket, message: ToOwner | ToClient): void {
  const columns = columnBytes(message);
  if (columns > MESSAGE_LIMIT_BYTES) throw tooLarge(columns);
  const packed = packr.pack(message);
  if (packed.byteLength > MESSAGE_LIMIT_BYTES) throw tooLarge(packed.byteLength);
  if (!isOpen(socket)) throw ownerGone(false, new Error('the connection is closed'));
  socket.send(packed);
}

function isOpen({ readyState }: WebSocket): boolean {
  return readyState === WebSocket.OPEN;
}

/** Of all typed arrays in a message, which are nearly all of it: known before anything is copied. */
function columnBytes(part: unknown): number {
  if (ArrayBuffer.isView(part)) return part.byteLength;
  if (typeof part !== 'object' || part === null) return 0;
  return Object.values(part).reduce((sum: number, inner) => sum + columnBytes(inner), 0);
}

/** Hands on each message; one that makes no sense, or is too large, ends the connection and nothing else. */
function receive<Message>(socket: WebSocket, obey: (message: Message) => void): void {
  socket.on('error', () => socket.terminate());
  socket.on('message', (data: Buffer) => {
    try {
      obey(packr.unpack(data) as Message);
    } catch {
      socket.terminate();
    }
  });
}

export async function serveWs(
  address: Address,
  handle: Handler,
  onStranger: () => void,
): Promise<Server> {
  const door = new Door(address, onStranger);
  const sockets = new WebSocketServer({ noServer: true, ...SETTINGS });
  door.http.on('request', (_, response) => {
    response.writeHead(426, { connection: 'close' }).end();
  });
  door.http.on('upgrade', (request, stream, head) => {
    if (door.admits(request)) {
      sockets.handleUpgrade(request, stream, head, (socket) => serveLine(socket, handle));
      return;
    }
    stream.write('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
    request.socket.destroySoon();
  });
  await door.open();
  return { close: async () => door.close() };
}

/** One client's calls, in the order in which the handler ends them. */
function serveLine(socket: WebSocket, handle: Handler): void {
  /** By call: what waits for its last page to be taken. */
  const waiting = new Map<number, { taken: () => void; refused: (error: Error) => void }>();

  const answer = async (id: number, call: Call): Promise<void> => {
    const onPage = async (page: RowBatch): Promise<void> => {
      post(socket, { id, page });
      await new Promise<void>((taken, refused) => waiting.set(id, { taken, refused }));
    };
    const reply = await handle(call, onPage);
    try {
      post(socket, { id, reply });
    } catch (error) {
      if (!(error instanceof ClassifiedError)) throw error;
      post(socket, { id, reply: failed(error, error.classified) });
    }
  };
  receive<ToOwner>(socket, (message) => {
    if ('call' in message) {
      // Nobody is there to be answered.
      answer(message.id, message.call).catch(() => socket.terminate());
      return;
    }
    const page = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.taken) page?.taken();
    else page?.refused(new Error('the client takes no more pages'));
  });
  socket.on('close', () => {
    for (const { refused } of waiting.values()) refused(new Error('the client is gone'));
  });
}

export function connectWs(address: Address): Client {
  let line: Promise<Line> | undefined;
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
      return open.call(call, onPage);
    },
    async close() {
      (await line?.catch(() => undefined))?.close();
    },
  };
}

interface Line {
  call(call: Call, onPage: OnPage): Promise<Reply>;
  close(): void;
}

/** A call that waits for its reply. */
interface Asked {
  onPage: OnPage;
  answered: (reply: Reply) => void;
  fail: (error: unknown) => void;
}

/** Whether the page was taken; if not, its call has failed. */
async function take({ onPage, fail }: Asked, page: RowBatch): Promise<boolean> {
  try {
    await onPage(page);
    return true;
  } catch (error) {
    fail(error);
    return false;
  }
}

async function openLine(address: Address, onClose: () => void): Promise<Line> {
  const url =
    address.listen === 'unix'
      ? `ws+unix:${address.socket}:/`
      : `ws://${LOOPBACK}:${readFileSync(address.portFile, 'utf8')}/`;
  const headers = { authorization: `Bearer ${address.token}` };
  const socket = new WebSocket(url, { ...SETTINGS, headers });
  await once(socket, 'open');
  const asked = new Map<number, Asked>();
  let nextId = 0;
  receive<ToClient>(socket, (message) => {
    const { id } = message;
    const call = asked.get(id);
    if (call === undefined) return;
    if ('reply' in message) return call.answered(message.reply);
    void take(call, message.page).then((taken) => {
      if (isOpen(socket)) post(socket, { id, taken });
    });
  });
  socket.on('close', () => {
    onClose();
    const gone = ownerGone(true, new Error('the connection to the owner closed'));
    for (const call of asked.values()) call.fail(gone);
  });
  return {
    async call(call, onPage) {
      const id = nextId++;
      const reply = new Promise<Reply>((answered, fail) => {
        asked.set(id, { onPage, answered, fail });
      });
      try {
        post(socket, { id, call });
        return await reply;
      } finally {
        asked.delete(id);
      }
    },
    close: () => socket.terminate(),
  };
}
