import type { Actor } from '../core/protocol.ts';
import type { RowBatch } from '../core/backend.ts';
import type { Host, WorkConnection } from '../access/access.ts';
import type { Channel } from './channel.ts';
import { Clock } from './clock.ts';
import { Reader } from './reader.ts';
import { Recorder } from './recorder.ts';
import { Writer } from './writer.ts';

/** More often than V8 wants to see a function before it compiles it. */
const TIMES = 3;

/**
 * Goes through the first operation of a writer or reader on nothing: code that runs for the first time at the common
 * instant takes longer in each process, and so spreads the starts.
 */
export async function rehearse({ backend, options }: Host, plan: Actor): Promise<void> {
  const clock = new Clock(0);
  const recorder = new Recorder(plan.name, DEAF, clock, backend);
  for (let time = 0; time < TIMES; time++) {
    await clock.wakeAt(clock.nowUs());
    if (plan.role === 'writer') {
      await new Writer(NOTHING, recorder, options, plan).next()();
    } else {
      await new Reader(NOTHING, recorder, options, plan.index).iterate();
    }
  }
}

/** Nobody hears of a rehearsal. */
const DEAF: Channel = {
  send: async () => undefined,
  onMessage: () => undefined,
  offMessage: () => undefined,
  fail: async () => undefined,
  close: () => undefined,
};

const NO_ROWS: RowBatch = {
  count: 0,
  ids: new Float64Array(0),
  batches: new Float64Array(0),
  checksums: new Float64Array(0),
  embeddings: new Float32Array(0),
};

/** A connection to no database, which has no rows and takes all. */
const NOTHING: WorkConnection = {
  search: async () => NO_ROWS,
  async *poll() {},
  point: async () => NO_ROWS,
  files: async () => new Float64Array(0),
  insert: async () => ({}),
  upsert: async () => ({}),
  reembed: async () => ({}),
  increment: async () => ({}),
  close: async () => undefined,
};
