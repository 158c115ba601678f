import type { Backend } from '../../src/core/backend.ts';

const unused = (): never => {
  throw new Error('no test of the command line opens a database');
};

/** A backend as the command line sees it: what is readable without a driver. */
export const backend: Backend = {
  name: 'toy',
  package: undefined,
  claims: 'nothing',
  refresh: { default: 'always', kinds: ['default', 'always'] },
  lacks: { owner: 'toys are not shared' },
  bugs: [
    { name: 'lost', text: 'forgets', fires: ['lost'] },
    {
      name: 'lost-update',
      text: 'counts badly',
      fires: ['lost-update'],
      needs: { writers: 2, increment: 'rmw' },
    },
  ],
  describe: unused,
  prepare: unused,
  open: unused,
  classify: unused,
  sideFiles: (path) => [`${path}.wal`],
};
