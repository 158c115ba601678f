import { execFileSync, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { killAll, ready } from '../../bench/harness/forked.ts';
import { probe, type Ended } from './probe.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const bench = (...args: string[]): Promise<Ended> => probe(args, {}, at('dist/bench/main.js'));

describe('npm run bench', () => {
  beforeAll(() => {
    execFileSync(at('node_modules/.bin/tsc'), ['-p', at('bench')], { stdio: 'inherit' });
  });

  test('says of three samples that it does not know, and exits with 3', async () => {
    const { code, stdout, stderr } = await bench('generating', '--pairs', '1', '--json');
    const { outcome, figures } = JSON.parse(stdout);
    expect({ code, outcome }).toEqual({ code: 3, outcome: 'inconclusive' });
    const [row] = figures[0].rows;
    expect(row).toMatchObject({ limit: { atMost: 20 }, estimate: { n: 3 } });
    expect(row.judged.because).toMatch(/others used the machine|there are fewer than 5 samples/);
    expect(stderr).toMatch(/a row of 1536 floats .* inconclusive {2}/);
    expect(stderr).toMatch(/\n0 reached, 0 missed, 1 inconclusive\n/);
  });

  test.each([
    [['nothing-of-that-name'], 'no figure named nothing-of-that-name'],
    [['generating', '--pairs', '0'], '--pairs'],
    [['--pears', '3'], '--pears'],
  ])('takes bad usage (%j) for no outcome: it exits with 2', async (args, words) => {
    const { code, stdout, stderr } = await bench(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
  });
});

test('a bare fork that ends before it was ready ends the figure, which would wait for ever', async () => {
  // A module that sends nothing.
  const silent = [fork(at('bench/bare/tables.mjs'), { execArgv: [] })];
  await expect(ready(silent)).rejects.toThrow('a fork ended with 0 before it was ready');
  await killAll(silent);
});
