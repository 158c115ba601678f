import { actorsOf, connectAlone, roleOf, type Access } from './access.ts';

/** One process, one worker thread per role, each with its own database instance on the one path. */
export const threads: Access = {
  name: 'threads',
  summary: 'one process; each writer and reader is a thread with its own database instance',
  plan(options, { path }) {
    const actors = actorsOf(options);
    return {
      hosts: [{ kind: 'thread', path, actors }],
      copies: [{ path, actors: actors.map(({ name }) => name) }],
    };
  },
  connect: (host, actor) => connectAlone(host, roleOf(actor)),
};
