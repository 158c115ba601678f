/** Each check can fail: on its planted bug, and only there. */
import { expect, it } from 'vitest';
import { reference } from '../../probes/reference.ts';
import { CHECKS } from '../../src/core/names.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { shortRun } from '../support/run.ts';

const fired = async (options: Partial<RunOptions>): Promise<string[]> => {
  const { result } = await shortRun({ rows: 200, dims: 8, durationS: 1.2, ...options });
  expect(result.checks.map(({ name }) => name)).toEqual(CHECKS);
  return result.checks.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name);
};

it.each(reference.bugs!.map((bug) => [bug.name, bug] as const))(
  'the planted bug %s fires exactly its checks',
  async (name, bug) => {
    // Two increments of the bug's kind need two writers, as the bug itself says.
    const increment = bug.needs?.['writers'] === 2 ? { increment: 'sql' } : {};
    const options = { bug: name, ...bug.needs, ...increment } as Partial<RunOptions>;
    expect((await fired(options)).toSorted()).toEqual([...bug.fires].toSorted());
  },
);

it('a clean run fires none, with one writer and with two', async () => {
  expect(await fired({})).toEqual([]);
  expect(await fired({ writers: 2, increment: 'sql', keys: 'shared' })).toEqual([]);
});
