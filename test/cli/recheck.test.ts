import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { probe, type Ended } from './probe.ts';

let dir: string;
let result: string;
let history: string;
let run: Ended;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'probe-test-'));
  const small = '--rows 64 --dims 8 --batch 16 --readers 1 --duration 0.5 --quiet'.split(' ');
  run = await probe(['reference', '--bug', 'lost', ...small, '--results', dir, '--json']);
  const names = await readdir(dir);
  result = join(
    dir,
    names.find((name) => name.endsWith('.json'))!,
  );
  history = join(
    dir,
    names.find((name) => name.endsWith('.history.ndjson.gz'))!,
  );
});

afterAll(() => rm(dir, { recursive: true, force: true }));

test('with --json and --quiet a run prints what it saved, and nothing else', async () => {
  expect(run).toMatchObject({ code: 1, stderr: '' });
  expect(JSON.parse(run.stdout)).toEqual(JSON.parse(await readFile(result, 'utf8')));
});

test('a saved result is judged again, with the same outcome', async () => {
  const saved = JSON.parse(await readFile(result, 'utf8')) as Record<string, unknown>;
  const { code, stdout, stderr } = await probe(['recheck', result, '--json']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const { saved_verdict: before, ...again } = JSON.parse(stdout) as Record<string, unknown>;
  expect(before).toBe('wrong');
  expect(saved).toMatchObject(again);
});

test('a history alone is judged, too', async () => {
  const { code, stdout } = await probe(['recheck', history]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/FAIL lost: .*\n/);
  expect(stdout).toContain('Verdict    WRONG: lost: ');
});

test('a result whose history is gone, or was never saved, is refused', async () => {
  const saved = JSON.parse(await readFile(result, 'utf8')) as Record<string, unknown>;
  const path = join(dir, 'other.json');
  for (const [name, message] of [
    ['gone.history.ndjson.gz', /gone\.history\.ndjson\.gz does not exist\n$/],
    [null, /was saved without its history/],
  ] as const) {
    await writeFile(path, JSON.stringify({ ...saved, history: name }));
    const { code, stderr } = await probe(['recheck', path]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(message);
  }
});

test('a truncated history is refused, not judged by its beginning', async () => {
  const whole = await readFile(history);
  const path = join(dir, 'cut.history.ndjson.gz');
  await writeFile(path, whole.subarray(0, whole.length - 20));
  const { code, stdout, stderr } = await probe(['recheck', path]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: .*cut\.history\.ndjson\.gz is truncated: [^\n]+\n$/);
});
