/** Connections without the run's token: whatever they send, the owner goes on and only counts them. */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Address, Call } from '../../src/access/rpc/call.ts';
import { STRANGERS_LIMIT } from '../../src/access/rpc/door.ts';
import { connectHttpJson, serveHttpJson } from '../../src/access/rpc/http-json.ts';
import { connectWs, serveWs } from '../../src/access/rpc/ws.ts';
import { temporaryDirectory } from '../support/run.ts';
import { DOORS, visitedRun } from '../support/visited-run.ts';

const search: Call = { method: 'search', args: [new Float32Array([1]), 3] };
const noPage = (): void => undefined;

/** However it was closed. */
const closed = async (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.resume().once('close', () => resolve()));

describe.each(DOORS)('an owner over %s and %s', (...door) => {
  const [rpc, listen] = door;
  const serve = rpc === 'ws' ? serveWs : serveHttpJson;
  const connect = rpc === 'ws' ? connectWs : connectHttpJson;

  async function opened(handle = async () => ({ value: 1 }) as const) {
    const directory = await temporaryDirectory();
    const [socket, portFile] = [join(directory, 's'), join(directory, 'p')];
    const address: Address = { listen, socket, portFile, token: 'right' };
    const seen = { strangers: 0 };
    const server = await serve(address, handle, () => void seen.strangers++);
    onTestFinished(async () => server.close().catch(noPage));
    const knock = async (): Promise<Socket> => {
      const stranger =
        listen === 'unix'
          ? createConnection(address.socket)
          : createConnection(Number(readFileSync(address.portFile, 'utf8')), '127.0.0.1');
      stranger.on('error', noPage);
      onTestFinished(() => void stranger.destroy());
      await once(stranger, 'connect');
      return stranger;
    };
    return { address, server, seen, knock };
  }

  it('closes although strangers stay connected, and counts each once', async () => {
    const { address, server, seen, knock } = await opened();
    const staying = await Promise.all(Array.from({ length: 5 }, knock));
    staying[0]!.write(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    staying[1]!.write('POST / HT');
    // It is let in after them.
    const client = connect(address);
    expect(await client.call(search, noPage)).toEqual({ value: 1 });
    await client.close();
    const gone = Promise.all(staying.map(closed));
    await server.close();
    await gone;
    expect(seen.strangers).toBe(5);
  });

  it('turns away the oldest of too many that say nothing, and serves its clients', async () => {
    const { address, seen, knock } = await opened();
    const first = await knock();
    const turnedAway = closed(first);
    for (let i = 0; i < STRANGERS_LIMIT; i++) await knock();
    await turnedAway;
    expect(seen.strangers).toBe(1);
    const client = connect(address);
    expect(await client.call(search, noPage)).toEqual({ value: 1 });
    await client.close();
  });

  it(
    'is not moved by a thousand strangers during a run: same verdict, no errors, all counted',
    { timeout: 120_000 },
    async () => expect((await visitedRun(door, 1000)).verdict).toBe('works'),
  );
});
