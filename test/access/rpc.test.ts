/** The two transports by themselves: real sockets, a handler of the test's. */
import { once } from 'node:events';
import { writeFileSync, readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Address, Call, Client, Handler, Server } from '../../src/access/rpc/call.ts';
import { MESSAGE_LIMIT_BYTES } from '../../src/access/rpc/message-limit.ts';
import { connectHttpJson, serveHttpJson } from '../../src/access/rpc/http-json.ts';
import { connectWs, serveWs } from '../../src/access/rpc/ws.ts';
import { boundedHandler, QUEUE_LIMIT } from '../../src/access/rpc/serial.ts';
import type { RowBatch } from '../../src/core/backend.ts';
import { ClassifiedError } from '../../src/core/errors.ts';
import { temporaryDirectory } from '../support/run.ts';

const transports: [string, typeof serveWs, (address: Address) => Client][] = [
  ['ws', serveWs, connectWs],
  ['http-json', serveHttpJson, connectHttpJson],
];

const search: Call = { method: 'search', args: [new Float32Array([0.1, -2.5e-7]), 3] };
const poll: Call = { method: 'poll', args: [[{ after: 7, before: Infinity }]] };
const noPage = (): void => undefined;

async function addressIn(listen: Address['listen']): Promise<Address> {
  const directory = await temporaryDirectory();
  const socket = join(directory, 's');
  return { listen, socket, portFile: join(directory, 'p'), token: 'right' };
}

async function served(
  serve: typeof serveWs,
  address: Address,
  handle: Handler,
  onStranger = noPage,
): Promise<Server> {
  const server = await serve(address, handle, onStranger);
  onTestFinished(async () => server.close().catch(noPage));
  return server;
}

describe.each(transports)('%s', (rpc, serve, connect) => {
  it('carries typed arrays and Infinity exactly, both ways', async () => {
    const address = await addressIn('unix');
    const seen: Call[] = [];
    const value = { ids: new Float64Array([2 ** 40 + 1]), embeddings: new Float32Array([0.1]) };
    await served(serve, address, async (call) => {
      seen.push(call);
      return { value };
    });
    const client = connect(address);
    expect(await client.call(search, noPage)).toEqual({ value });
    expect(await client.call(poll, noPage)).toEqual({ value });
    expect(seen).toEqual([search, poll]);
    await client.close();
  });

  it('hands out the pages of a poll in order to a client that takes its time', async () => {
    const address = await addressIn('unix');
    const page = (id: number): RowBatch => ({
      count: 1,
      ids: new Float64Array([id]),
      batches: new Float64Array([1]),
      checksums: new Float64Array([0]),
      embeddings: new Float32Array(4),
    });
    await served(serve, address, async (_call, onPage) => {
      for (let id = 0; id < 20; id++) await onPage(page(id));
      return { value: page(20) };
    });
    const taken: number[] = [];
    const client = connect(address);
    const reply = await client.call(poll, async (next) => {
      await sleep(1);
      taken.push(next.ids[0]!);
    });
    expect(taken).toEqual(Array.from({ length: 20 }, (__, id) => id));
    expect(reply).toEqual({ value: page(20) });
    await client.close();
  });

  it('replaces a stale socket file', async () => {
    const address = await addressIn('unix');
    writeFileSync(address.socket, 'left by an owner that was killed');
    await served(serve, address, async () => ({ value: 1 }));
    const client = connect(address);
    expect(await client.call(search, noPage)).toEqual({ value: 1 });
    await client.close();
  });

  it.each(['tcp', 'unix'] as const)(
    'turns away and counts a wrong token over %s, and never serves it',
    async (listen) => {
      const address = await addressIn(listen);
      let calls = 0;
      let strangers = 0;
      const handle: Handler = async () => ({ value: ++calls });
      const server = await served(serve, address, handle, () => void strangers++);
      const stranger = connect({ ...address, token: 'wrong' });
      await expect(stranger.call(search, noPage)).rejects.toThrow(/401/);
      expect(calls).toBe(0);
      const friend = connect(address);
      expect(await friend.call(search, noPage)).toEqual({ value: 1 });
      await friend.close();
      await stranger.close();
      await server.close();
      expect(strangers).toBe(1);
    },
  );

  it(
    'says the limit of a message that is too large, each way, and goes on',
    { timeout: 300_000 },
    async () => {
      const address = await addressIn('unix');
      const large =
        rpc === 'ws'
          ? new Float64Array(MESSAGE_LIMIT_BYTES / 8 + 1)
          : 'x'.repeat(MESSAGE_LIMIT_BYTES);
      let calls = 0;
      await served(serve, address, async () => ({ value: ++calls === 1 ? large : calls }));
      const client = connect(address);
      const ask = { method: 'files', args: [large] } as unknown as Call;
      const refused = await client.call(ask, noPage).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(ClassifiedError);
      const { classified, message } = refused as ClassifiedError;
      expect(classified).toEqual({ class: 'message.too_large', outcome: 'fail' });
      expect(message).toContain('256 MiB');
      expect(calls).toBe(0);
      expect(await client.call(search, noPage)).toMatchObject({
        error: { class: 'message.too_large', outcome: 'fail' },
      });
      expect(await client.call(search, noPage)).toEqual({ value: 2 });
      await client.close();
    },
  );

  it('sends no further page to a client that is gone: the calls of others wait for it', async () => {
    const address = await addressIn('unix');
    const page: RowBatch = {
      ...{ count: 1, ids: new Float64Array(1), batches: new Float64Array(1) },
      ...{ checksums: new Float64Array(1), embeddings: new Float32Array(2 ** 20) },
    };
    let onEnd: (error: unknown) => void = noPage;
    const ended = new Promise((resolve) => (onEnd = resolve));
    await served(serve, address, async (_call, onPage) => {
      const pages = (async () => {
        for (;;) await onPage(page);
      })();
      await pages.catch(onEnd);
      return { value: null };
    });
    const client = connect(address);
    let onFirst: () => void = noPage;
    const isTaken = new Promise<void>((resolve) => (onFirst = resolve));
    const call = client.call(poll, async () => {
      onFirst();
      return new Promise<void>(noPage);
    });
    call.catch(noPage);
    await isTaken;
    await client.close();
    expect(await ended).toBeInstanceOf(Error);
  });

  it('listens on the loopback address only', async () => {
    const address = await addressIn('tcp');
    await served(serve, address, async () => ({ value: 1 }));
    const port = Number(readFileSync(address.portFile, 'utf8'));
    const listening = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/)[1] ?? '')
      .filter((local) => Number.parseInt(local.split(':')[1] ?? '', 16) === port);
    expect(listening.length).toBeGreaterThan(0);
    expect(new Set(listening.map((local) => local.split(':')[0]))).toEqual(new Set(['0100007F']));
  });

  it('fails a call at once when the owner goes away, and serves again when it is back', async () => {
    const address = await addressIn('unix');
    let called: () => void = noPage;
    const isCalled = new Promise<void>((resolve) => (called = resolve));
    const server = await served(serve, address, async () => {
      called();
      await sleep(60_000, undefined, { ref: false });
      return { value: 0 };
    });
    const client = connect(address);
    const pending = client.call(search, noPage).catch((error: unknown) => error);
    await isCalled;
    await server.close();
    const gone = await pending;
    expect(gone).toBeInstanceOf(ClassifiedError);
    expect((gone as ClassifiedError).classified).toEqual({ class: 'owner.gone', outcome: 'info' });
    const refused = await client.call(search, noPage).catch((error: unknown) => error);
    expect((refused as ClassifiedError).classified).toEqual({
      class: 'owner.gone',
      outcome: 'fail',
    });
    await served(serve, address, async () => ({ value: 'back' }));
    expect(await client.call(search, noPage)).toEqual({ value: 'back' });
    await client.close();
  });
});

it('an owner that is reset in the middle of its answer fails the call over http-json, and no more', async () => {
  const address = await addressIn('tcp');
  let reset = noPage;
  const owner = createServer((asked, answer) => {
    asked.resume();
    reset = () => void answer.socket!.resetAndDestroy();
    answer.write('{"page":{}}\n{');
  });
  onTestFinished(() => void owner.close());
  owner.listen(0, '127.0.0.1');
  await once(owner, 'listening');
  writeFileSync(address.portFile, String((owner.address() as AddressInfo).port));
  const client = connectHttpJson(address);
  const gone = await client.call(poll, () => reset()).catch((error: unknown) => error);
  expect((gone as ClassifiedError).classified).toEqual({ class: 'owner.gone', outcome: 'info' });
  await client.close();
});

describe('a client that has the token and sends nonsense ends its own connection only', () => {
  const authorization = 'Bearer right';
  const tooMuch = Buffer.alloc(MESSAGE_LIMIT_BYTES + 1, 'x');

  it.each<[string, string | Buffer]>([
    ['half a message', '{'],
    ['nothing', ''],
    ['two messages', '{}\n{}\n'],
    ['more than a message may have', tooMuch],
  ])('over http-json: %s', async (_, body) => {
    const address = await addressIn('unix');
    await served(serveHttpJson, address, async () => ({ value: 1 }));
    const headers = { authorization };
    const nonsense = request({ socketPath: address.socket, method: 'POST', headers });
    nonsense.end(body);
    await once(nonsense, 'error');
    const client = connectHttpJson(address);
    expect(await client.call(search, noPage)).toEqual({ value: 1 });
    await client.close();
  });

  it.each<[string, string | Buffer]>([
    ['text', 'hello'],
    ['bytes that are no message', Buffer.from([0xc1, 0xff, 0x93])],
    ['null', Buffer.from([0xc0])],
    ['more than a message may have', tooMuch],
  ])('over ws: %s', async (_, message) => {
    const address = await addressIn('unix');
    await served(serveWs, address, async () => ({ value: 1 }));
    const nonsense = new WebSocket(`ws+unix:${address.socket}:/`, { headers: { authorization } });
    nonsense.on('error', noPage);
    await once(nonsense, 'open');
    nonsense.send(message);
    await once(nonsense, 'close');
    const client = connectWs(address);
    expect(await client.call(search, noPage)).toEqual({ value: 1 });
    await client.close();
  });
});

it('the owner runs one call at a time, and refuses one more than may wait', async () => {
  let running = 0;
  let most = 0;
  const handler = boundedHandler(
    async () => {
      most = Math.max(most, ++running);
      await sleep(1);
      running--;
      return 'done';
    },
    () => ({ class: 'unclassified', outcome: 'info' }),
  );
  const calls = Array.from({ length: QUEUE_LIMIT + 5 }, async () => handler.handle(search, noPage));
  const replies = await Promise.all(calls);
  expect(most).toBe(1);
  const refused = replies.filter((reply) => 'error' in reply);
  expect(refused).toHaveLength(4);
  expect(refused[0]).toMatchObject({ error: { class: 'queue.full', outcome: 'fail' } });
});
