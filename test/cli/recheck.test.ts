import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JUDGE_VERSION, type Result } from '../../src/core/result.ts';
import { eventsOf } from '../support/history-dsl.ts';
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
  const found = JSON.parse(stdout) as Record<string, unknown>;
  const { saved_verdict: before, saved_judge: judge, ...again } = found;
  expect({ before, judge }).toEqual({ before: 'wrong', judge: JUDGE_VERSION });
  for (const field of ['judge', 'evidence', 'thin', 'order']) expect(again).toHaveProperty(field);
  expect(saved).toMatchObject(again);
});

test('a saved verdict stands beside the new one, with the judge that came to it', async () => {
  const saved = JSON.parse(await readFile(result, 'utf8')) as Result;
  const same = await probe(['recheck', result]);
  expect(same.stdout).toContain(
    '  Saved      WRONG by the same judge; the verdict is the same\n  Verdict    WRONG: lost: ',
  );
  expect(same.stdout).toMatch(
    /^probe recheck · reference · processes · 1 writer \+ 1 reader · run of\s+[\d-]{10}\s+[\d:]{5}\s+UTC\n\n/,
  );
  // As the first judge saved it: no evidence, fewer checks, and none of them said where.
  const { judge: _, evidence: __, thin: ___, order: ____, ...old } = saved;
  const checks = saved.checks.slice(0, 3).map(({ where: _where, ...check }) => check);
  const path = join(dir, 'first-judge.json');
  await writeFile(path, JSON.stringify({ ...old, checks, verdict: 'works' }));
  const { code, stdout } = await probe(['recheck', path]);
  expect(code).toBe(1);
  expect(stdout).toContain(
    `  Saved      WORKS by judge 1; this is judge ${JUDGE_VERSION}; the verdict is another\n`,
  );
  expect(stdout).toMatch(/^ {2}Evidence {3}[\d,]+ searches and polls/m);
  // A command is not broken: it would not be one any more.
  const text = stdout.split('\n').filter((line) => !/^ +probe /.test(line));
  for (const line of text) expect(line.length).toBeLessThanOrEqual(80);
  const json = JSON.parse((await probe(['recheck', path, '--json'])).stdout) as object;
  expect(json).toMatchObject({
    ...{ verdict: 'wrong', judge: JUDGE_VERSION, saved_verdict: 'works', saved_judge: 1 },
  });
});

test('a history alone is judged, too', async () => {
  const { code, stdout } = await probe(['recheck', history]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/FAIL lost: .*\n/);
  expect(stdout).toContain('Verdict    WRONG: lost: ');
  expect(stdout).not.toContain('Saved');
  const json = JSON.parse((await probe(['recheck', history, '--json'])).stdout) as object;
  expect(json).toMatchObject({ saved_verdict: null, saved_judge: null, judge: JUDGE_VERSION });
});

/** A history in a file of its own. */
async function historyFile(name: string, ...history: Parameters<typeof eventsOf>): Promise<string> {
  const path = join(dir, `${name}.history.ndjson`);
  const lines = eventsOf(...history).map((event) => JSON.stringify(event));
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

const CALM = `
  w0 insert 101-104 #1 @10-60; r0 search 1#0 @20-30; r0 poll >100: 101-104#1 @70-71
  r0 search 104#1 @75-76 target 104#1; r0 files 1 @80-81; r0 drain >100: 101-104#1 @8500-8501`;

test('what only reads contradicted is inconsistent, and exits as what is wrong', async () => {
  const text = `${CALM}; r0 poll >100: 101-103#1 @90-91; audit seed 101-104#1`;
  const { code, stdout } = await probe(['recheck', await historyFile('contradiction', text)]);
  expect(code).toBe(1);
  expect(stdout).toContain('Verdict    INCONSISTENT: ');
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    'the data itself is whole as far as the audit read',
  );
});

test.each([
  ['cannot close', 'audit seed 101-104#1 error io'],
  ['dies after its audit', 'audit seed 101-104#1; audit error worker.died'],
])('an auditor that %s lost nothing, and says what went wrong', async (name, audit) => {
  const { code, stdout } = await probe(['recheck', await historyFile(name, `${CALM}; ${audit}`)]);
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /Thin only 1 read overlapped .* Verdict ERRORS: the audit found every acknowledged row and then ended in an error/,
  );
});

test('the folder of a matrix, or any other, is refused with what to name instead', async () => {
  const folder = join(dir, 'matrix');
  await mkdir(folder);
  const plain = await probe(['recheck', folder]);
  expect(plain.stderr).toMatch(
    /matrix is a folder, and only .* name a result or a history in it\n$/,
  );
  await writeFile(join(folder, 'matrix.json'), '{}');
  const { code, stderr } = await probe(['recheck', folder]);
  expect(code).toBe(2);
  expect(stderr).toContain(`${folder} is the folder of a matrix, and only`);
});

test('a run that recorded nothing saves no history', async () => {
  const results = join(dir, 'unchecked');
  const small = '--rows 64 --dims 8 --batch 16 --readers 1 --duration 0.2 --quiet'.split(' ');
  await probe(['reference', '--no-check', ...small, '--results', results]);
  const names = await readdir(results);
  expect(names).toEqual([expect.stringMatching(/\.json$/)]);
  const { stderr } = await probe(['recheck', join(results, names[0]!)]);
  expect(stderr).toContain('was saved without its history');
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

/** The saved result with some fields changed, in a file beside its history. */
async function changed(changes: Record<string, unknown>): Promise<string> {
  const path = join(dir, 'changed.json');
  const saved = JSON.parse(await readFile(result, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...saved, ...changes }));
  return path;
}

test.each(['../x.ndjson', '/etc/passwd', '..', '', 'a/b.ndjson'])(
  'a result whose history is %j, not beside it, is refused',
  async (name) => {
    const path = await changed({ history: name });
    const { code, stderr } = await probe(['recheck', path]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: ${path} names a history that is not beside it: ${name}`.trim() + '\n',
    });
  },
);

test('a result whose history has no name that a file can have is refused', async () => {
  const path = await changed({ history: 'a\0b' });
  const { code, stderr } = await probe(['recheck', path]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: .*ab cannot be read: .* without null bytes.*\n$/);
});

test('a result whose history is a named pipe is refused at once', async () => {
  execFileSync('mkfifo', [join(dir, 'pipe')]);
  const { code, stderr } = await probe(['recheck', await changed({ history: 'pipe' })]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `error: ${join(dir, 'pipe')} is a named pipe, not a file\n`,
  });
});

test('lines that were taken out of a saved history are missed', async () => {
  const path = join(dir, 'shorter.history.ndjson');
  const [head, ...rest] = gunzipSync(await readFile(history))
    .toString()
    .split('\n');
  const left = rest.filter((line) => !line.includes('"f":"poll"'));
  await writeFile(path, [head, ...left].join('\n'));
  const { code, stderr } = await probe(['recheck', path]);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /shorter\.history\.ndjson is not whole: it has [\d,]+ events and says [\d,]+\n$/,
  );
});

test('what a history says does nothing to the terminal', async () => {
  const path = join(dir, 'nasty.history.ndjson');
  const nasty = '\u001b]0;pwned\u0007\u001b[2J\u009b1A\u202e';
  const lines = gunzipSync(await readFile(history))
    .toString()
    .split('\n')
    .slice(0, -1);
  const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const error = { class: 'io', message: nasty };
  const told = events.map((event) => {
    return event['f'] === 'audit' ? { ...event, type: 'fail', counter: null, error } : event;
  });
  for (const all of [told, [{ ...events[0], copies: [[nasty]] }]]) {
    await writeFile(path, all.map((event) => `${JSON.stringify(event)}\n`).join(''));
    for (const args of [[], ['--json']]) {
      const { stdout, stderr } = await probe(['recheck', path, ...args]);
      expect(stdout + stderr).not.toMatch(/(?!\n)\p{Control}|\u202e/u);
    }
  }
});
