/**
 * What the coordinator and its child processes say to each other: JSON, in batches, a union per direction. One process
 * may host several actors (accesses `threads` and `connections`), so worker messages name theirs.
 */
import type { Event } from './history.ts';
import type { AccessName, Role } from './names.ts';
import type { RunOptions } from './options.ts';

export interface Actor {
  /** w0, r3, ... as in the history; `owner` for the owner's server. */
  name: string;
  role: Role | 'owner';
  index: number;
  /** A writer that goes on where one before it was killed: its first operation and id. */
  resume?: { op: number; nextId: number };
}

/** One child process: how it hosts its actors, and the database path it uses. */
export interface HostPlan {
  kind: 'process' | 'thread';
  path: string;
  actors: Actor[];
  /** Anything the access' `connect` needs to know, decided by its `plan` (a socket path, a token). */
  access?: Record<string, string>;
}

/** What an access asks the coordinator to set up. */
export interface AccessPlan {
  /** Started in order of this list; a host with an owner must be open before its clients. */
  hosts: HostPlan[];
  /** Paths that must hold the seed before the run; each is audited with the actors that used it. */
  copies: { path: string; actors: string[] }[];
}

export type Job =
  | { kind: 'host'; plan: HostPlan; access: AccessName }
  | { kind: 'load' }
  | { kind: 'seed'; path: string }
  | { kind: 'audit'; path: string; copy: number };

export type ToWorker =
  | { type: 'init'; job: Job; options: RunOptions; epochUs: number }
  /** For a seeder or auditor: begin. */
  | { type: 'go' }
  | { type: 'open'; actors: string[] }
  /**
   * Absolute CLOCK_MONOTONIC microseconds relative to the epoch. `tellsBegun`: each writer says `begun` right before its
   * driver calls, which costs a message an operation.
   */
  | { type: 'start'; atUs: number; untilUs: number; tellsBegun: boolean }
  | { type: 'stop' }
  /** `reembeds`: the batch of the last re-embedding of each writer of the same path, as far as one was invoked. */
  | { type: 'drain'; reembeds: number[] }
  | { type: 'close' };

export type FromWorker =
  | { type: 'ready'; backend: { version: string; engine: string } }
  | { type: 'opened'; actor: string }
  | { type: 'refused'; actor: string; message: string }
  | { type: 'events'; events: Event[] }
  /** Every {@link BEAT_MS}: for each actor, what it is doing (null: between operations). */
  | { type: 'beat'; actors: Record<string, Running | null> }
  /** The driver is called now for this operation, whose invoke was delivered before. */
  | { type: 'begun'; actor: string; op: number }
  | { type: 'done'; actor: string }
  /** A thread of the host ended by itself (its process lives on). */
  | { type: 'died'; actor: string; message: string }
  | { type: 'drained'; actor: string }
  | { type: 'closed'; peakRssBytes: number }
  /** seed: rows loaded so far and in all. */
  | { type: 'progress'; done: number; total: number }
  | { type: 'seeded'; tookUs: number }
  | { type: 'audited' }
  /** The worker cannot go on: its driver does not load, or a bug of ours. */
  | { type: 'failed'; stage: 'load' | 'seed' | 'audit' | 'bug'; message: string; stack: string };

/** An operation that goes on, and for how long by the waking time of its own process. */
export interface Running {
  operation: string;
  forMs: number;
}

export const BEAT_MS = 250;
