/** Connections of those who have no business with an owner: what a port scan, a wrong client or an attacker sends. */
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { join } from 'node:path';
import { Random } from '../../src/core/random.ts';

/** So many are under way at once. */
const AT_ONCE = 64;
/** A stranger that waits for an answer goes after this time. */
const PATIENCE_MS = 200;
const UPGRADE = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
const KEY = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const WRONG = 'Authorization: Bearer 0000\r\n';

/** Where the owner of the only run in this folder of temporary files listens. */
export function ownerIn(tmp: string, listen: 'tcp' | 'unix'): NetConnectOpts {
  const [run] = readdirSync(tmp).filter((name) => name.startsWith('probe-run-'));
  const directory = join(tmp, run!);
  if (listen === 'unix') return { path: join(directory, 'owner.sock') };
  return { host: '127.0.0.1', port: Number(readFileSync(join(directory, 'owner.port'), 'utf8')) };
}

/** What a stranger sends; those that stay are connected until somebody else ends it. */
interface Stranger {
  sends: Buffer | string;
  then: 'reset' | 'end' | 'wait' | 'stay';
}

/**
 * So many strangers come, one kind after the other by chance, until the owner has taken notice of all: those that stay, and
 * how many got through to it (a full queue lets nobody in).
 */
export async function visit(
  address: NetConnectOpts,
  count: number,
  seed: number,
): Promise<{ staying: Socket[]; came: number }> {
  const random = new Random(seed, count);
  const staying: Socket[] = [];
  let came = 0;
  let left = count;
  const come = async (): Promise<void> => {
    while (left-- > 0) {
      const { sends, then } = strangerOf(random);
      const { socket, closed, connected } = await arrive(address);
      if (connected) came++;
      if (sends.length > 0) socket.write(sends);
      if (then === 'stay') staying.push(socket);
      else await leave(socket, then, closed);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, come));
  // The queue is served in order: who is answered was the last.
  for (let answered = false; !answered;) {
    const { socket, closed, connected } = await arrive(address);
    socket.write('?\r\n\r\n');
    await closed;
    if (connected) came++;
    answered = connected;
  }
  return { staying, came };
}

interface Arrival {
  socket: Socket;
  closed: Promise<unknown>;
  connected: boolean;
}

async function arrive(address: NetConnectOpts): Promise<Arrival> {
  const socket = connect(address);
  // It expects nothing better.
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', () => resolve(false)));
  const opened = new Promise((resolve) => socket.once('connect', () => resolve(true)));
  const connected = (await Promise.race([opened, closed])) === true;
  socket.resume();
  return { socket, closed, connected };
}

async function leave(
  socket: Socket,
  how: Exclude<Stranger['then'], 'stay'>,
  closed: Promise<unknown>,
): Promise<void> {
  if (how === 'wait') {
    const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
    await closed;
    clearTimeout(timer);
  } else if (how === 'reset' && 'resetAndDestroy' in socket && socket.remotePort !== undefined) {
    socket.resetAndDestroy();
  } else {
    socket.end();
    socket.destroySoon();
  }
}

function strangerOf(random: Random): Stranger {
  const one = <T>(all: readonly T[]): T => all[Math.floor(random.fraction() * all.length)]!;
  const bytes = Buffer.from(
    Array.from({ length: Math.floor(random.fraction() * 300) }, () => random.fraction() * 256),
  );
  const frame = Buffer.from([0x82, 0x85, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const endings = ['reset', 'end', 'wait', 'reset', 'end', 'wait', 'stay'] as const;
  const sends = one<Buffer | string>([
    '',
    bytes,
    'POST / HT',
    'POST / HTTP/1.1\r\nHost: x\r\n',
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000\r\n${WRONG}\r\n{"method":`,
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20),
    'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n',
    `${UPGRADE}${KEY}\r\n`,
    `${UPGRADE}\r\n`,
    `${UPGRADE}${KEY}${WRONG}\r\n`,
    Buffer.concat([Buffer.from(`${UPGRADE}${KEY}${WRONG}\r\n`), frame, bytes]),
    frame,
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(80_000)}`,
    'GET / HTTP/1.1\r\n' + 'X: y\r\n'.repeat(4000),
  ]);
  return { sends, then: one(endings) };
}
