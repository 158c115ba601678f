/** The two transports by themselves: real sockets, a handler of the test's. */
import { once } from 'node:events';
import { writeFileSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Address, Call, Client, Handler, Server } from '../../src/access/rpc/call.ts';
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
  onIntruder = noPage,
): Promise<Server> {
  const server = await serve(address, handle, onIntruder);
  onTestFinished(async () => server.close().catch(noPage));
  return server;
}

describe.each(transports)('%s', (_, serve, connect) => {
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

  it('refuses and counts a wrong token, and never serves it', async () => {
    const address = await addressIn('tcp');
    let served1 = 0;
    let intruders = 0;
    const handle: Handler = async () => ({ value: ++served1 });
    await served(serve, address, handle, () => void intruders++);
    const intruder = connect({ ...address, token: 'wrong' });
    await expect(intruder.call(search, noPage)).rejects.toThrow(/401/);
    expect({ served1, intruders }).toEqual({ served1: 0, intruders: 1 });
    const friend = connect(address);
    expect(await friend.call(search, noPage)).toEqual({ value: 1 });
    await friend.close();
    await intruder.close();
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

it('http-json survives a client that sends nonsense', async () => {
  const address = await addressIn('unix');
  await served(serveHttpJson, address, async () => ({ value: 1 }));
  const nonsense = request({ socketPath: address.socket, method: 'POST' });
  nonsense.end('{');
  await once(nonsense, 'error');
  const client = connectHttpJson(address);
  expect(await client.call(search, noPage)).toEqual({ value: 1 });
  await client.close();
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
