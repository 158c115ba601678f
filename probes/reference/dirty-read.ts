import { readdirSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WriteReceipt } from '../../src/core/backend.ts';
import { StoreConnection } from './connection.ts';
import { StoreError } from './failure.ts';
import { decode, encode, type Operation, type ReadOperation } from './record.ts';
import { rowsOf, type Row } from './store.ts';

/** Which insert of a writer is never stored. */
const UNSTORED_INSERT = 3;
const UNSTORED = 'unstored.';

/**
 * Planted bug: one insert of each writer fails, and nobody is told whether it had an effect. It is in no log; all readers
 * see its rows from then on, the drain poll included.
 *
 * Readers are other processes, so its record travels in a file of its own beside the log.
 */
export class DirtyReadConnection extends StoreConnection {
  #inserts = 0;
  /** By the name of its file. */
  readonly #unstored = new Map<string, ReadOperation>();

  override async files(ids: Float64Array): Promise<Float64Array> {
    const stored = new Set(await super.files(ids));
    const unstored = new Set(this.#read(this.#names()).flatMap(({ files }) => files?.ids ?? []));
    return ids.filter((id) => stored.has(id) || unstored.has(id));
  }

  protected override async commit(operation: Operation): Promise<WriteReceipt> {
    if (operation.kind !== 'insert' || ++this.#inserts !== UNSTORED_INSERT) {
      return super.commit(operation);
    }
    const { path } = this.store;
    const name = `${UNSTORED}${operation.chunks.batch}`;
    await writeFile(join(path, `new.${name}`), encode(operation));
    await rename(join(path, `new.${name}`), join(path, name));
    throw new StoreError('the store did not answer', { class: 'io', outcome: 'info' });
  }

  protected override async rows(): Promise<Row[]> {
    for (;;) {
      const names = this.#names();
      const rows = await super.rows();
      // Both as they were at one instant: what is stored after an unstored insert must not be shown without it.
      if (this.#names().length !== names.length) continue;
      return [...rows, ...this.#read(names).flatMap((operation) => rowsOf(operation, -1))];
    }
  }

  #names(): string[] {
    if (this.role !== 'reader') return [];
    return readdirSync(this.store.path).filter((name) => name.startsWith(UNSTORED));
  }

  #read(names: readonly string[]): ReadOperation[] {
    return names.map((name) => {
      const known = this.#unstored.get(name);
      if (known !== undefined) return known;
      const operation = decode(readFileSync(join(this.store.path, name)));
      this.#unstored.set(name, operation);
      return operation;
    });
  }
}
