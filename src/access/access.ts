import type { Backend, Connection, Database, OpenOptions } from '../core/backend.ts';
import type { AccessName, Role } from '../core/names.ts';
import { readerName, writerName } from '../core/history.ts';
import type { RunOptions } from '../core/options.ts';
import type { AccessPlan, Actor, HostPlan } from '../core/protocol.ts';

/**
 * How processes reach the database: two functions. A backend knows nothing of accesses; the coordinator spawns what
 * `plan` says and nothing else.
 */
export interface Access {
  readonly name: AccessName;
  /** One sentence for help and tables. */
  readonly summary: string;
  /** Pure, for the coordinator: which processes exist, with which actors, on which paths. */
  plan(options: RunOptions, place: Place): AccessPlan;
  /** For the worker: the actor's connection; closing it closes all that `connect` opened. Throws what the open throws. */
  connect(host: Host, actor: Actor): Promise<WorkConnection>;
  /** `connect` opens nothing: each operation does, and tells of it through {@link Host.onOpen}. */
  readonly opensPerOperation?: boolean;
  /** For an actor of role `owner`: opens the database and serves the others until it is closed. */
  serve?(host: Host): Promise<Closable>;
}

/** What writers and readers need of a connection; scans are the auditor's. */
export type WorkConnection = Omit<Connection, 'scanKeys' | 'scanChunks' | 'scanFiles' | 'counter'>;

export interface Closable {
  close(): Promise<void>;
}

/** Where a run may put things. */
interface Place {
  /** The database's path. */
  path: string;
  /** A private directory of this run (0700), for sockets, intent files and copies. */
  directory: string;
  /** Random, known to the processes of this run only. */
  secret: string;
}

/** One process or thread of the plan, as `connect` sees it. */
export interface Host {
  backend: Backend;
  options: RunOptions;
  plan: HostPlan;
  /** The process's own database instance, for accesses whose actors share one. */
  shared: { database?: Promise<Database>; users: number };
  /** Counts of refused tries inside an operation (`reopen`). */
  onBusy(retries: number, waitedUs: number): void;
  /** An open that an operation made by itself (`reopen`): recorded like any other. */
  onOpen(startUs: number, error?: unknown): void;
  /** A close that failed: an error of its own, and of no operation before it. */
  onClose(startUs: number, error: unknown): void;
  /** The owner turned away a connection that did not show the run's token. */
  onStranger(): void;
  nowUs(): number;
}

export function openOptions(host: Host, role: Role): OpenOptions {
  const { dims, refresh, engineThreads, bug } = host.options;
  return { role, dims, refresh, engineThreads, ...(bug === null ? {} : { bug }) };
}

/** w0.. and r0..: the actors that every access has. */
export function actorsOf(options: RunOptions): Actor[] {
  const actors: Actor[] = [];
  for (let index = 0; index < options.writers; index++) {
    actors.push({ name: writerName(index), role: 'writer', index });
  }
  for (let index = 0; index < options.readers; index++) {
    actors.push({ name: readerName(index), role: 'reader', index });
  }
  return actors;
}

/** As what an actor opens the database: whoever does not write reads. */
export function roleOf({ role }: Actor): 'writer' | 'reader' {
  return role === 'writer' ? 'writer' : 'reader';
}

/** A connection of its own database instance, both closed together. */
export async function connectAlone(host: Host, role: Role): Promise<Connection> {
  const database = await host.backend.open(host.plan.path, openOptions(host, role));
  try {
    return closingAfter(host, await database.connect(role), database);
  } catch (error) {
    await closeOrTell(host, database);
    throw error;
  }
}

/** The same connection, with something more to be closed after it. */
export function closingAfter<C extends Closable>(host: Host, connection: C, after: Closable): C {
  const own = { close: connection.close.bind(connection) };
  connection.close = async () => {
    await closeOrTell(host, own);
    await after.close();
  };
  return connection;
}

/** Closes; a failure is told and not thrown, for what was acknowledged before a close does not depend on it. */
export async function closeOrTell(host: Host, closable: Closable): Promise<void> {
  const startUs = host.nowUs();
  try {
    await closable.close();
  } catch (error) {
    host.onClose(startUs, error);
  }
}
