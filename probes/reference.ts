import type { Backend, Database } from '../src/core/backend.ts';
import { bugs } from './reference/bugs.ts';
import { StoreConnection } from './reference/connection.ts';
import { classify } from './reference/failure.ts';
import { createStore, Store } from './reference/store.ts';

/**
 * Our own store: correct, durable, slow, and shared by as many processes as like. It passes every check, and its
 * planted bugs show that each check fires.
 */
export const reference: Backend = {
  name: 'reference',
  package: undefined,
  claims: 'any number of processes may read and write at once; every read sees the newest commit',
  refresh: { default: 'default', kinds: ['default'] },
  lacks: {},
  bugs,

  async describe() {
    return { version: '1', engine: 'append-only log' };
  },

  async prepare(path, dataset) {
    await createStore(path, dataset);
  },

  async open(path, { bug: name }): Promise<Database> {
    const bug = name === undefined ? undefined : bugs.find((each) => each.name === name);
    if (name !== undefined && bug === undefined) throw new Error(`no planted bug named ${name}`);
    const store = await Store.open(path);
    const onClose = await bug?.onOpen?.(path);
    const Connection = bug?.connection ?? StoreConnection;
    return {
      connect: async (role) => new Connection(store, role),
      async close() {
        await onClose?.();
        await store.close();
      },
    };
  },

  classify,

  /** The path is a directory, and everything is inside. */
  sideFiles: () => [],
};
