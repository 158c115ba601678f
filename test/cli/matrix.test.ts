import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Matrix } from '../../src/core/matrix.ts';
import type { Result } from '../../src/core/result.ts';
import { temporaryDir } from '../store/fixtures.ts';
import { probe } from './probe.ts';

const BIN = fileURLToPath(new URL('../../bin/probe.js', import.meta.url));

/** Small enough to be quick, long enough that reads overlap writes. */
const SHORT = '--rows 100 --dims 8 --batch 16 --duration 0.6 --staleness-bound 0.3 --readers 1';

const argsOf = (line: string, dir: string): string[] => [
  ...['matrix', ...line.split(' '), ...SHORT.split(' '), '--results', dir],
];

const matrixDirectory = (dir: string): string => {
  const [name, ...others] = readdirSync(dir);
  expect(others).toEqual([]);
  expect(name).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-matrix-[0-9a-f]{6}$/);
  return join(dir, name!);
};

describe('probe matrix', () => {
  test('runs the product of its lists, tells of each cell, and ends in one table', async () => {
    const dir = temporaryDir();
    const line = 'reference --access processes,owner --writers 0,1 --no-history';
    const { code, stdout, stderr } = await probe(argsOf(line, dir));
    expect(code).toBe(0);
    const cells = stderr.trimEnd().split('\n');
    expect(cells.map((text) => /^\[\d\/4\] reference \w+ \dw\+1r/.test(text))).toEqual([
      ...[true, true, true, true],
    ]);
    expect(stdout).toMatch(/^probe matrix · 4 configurations · 100 rows × 8 dims · 0\.6 s each/);
    expect(stdout.match(/^ {2}reference +(processes|owner) +[01]\+1/gm)).toHaveLength(4);
    expect(stdout).toContain('Advice for reference');
    const files = readdirSync(matrixDirectory(dir));
    expect(files.filter((name) => name.endsWith('.json'))).toHaveLength(5);
    expect(files).toHaveLength(5);
  });

  test('judges what is expected of every run, controls apart', async () => {
    const line = 'reference --access processes --repeat 2 --controls --quiet';
    const expected = ['reads_err==0', 'writes_ok>1000000', 'upsert_p50<1s'];
    const args = argsOf(line, temporaryDir());
    const { code, stdout, stderr } = await probe([
      ...args,
      ...expected.flatMap((text) => ['--expect', text]),
    ]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/met +reads_err==0 +in all 2 runs: 0\n/);
    expect(stdout).toMatch(/UNMET +writes_ok>1000000 +not in 2 of 2 runs:\n +reference .*, run 1/);
    expect(stdout).toMatch(/UNMET +upsert_p50<1s [^]* – \(no such value\s+here\)/);
    expect(stdout).toMatch(/Control as it must be: no-writers, [^]*Control as it must be: ref/);
  });

  test('prints the matrix with all results as JSON, wrong ones too, and exits 0', async () => {
    const dir = temporaryDir();
    const line = 'reference --access processes --bug lost --json --quiet --refresh default,always';
    const { code, stdout } = await probe(argsOf(line, dir));
    expect(code).toBe(0);
    const told = JSON.parse(stdout) as Matrix & { advice: object[]; directory: string };
    const results = told.cells.map((cell) => (cell as unknown as { result: Result }).result);
    expect(told.cells.map(({ state }) => state)).toEqual(['done', 'skipped']);
    expect(results[0]!.verdict).toBe('wrong');
    expect(told.cells[1]!.reason).toContain('has no refresh always');
    expect(told.advice).toMatchObject([
      { backend: 'reference', ways: [{ name: 'processes', class: 'wrong' }] },
    ]);
    expect(told.directory).toBe(matrixDirectory(dir));
  });

  test('keeps what is done when it is interrupted, and resumes', async () => {
    const dir = temporaryDir();
    const args = argsOf('reference --access processes --writers 1,0', dir);
    const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (text.includes('[1/2]')) child.kill('SIGINT');
    });
    child.stdout.resume();
    const [code] = (await once(child, 'close')) as [number | null];
    const directory = matrixDirectory(dir);
    expect(code).toBe(130);
    expect(stderr).toContain(
      `1 of 2 cells are done. Go on with: probe matrix --resume ${directory}`,
    );
    const resumed = await probe(['matrix', '--resume', directory]);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toMatch(/^\[2\/2\] reference processes 0w\+1r .*\n$/);
    expect(resumed.stdout).not.toContain('pending');
    const again = await probe(['matrix', '--resume', join(directory, 'matrix.json'), '--json']);
    expect(again).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('before anything runs, probe matrix refuses', () => {
  test.each([
    ['nonsense', /'nonsense' is invalid for argument 'backend': .*duckdb, lancedb/],
    ['reference --access owner,shared', /'--access <names>' .*processes, reopen, owner/],
    ['reference --readers 1,,4', /'--readers <ns>' .*a whole number from 0 to 256/],
    ['reference --writers 1,x', /'--writers <ns>' .*a whole number from 0 to 256/],
    ['reference --refresh default,often', /'--refresh <policies>' .*always, reopen, or seconds/],
    ['reference --repeat 0', /'--repeat <n>' .*a whole number from 1 to 1000/],
    ['reference --expect reads_er==0', /there is no metric reads_er, did you mean reads_err/],
    ['reference --expect reads_ok>baseline', /a baseline, .* in 'probe compare' only/],
    ['reference --access all --readers 0 --writers 0', /no combination of the lists can be run/],
    ['reference --readers 0 --writers 0', /no combination of the lists can be run: no readers/],
    ['reference --access owner --intent', /'--intent' means something with '--access reopen' only/],
    ['duckdb --bug lost', /option '--bug lost' is not for duckdb/],
    ['--resume nowhere', /nowhere does not exist/],
    ['--resume nowhere --readers 1', /'--resume' goes on with .*: leave out readers/],
    ['reference --resume nowhere', /'--resume' goes on with .*: leave out reference/],
    ['reference --db x', /unknown option '--db'/],
  ])('%s', async (line, message) => {
    const dir = join(temporaryDir(), 'results');
    const place = line.includes('--resume') ? [] : ['--results', dir];
    const { code, stdout, stderr } = await probe(['matrix', ...line.split(' '), ...place]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(message);
    expect(existsSync(dir)).toBe(false);
  });
});

describe('what a run is expected to be', () => {
  const run = async (line: string, ...expected: string[]) =>
    probe([
      ...['reference', ...line.split(' '), ...SHORT.split(' '), '--no-save', '--quiet'],
      ...expected.flatMap((text) => ['--expect', text]),
    ]);

  test('is printed below the result with what was measured', async () => {
    const { code, stdout } = await run('--access processes', 'reads_err==0', 'verdict==works');
    expect(stdout).toMatch(/ {2}met +reads_err==0 +0\n {2}met +verdict==works +works\n$/);
    expect(code).toBe(0);
  });

  test('replaces the default judgement of the verdict', async () => {
    expect((await run('--bug lost', 'verdict==wrong', 'check_lost==fail')).code).toBe(0);
    expect((await run('--bug lost', 'reads_err==0')).code).toBe(1);
  });

  test('fails it where it is unmet, and is on stderr beside JSON', async () => {
    const { code, stdout, stderr } = await run('--json', 'writes_ok==0');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'works' });
    expect(stderr).toMatch(/UNMET +writes_ok==0 +\d/);
  });

  test('is refused before anything runs', async () => {
    const { code, stdout, stderr } = await run('--access processes', 'lag_p99<500');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe("error: option '--expect lag_p99<500': lag_p99 needs a unit: us, ms, s\n");
  });
});
