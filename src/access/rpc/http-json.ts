import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import type { RowBatch } from '../../core/backend.ts';
import { listenAt } from './listen.ts';
import { authorized } from './ws.ts';
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

/** HTTP + JSON: what most applications write. Each line of an answer is a page; the last is the reply. */

export async function serveHttpJson(
  address: Address,
  handle: Handler,
  onIntruder: () => void,
): Promise<Server> {
  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!authorized(message, address)) {
      onIntruder();
      response.writeHead(401).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const call = decode(Buffer.concat(chunks).toString()) as Call;
    const onPage: OnPage = async (page) => {
      if (!response.write(`${encode({ page })}\n`)) await once(response, 'drain');
    };
    response.end(`${encode(await handle(call, onPage))}\n`);
  };
  const http = createServer((message, response) => {
    // The client is gone or sent nonsense: there is nobody to answer.
    serve(message, response).catch(() => response.destroy());
  });
  await listenAt(http, address);
  return {
    async close() {
      const closed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };
}

export function connectHttpJson(address: Address): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    async call(call, onPage) {
      let sent = false;
      try {
        const target =
          address.listen === 'unix'
            ? { socketPath: address.socket }
            : { host: LOOPBACK, port: Number(readFileSync(address.portFile, 'utf8')) };
        const headers = {
          authorization: `Bearer ${address.token}`,
          'content-type': 'application/json',
        };
        const outgoing = request({ ...target, agent, method: 'POST', path: '/', headers });
        outgoing.on('socket', (socket) => {
          if (!socket.connecting) sent = true;
          else socket.once('connect', () => (sent = true));
        });
        outgoing.end(encode(call));
        const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
        if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}`);
        return await readReply(response, onPage);
      } catch (error) {
        throw ownerGone(sent, error);
      }
    },
    async close() {
      agent.destroy();
    },
  };
}

async function readReply(response: IncomingMessage, onPage: OnPage): Promise<Reply> {
  for await (const line of createInterface({ input: response })) {
    const message = decode(line) as { page: RowBatch } | Reply;
    if (!('page' in message)) return message;
    await onPage(message.page);
  }
  throw new Error('the answer ended early');
}

const VIEWS = { Float32Array, Float64Array, Int32Array } as const;

/** JSON with typed arrays as `{ "Float32Array": [...] }` and Infinity, which JSON lacks, as a string. */
function encode(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (ArrayBuffer.isView(part)) {
      return { [part.constructor.name]: Array.from(part as Float64Array) };
    }
    return part === Infinity ? 'Infinity' : part;
  });
}

function decode(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) => {
    if (part === 'Infinity') return Infinity;
    if (typeof part !== 'object' || part === null) return part;
    for (const [name, View] of Object.entries(VIEWS)) {
      if (name in part) return View.from((part as Record<string, number[]>)[name]!);
    }
    return part;
  });
}
