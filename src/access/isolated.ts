import { actorsOf, connectAlone, roleOf, type Access } from './access.ts';

/** No sharing at all: each process has its own copy of the path. The baseline, and one of the two production rules. */
export const isolated: Access = {
  name: 'isolated',
  summary: 'each process has its own copy of the database: nothing is shared',
  plan(options, place) {
    const copies = actorsOf(options).map((actor, copy) => ({
      actor,
      path: copy === 0 ? place.path : `${place.directory}/copy-${copy}`,
    }));
    return {
      hosts: copies.map(({ actor, path }) => ({ kind: 'process', path, actors: [actor] })),
      copies: copies.map(({ actor, path }) => ({ path, actors: [actor.name] })),
    };
  },
  connect: (host, actor) => connectAlone(host, roleOf(actor)),
};
