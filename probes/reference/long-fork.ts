import { existsSync, readFileSync } from 'node:fs';
import { appendFile, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IdInterval, RowBatch, WriteReceipt } from '../../src/core/backend.ts';
import { WRITER_RANGE } from '../../src/core/dataset.ts';
import { StoreConnection } from './connection.ts';
import { codeOf } from './failure.ts';
import { isDrain } from './read-bugs.ts';
import type { Operation, ReadOperation } from './record.ts';
import { pagesOf, rowsWithin } from './rows.ts';
import type { Row } from './store.ts';

const FORKS = 'forks';
/** A writer that waits so long for the other goes on alone. */
const PARTNER_LIMIT_MS = 500;

/** Two inserts of two writers, by their numbers in the log: each began before the other was made. */
interface Fork {
  first: number;
  second: number;
}

/**
 * Planted bug: two writers make their inserts at once, and every second reader shows the first of the two and not the
 * second in one of its polls, while the others show the second and not the first. Each reader by itself sees an order that
 * there may have been, never goes back, and shows both from its next read on.
 *
 * Writers wait for each other and note the fork in a file beside the log before they make it: readers stay before a fork
 * until both inserts are there, or they would have seen what they must not show.
 */
export class LongForkConnection extends StoreConnection {
  #place: number | undefined;
  #inserts = 0;
  #isDrained = false;

  override async *poll(intervals: readonly IdInterval[]): AsyncGenerator<RowBatch> {
    if (isDrain(intervals)) this.#isDrained = true;
    this.#place ??= await placeAmongReaders(this.store.path);
    const fork = this.#ahead();
    const rows = fork === undefined ? await this.rows() : this.#oneSideOf(fork);
    yield* pagesOf(rowsWithin(rows, intervals));
  }

  protected override allowed(fresh: readonly ReadOperation[]): number {
    const fork = this.#ahead();
    const { length } = fresh;
    return fork === undefined ? length : Math.min(length, fork.first - this.store.taken);
  }

  protected override async commit(operation: Operation): Promise<WriteReceipt> {
    if (operation.kind !== 'insert') return super.commit(operation);
    const { path } = this.store;
    const pair = new Pair(
      path,
      this.#inserts++,
      Math.floor(operation.chunks.ids[0]! / WRITER_RANGE),
    );
    await pair.say('begun');
    await pair.hears('begun');
    await this.store.transact(async (append) => {
      this.store.chunks();
      const { taken } = this.store;
      // Nobody else writes, so that the other insert comes next.
      if (pair.has('begun') && !pair.has('made')) {
        await appendFile(join(path, FORKS), `${taken} ${taken + 1}\n`);
      }
      await append(operation);
      await pair.say('made');
    });
    await pair.hears('made');
    return {};
  }

  /** The first fork of which this reader has seen nothing. */
  #ahead(): Fork | undefined {
    if (this.role !== 'reader' || this.#isDrained) return undefined;
    return forksOf(this.store.path).find(({ first }) => first >= this.store.taken);
  }

  #oneSideOf({ first, second }: Fork): Row[] {
    const isLeft = this.#place! % 2 === 0;
    const { taken } = this.store;
    const rows = this.store.chunks(({ length }) => {
      if (taken + length <= second) return first - taken;
      return (isLeft ? second : second + 1) - taken;
    });
    return isLeft ? rows : rows.filter(({ slab }) => slab.sequence !== first);
  }
}

/** What two writers say to each other about their inserts of the same number, in empty files. */
class Pair {
  readonly #path: string;
  readonly #number: number;
  readonly #writer: number;

  constructor(path: string, number: number, writer: number) {
    this.#path = path;
    this.#number = number;
    this.#writer = writer;
  }

  async say(word: 'begun' | 'made'): Promise<void> {
    await writeFile(this.#fileOf(word, this.#writer), '');
  }

  has(word: 'begun' | 'made'): boolean {
    return existsSync(this.#fileOf(word, 1 - this.#writer));
  }

  /** Waits for the other, but not for ever. */
  async hears(word: 'begun' | 'made'): Promise<void> {
    const deadline = performance.now() + PARTNER_LIMIT_MS;
    while (!this.has(word) && performance.now() < deadline) await sleep(1);
  }

  #fileOf(word: string, writer: number): string {
    return join(this.#path, `${word}.${this.#number}.${writer}`);
  }
}

function forksOf(path: string): Fork[] {
  try {
    const lines = readFileSync(join(path, FORKS), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => {
      const [first, second] = line.split(' ').map(Number);
      return { first: first!, second: second! };
    });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** How many readers of this store asked before: each leaves a file, which only one can make. */
async function placeAmongReaders(path: string): Promise<number> {
  for (let place = 0; ; place++) {
    try {
      await (await open(join(path, `reader.${place}`), 'wx')).close();
      return place;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}
