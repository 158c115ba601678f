import { actorsOf, closingAfter, openOptions, roleOf, type Access, type Host } from './access.ts';
import type { Database } from '../core/backend.ts';

/** One process, one database instance, one connection per writer and reader. */
export const connections: Access = {
  name: 'connections',
  summary: 'one process with one database instance; each writer and reader is a connection',
  plan(options, { path }) {
    const actors = actorsOf(options);
    return {
      hosts: [{ kind: 'process', path, actors }],
      copies: [{ path, actors: actors.map(({ name }) => name) }],
    };
  },
  async connect(host, actor) {
    const database = await sharedDatabase(host);
    const connection = await database.connect(roleOf(actor));
    host.shared.users++;
    return closingAfter(host, connection, {
      async close() {
        host.shared.users--;
        if (host.shared.users === 0) await database.close();
      },
    });
  },
};

/** Opened by the first that asks, for writing if anybody writes; a refused open is tried again by the next. */
async function sharedDatabase(host: Host): Promise<Database> {
  const role = host.options.writers > 0 ? 'writer' : 'reader';
  host.shared.database ??= host.backend.open(host.plan.path, openOptions(host, role));
  try {
    return await host.shared.database;
  } catch (error) {
    delete host.shared.database;
    throw error;
  }
}
