import { actorsOf, connectAlone, roleOf, type Access } from './access.ts';

/** The default: each writer and reader is a fresh child process with its own connection to the one path. */
export const processes: Access = {
  name: 'processes',
  summary: 'each writer and reader is a process with its own connection to the one path',
  plan(options, { path }) {
    const actors = actorsOf(options);
    return {
      hosts: actors.map((actor) => ({ kind: 'process', path, actors: [actor] })),
      copies: [{ path, actors: actors.map(({ name }) => name) }],
    };
  },
  connect: (host, actor) => connectAlone(host, roleOf(actor)),
};
