/** Planted bugs of writers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WriteBatch, WriteReceipt } from '../../src/core/backend.ts';
import { StoreConnection } from './connection.ts';
import { StoreError } from './failure.ts';
import type { Operation } from './record.ts';
import type { Row } from './store.ts';

const WRONG_EVERY = 3;
/** Long against a commit, so that most kills hit it. */
const EXPOSED_MS = 25;

/** Every third insert of a connection says that it was rolled back, and was not. */
export class AbortedReadConnection extends StoreConnection {
  #inserts = 0;

  override async insert(batch: WriteBatch): Promise<WriteReceipt> {
    const receipt = await super.insert(batch);
    if (++this.#inserts % WRONG_EVERY !== 0) return receipt;
    throw new StoreError('the insert was rolled back', {
      class: 'txn.conflict',
      outcome: 'fail',
    });
  }
}

/** Every third increment of a connection is acknowledged and not made. */
export class LostUpdateConnection extends StoreConnection {
  #increments = 0;

  override async increment(mode: 'sql' | 'rmw'): Promise<WriteReceipt> {
    return ++this.#increments % WRONG_EVERY === 0 ? {} : super.increment(mode);
  }
}

/** Acknowledges a commit some time before it is made; the next one waits for it, so that the order is kept. */
export class EarlyAckConnection extends StoreConnection {
  #late: Promise<unknown> = Promise.resolve();

  override async close(): Promise<void> {
    await this.#late;
    await super.close();
  }

  protected override async commit(operation: Operation): Promise<WriteReceipt> {
    await this.#late;
    this.#late = sleep(EXPOSED_MS).then(() => super.commit(operation));
    // Whoever awaits it next gets the error: until then it is not an unhandled one.
    this.#late.catch(() => undefined);
    return {};
  }
}

/** Leaves it to the system when a commit reaches the disk. */
export class NoFsyncConnection extends StoreConnection {
  protected override async commit(operation: Operation): Promise<WriteReceipt> {
    await this.store.transact((append) => append(operation, { sync: false }));
    return {};
  }
}

/**
 * Commits the rows of an operation in two halves, some time apart. Reads wait for the lock, so that only a kill in
 * between shows it.
 */
export class NonAtomicConnection extends StoreConnection {
  protected override async rows(): Promise<Row[]> {
    return this.store.locked(() => super.rows());
  }

  protected override async commit(operation: Operation): Promise<WriteReceipt> {
    const halves = halvesOf(operation);
    if (halves === undefined) return super.commit(operation);
    await this.store.transact(async (append) => {
      await append(halves[0]);
      await sleep(EXPOSED_MS);
      await append(halves[1]);
    });
    return {};
  }
}

/** Undefined if there is nothing to halve. The files are in the first half. */
function halvesOf(operation: Operation): [Operation, Operation] | undefined {
  if (!('chunks' in operation) || operation.chunks.count < 2) return undefined;
  const { kind, chunks } = operation;
  const middle = Math.ceil(chunks.count / 2);
  return [
    { ...operation, chunks: sliceOf(chunks, 0, middle) },
    { kind, chunks: sliceOf(chunks, middle, chunks.count) },
  ];
}

type Chunks = (Operation & { kind: 'insert' })['chunks'];

function sliceOf(chunks: Chunks, from: number, to: number): Chunks {
  const dims = chunks.embeddings.length / chunks.count;
  return {
    ...chunks,
    count: to - from,
    ids: chunks.ids.slice(from, to),
    fileIds: chunks.fileIds.slice(from, to),
    contents: chunks.contents.slice(from, to),
    startLines: chunks.startLines.slice(from, to),
    endLines: chunks.endLines.slice(from, to),
    names: chunks.names.slice(from, to),
    embeddings: chunks.embeddings.slice(from * dims, to * dims),
    checksums: chunks.checksums.slice(from, to),
    createdTimes: chunks.createdTimes.slice(from, to),
  };
}
