import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOOPBACK, type Address } from './call.ts';

/** Listens on the run's own socket, or on a free loopback port that it names in a file only this user can read. */
export async function listenAt(http: Server, address: Address): Promise<void> {
  if (address.listen === 'unix') {
    // Left by an owner that was killed; the directory is this run's alone.
    rmSync(address.socket, { force: true });
    http.listen(address.socket);
  } else {
    http.listen(0, LOOPBACK);
  }
  await once(http, 'listening');
  if (address.listen === 'tcp') {
    const { port } = http.address() as AddressInfo;
    writeFileSync(address.portFile, String(port), { mode: 0o600 });
  }
}
