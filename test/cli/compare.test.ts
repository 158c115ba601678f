import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { METRICS } from '../../src/core/metric-table.ts';
import type { Cell } from '../../src/core/matrix.ts';
import type { Result } from '../../src/core/result.ts';
import { saveMatrix } from '../../src/store/matrices.ts';
import { counts, resultOf, wrong } from '../report/results.ts';
import { options, temporaryDir } from '../store/fixtures.ts';
import { probe } from './probe.ts';

const reads = (perS: number, changes: Partial<Result> = {}): Result =>
  resultOf({ counts: counts({ reads_ok: perS * 10, writes_ok: 500 }), ...changes });
const owner = { options: { ...resultOf().options, access: 'owner' } };

function save(name: string, result: Result): string {
  const path = join(temporaryDir(), `${name}.json`);
  writeFileSync(path, JSON.stringify(result));
  return path;
}

/** A matrix of these runs; its cells have as many configurations as their results. */
async function saveRuns(...runs: Result[]): Promise<string> {
  const directory = join(temporaryDir(), 'matrix');
  mkdirSync(directory);
  const cells = runs.map((run, i): Cell => {
    const file = `${i}.json`;
    writeFileSync(join(directory, file), JSON.stringify(run));
    const access = run.options['access'] === 'owner' ? 'owner' : 'processes';
    return {
      ...{ options: { ...options, access }, round: i, control: null, reason: null },
      ...{ state: 'done', file },
    };
  });
  await saveMatrix(directory, {
    ...{ format: 1, kind: 'matrix', tool: { version: '1', node: 'v20' }, started_at: 'now' },
    ...{ repeat: 1, history: false, expectations: [], cells },
  });
  return directory;
}

describe('probe compare', () => {
  test('puts single results side by side and claims nothing of chance', async () => {
    const [a, b] = [save('old', reads(100)), save('new', reads(150))];
    const { code, stdout, stderr } = await probe(['compare', a, b]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/a = old\n {2}b = new\n {2}b differs from a: in nothing that is known/);
    expect(stdout).toMatch(/reads_per_s +100 +150 +1\.50×\n/);
    expect(stdout).toMatch(/reads_ok +1,000 +1,500 +\+500\n/);
    expect(stdout).toContain('one run each: no interval');
    expect(stdout).not.toMatch(/faster|slower/);
  });

  test('says faster, slower or no difference seen of repeated runs', async () => {
    const a = await saveRuns(reads(100), reads(101), reads(99));
    const b = await saveRuns(reads(150), reads(151), reads(149));
    const { stdout } = await probe(['compare', a, b]);
    expect(stdout).toMatch(/reads_per_s +100 +150 +1\.50× +1\.4\d – 1\.5\d +faster/);
    expect(stdout).toMatch(/writes_per_s +50\.0 +50\.0 +1\.00× +1\.00 – 1\.00 +no difference seen/);
    expect((await probe(['compare', b, a])).stdout).toMatch(/reads_per_s .* slower/);
  });

  test('says what differs, and gives no ratio of different experiments', async () => {
    const [a, b] = [save('a', reads(100)), save('b', reads(150, owner))];
    const { stdout } = await probe(['compare', a, b]);
    expect(stdout).toContain('b differs from a: access processes → owner. Same: backend, driver');
    expect(stdout).toMatch(/reads_per_s +100 +150\n/);
  });

  test('names the checks that fire in one and not in the other', async () => {
    const { stdout } = await probe(['compare', save('a', resultOf()), save('b', wrong)]);
    expect(stdout).toMatch(/verdict +works +wrong +changed/);
    expect(stdout).toMatch(/checks_failed +0 +1 +\+1 +new: lost/);
  });

  test('takes matrices configuration by configuration, and one by itself side by side', async () => {
    const one = await saveRuns(reads(100), reads(10, owner));
    const two = await saveRuns(reads(200), reads(30, owner));
    const both = (await probe(['compare', one, two])).stdout;
    expect(both).toMatch(/· reference processes [^]*reads_per_s +100 +200 +2\.00×/);
    expect(both).toMatch(/· reference owner [^]*reads_per_s +10\.0 +30\.0 +3\.00×/);
    const alone = (await probe(['compare', one])).stdout;
    expect(alone).toMatch(/a = reference processes .*\n {2}b = reference owner /);
    expect(alone).toMatch(/reads_per_s +100 +10\.0\n/);
  });

  test('holds the others to the first, the baseline', async () => {
    const [a, b, c] = [save('a', reads(100)), save('b', reads(95)), save('c', reads(80))];
    const expected = ['--expect', 'reads_per_s>=0.9*baseline', '--expect', 'reads_err==0'];
    const met = await probe(['compare', a, b, ...expected]);
    expect(met.code).toBe(0);
    expect(met.stdout).toMatch(/met +reads_per_s>=0\.9\*baseline +95, baseline 100\n/);
    expect(met.stdout).toMatch(/met +reads_err==0 +in all 2 runs: 0\n/);
    const unmet = await probe(['compare', a, b, c, ...expected]);
    expect(unmet.code).toBe(1);
    expect(unmet.stdout).toMatch(
      /UNMET +reads_per_s>=.* not in 1 of 2 runs:\n +c: 80, baseline 100/,
    );
  });

  test('keeps within the width whatever it is given', async () => {
    const paths = Array.from({ length: 9 }, (_, i) => save(`run-${i}`, reads(100 + i)));
    const { stdout } = await probe(['compare', ...paths]);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/i \/ a/);
  });

  test('prints JSON', async () => {
    const [a, b] = [save('a', reads(100)), save('b', reads(150))];
    const { stdout } = await probe(['compare', a, b, '--json', '--expect', 'reads_ok>1']);
    const told = JSON.parse(stdout) as { blocks: { metrics: { name: string }[] }[] };
    expect(told).toMatchObject({
      blocks: [
        {
          columns: [
            { label: 'a', runs: 1 },
            { label: 'b', differs: [] },
          ],
        },
      ],
      expectations: [{ of: 'a' }, { of: 'b', evaluations: [{ actual: 1500, met: true }] }],
    });
    const metric = told.blocks[0]!.metrics.find(({ name }) => name === 'reads_per_s');
    expect(metric).toMatchObject({ unit: 'per_s', values: [100, 150] });
  });

  test.each([
    [[], /missing required argument 'result'/],
    [['nowhere.json'], /nowhere\.json does not exist/],
    [['nowhere.json', '--expect', 'x==1'], /there is no metric x/],
    [['.'], /it has no matrix\.json/],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await probe(['compare', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });

  test('refuses a single result: there is nothing to compare it with', async () => {
    const { code, stderr } = await probe(['compare', save('a', resultOf())]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/there is nothing to compare: .*a\.json must have at least two results/);
  });
});

test('probe list --metrics names every metric', async () => {
  const { code, stdout } = await probe(['list', '--metrics']);
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(METRICS.length);
  for (const { name } of METRICS) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
});
