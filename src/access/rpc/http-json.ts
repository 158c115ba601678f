import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request, type IncomingMessage, type ServerResponse } from 'node:http';
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

/** HTTP + JSON: what most applications write. Each line of an answer is a page; the last is the reply. */

export async function serveHttpJson(
  address: Address,
  handle: Handler,
  onStranger: () => void,
): Promise<Server> {
  const door = new Door(address, onStranger);
  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!door.admits(message)) {
      response.writeHead(401, { connection: 'close' }).end();
      return;
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const call = decode(await readWhole(message)) as Call;
    const onPage: OnPage = async (page) => {
      gone.signal.throwIfAborted();
      if (response.write(encode({ page }))) return;
      // A client that is gone takes no more: the calls of the others wait behind this one.
      await once(response, 'drain', { signal: gone.signal });
    };
    response.end(encodeReply(await handle(call, onPage)));
  };
  door.http.on('request', (message, response) => {
    // The client is gone or sent nonsense: there is nobody to answer.
    serve(message, response).catch(() => response.destroy());
  });
  await door.open();
  return { close: async () => door.close() };
}

export function connectHttpJson(address: Address): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    async call(call, onPage) {
      let sent = false;
      try {
        const body = encode(call);
        const target =
          address.listen === 'unix'
            ? { socketPath: address.socket }
            : { host: LOOPBACK, port: Number(readFileSync(address.portFile, 'utf8')) };
        const headers = {
          authorization: `Bearer ${address.token}`,
          'content-type': 'application/json',
        };
        const outgoing = request({ ...target, agent, method: 'POST', path: '/', headers });
        // A reset may come after the answer has begun, too. Reading it then fails and says so; unheard, this would end
        // the process.
        outgoing.on('error', () => undefined);
        outgoing.on('socket', (socket) => {
          if (!socket.connecting) sent = true;
          else socket.once('connect', () => (sent = true));
        });
        outgoing.end(body);
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
  let reply: Reply | undefined;
  for await (const line of linesOf(response)) {
    const message = decode(line) as { page: RowBatch } | Reply;
    if ('page' in message) await onPage(message.page);
    else reply = message;
  }
  // To the end, for who leaves a stream early ends its connection.
  if (reply === undefined) throw new Error('the answer ended early');
  return reply;
}

async function readWhole(message: IncomingMessage): Promise<string> {
  const lines: string[] = [];
  for await (const line of linesOf(message)) {
    lines.push(line);
    if (lines.length > 1) throw new Error('the request has more than one line');
  }
  const [line] = lines;
  if (line === undefined) throw new Error('the request ended early');
  return line;
}

/** The lines of a message, none longer than it may be. */
async function* linesOf(message: IncomingMessage): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end; (end = chunk.indexOf('\n', from)) >= 0; from = end + 1) {
      parts.push(chunk.subarray(from, end));
      yield Buffer.concat(parts).toString();
      parts = [];
      bytes = 0;
    }
    const rest = chunk.subarray(from);
    bytes += rest.length;
    // What it was is not known, and what became of it: no more is said than that.
    if (bytes > MESSAGE_LIMIT_BYTES) throw new Error(tooLarge().message);
    parts.push(rest);
  }
}

const VIEWS = { Float32Array, Float64Array, Int32Array } as const;

function encodeReply(reply: Reply): string {
  try {
    return encode(reply);
  } catch (error) {
    if (!(error instanceof ClassifiedError)) throw error;
    return encode(failed(error, error.classified));
  }
}

/** One line, no longer than a message may be. */
function encode(message: Call | Reply | { page: RowBatch }): string {
  let line: string;
  try {
    line = `${stringify(message)}\n`;
  } catch (error) {
    // More than the longest string of V8.
    throw error instanceof RangeError ? tooLarge() : error;
  }
  const bytes = Buffer.byteLength(line);
  if (bytes > MESSAGE_LIMIT_BYTES) throw tooLarge(bytes);
  return line;
}

/** JSON with typed arrays as `{ "Float32Array": [...] }` and Infinity, which JSON lacks, as a string. */
function stringify(value: unknown): string {
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
