import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { LOOPBACK, type Address } from './call.ts';

/** A connection shows the run's token within this time, or is turned away. */
const TOKEN_LIMIT_MS = 10_000;
/** Connections that may stay open without having shown it: one more, and the oldest of them is turned away. */
export const STRANGERS_LIMIT = 256;

/**
 * Where the owner listens, and who is let in. Any process of the machine may connect to a port: a connection is a stranger's
 * until it shows the run's token, and whatever a stranger does, the owner goes on and only counts it.
 */
export class Door {
  /** Its timeouts would also end connections of the run that wait for their next call. */
  readonly http: HttpServer = createServer({
    headersTimeout: 0,
    requestTimeout: 0,
    keepAliveTimeout: 0,
  });
  readonly #address: Address;
  readonly #onStranger: () => void;
  readonly #sockets = new Set<Socket>();
  /** With the timer of each, the oldest first. */
  readonly #strangers = new Map<Socket, NodeJS.Timeout>();

  constructor(address: Address, onStranger: () => void) {
    this.#address = address;
    this.#onStranger = onStranger;
    this.http.on('connection', (socket) => this.#arrived(socket));
    // What is no HTTP gets no answer.
    this.http.on('clientError', (_error, socket) => void socket.destroy());
  }

  /** Listens on the run's own socket, or on a free loopback port that it names in a file only this user can read. */
  async open(): Promise<void> {
    const { listen, socket, portFile } = this.#address;
    // Left by an owner that was killed; the directory is this run's alone.
    if (listen === 'unix') rmSync(socket, { force: true });
    if (listen === 'unix') this.http.listen(socket);
    else this.http.listen(0, LOOPBACK);
    await once(this.http, 'listening');
    // Later errors are of connections that could not be accepted: whoever makes one learns it by himself.
    this.http.on('error', () => undefined);
    if (listen === 'unix') return;
    const { port } = this.http.address() as AddressInfo;
    try {
      writeFileSync(portFile, String(port), { mode: 0o600 });
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Whether a request shows the run's token. The connection that it came on is then the run's. */
  admits({ headers, socket }: IncomingMessage): boolean {
    const given = Buffer.from(headers.authorization ?? '');
    const right = Buffer.from(`Bearer ${this.#address.token}`);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return false;
    clearTimeout(this.#strangers.get(socket));
    this.#strangers.delete(socket);
    return true;
  }

  /** Ends every connection, whoever holds it. */
  async close(): Promise<void> {
    const closed = once(this.http, 'close');
    this.http.close();
    for (const socket of this.#strangers.keys()) this.#turnAway(socket);
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #arrived(socket: Socket): void {
    // A reset may come at any time, and without a listener it would end this process.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#turnAway(socket);
    });
    this.#sockets.add(socket);
    // What came while this process was stopped is read before anybody is called late.
    const late = (): void => void setImmediate(() => this.#turnAway(socket));
    this.#strangers.set(socket, setTimeout(late, TOKEN_LIMIT_MS));
    if (this.#strangers.size > STRANGERS_LIMIT) {
      const [oldest] = this.#strangers.keys();
      this.#turnAway(oldest!);
    }
  }

  /** Does nothing to a connection of the run. */
  #turnAway(socket: Socket): void {
    const late = this.#strangers.get(socket);
    if (late === undefined) return;
    clearTimeout(late);
    this.#strangers.delete(socket);
    socket.destroy();
    this.#onStranger();
  }
}
