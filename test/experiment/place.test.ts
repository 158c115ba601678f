/** Whose the path given with --db is, on the program as it ships. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ownIdentity } from '../../src/experiment/owner-file.ts';
import { BIN, probe } from '../cli/probe.ts';
import { temporaryDirectory } from '../support/run.ts';
import { startRun } from '../support/started-run.ts';

const SHORT = ['reference', '--rows', '200', '--dims', '8', '--duration', '1', '--no-save'];

it('of two runs on one path that start together, one is refused and the other unharmed', async () => {
  const db = join(await temporaryDirectory(), 'db');
  for (const more of [[], ['--overwrite']]) {
    const both = [...SHORT, '--db', db, ...more];
    const ended = await Promise.all([probe(both), probe(both)]);
    expect(ended.map(({ code }) => code).toSorted((a, b) => a! - b!)).toEqual([0, 2]);
    const [refused] = ended.filter(({ code }) => code === 2);
    expect(refused!.stderr).toMatch(
      /^error: option '--db .*': (another run|a run that|somebody) .*\n$/,
    );
  }
});

it('the database of a run that goes on is not overwritten', async () => {
  const tmp = await temporaryDirectory();
  const db = join(tmp, 'db');
  const run = await startRun(tmp, 'reference', 'work', '--db', db, '--json');
  const { code, stderr } = await probe([...SHORT, '--db', db, '--overwrite']);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `error: option '--db ${db}': a run that still goes on uses it (process ${run.process.pid})\n`,
  });
  run.process.kill('SIGINT');
  expect((await run.ended).code).toBe(130);
  expect(JSON.parse(run.said.stdout)).toMatchObject({ verdict: 'works' });
});

it('a kept database is replaced only with --overwrite', async () => {
  const dir = await temporaryDirectory();
  const db = join(dir, 'db');
  expect((await probe([...SHORT, '--db', db, '--keep'])).code).toBe(0);
  expect(readdirSync(dir)).toEqual(expect.arrayContaining(['db', 'db.probe.json']));
  expect((await probe([...SHORT, '--db', db])).stderr).toContain(
    "give '--overwrite' to replace it",
  );
  expect((await probe([...SHORT, '--db', db, '--overwrite'])).code).toBe(0);
  expect(readdirSync(dir)).toEqual([]);
});

it.each(['', '{}', 'null', '{"tool":"another"}'])(
  'a marker that says %j does not make a path ours',
  async (text) => {
    const db = join(await temporaryDirectory(), 'db');
    mkdirSync(db);
    writeFileSync(join(db, 'precious'), 'rows');
    writeFileSync(`${db}.probe.json`, text);
    const { code, stderr } = await probe([...SHORT, '--db', db, '--overwrite']);
    expect(code).toBe(2);
    expect(stderr).toContain('was not made by probe');
    expect(readFileSync(join(db, 'precious'), 'utf8')).toBe('rows');
  },
);

/** What the marker of a database says, with these changes. */
function rewriteMarker(db: string, changes: object): string {
  const marker = `${db}.probe.json`;
  const text = JSON.stringify({ tool: 'probe', ...ownIdentity(), ...changes });
  writeFileSync(marker, text);
  return text;
}

/** A process that has ended. */
const gone = (): number => spawnSync('true').pid;

it.each([
  ['of another container', { pidNamespace: 'pid:[1]' }],
  ['of another host, or of another boot of this one', { bootId: 'another' }],
  ['of a host without /proc', { startTicks: null, pidNamespace: null, bootId: null }],
  ['of a version that did not say which boot it was', { bootId: undefined }],
])('the database of a process %s is never overwritten, be it alive or not', async (_, changes) => {
  const dir = await temporaryDirectory();
  const db = join(dir, 'db');
  mkdirSync(db);
  writeFileSync(join(db, 'precious'), 'rows');
  for (const pid of [gone(), process.pid]) {
    const text = rewriteMarker(db, { pid, ...changes });
    const { code, stdout, stderr } = await probe([...SHORT, '--db', db, '--overwrite']);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr:
        `error: option '--db ${db}': a run that may still go on uses it (process ${pid} of another ` +
        'container or host, or from before this one was last started); ' +
        `if it has ended, remove ${db}.probe.json and ${db}\n`,
    });
    expect(readFileSync(join(db, 'precious'), 'utf8')).toBe('rows');
    expect(readFileSync(`${db}.probe.json`, 'utf8')).toBe(text);
    expect(readdirSync(dir).toSorted()).toEqual(['db', 'db.probe.json']);
  }
});

it('the database of a process of this boot that is gone is overwritten', async () => {
  const dir = await temporaryDirectory();
  const db = join(dir, 'db');
  mkdirSync(db);
  rewriteMarker(db, { pid: gone() });
  expect((await probe([...SHORT, '--db', db, '--overwrite'])).code).toBe(0);
  expect(readdirSync(dir)).toEqual([]);
});

it('a kept database no longer names the run that made it, so another container may overwrite it', async () => {
  const db = join(await temporaryDirectory(), 'db');
  await probe([...SHORT, '--db', db, '--keep']);
  const marker = JSON.parse(readFileSync(`${db}.probe.json`, 'utf8')) as object;
  expect(marker).toEqual({ tool: 'probe', backend: 'reference' });
});

it('a marker that never answers is none of ours', async () => {
  const db = join(await temporaryDirectory(), 'db');
  spawnSync('mkfifo', [`${db}.probe.json`]);
  const { code, stderr } = await probe([...SHORT, '--db', db, '--overwrite']);
  expect(code).toBe(2);
  expect(stderr).toContain('was not made by probe');
});

const mayUnshare = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;
const noNamespaces = mayUnshare ? '' : ' (this user may not make pid namespaces)';

it.skipIf(!mayUnshare)(
  `a run in another container keeps its database and its directory${noNamespaces}`,
  async () => {
    const tmp = await temporaryDirectory();
    const db = join(tmp, 'db');
    const args = ['--pid', '--fork', '--kill-child', '--mount-proc', process.execPath, BIN];
    const other = spawn('unshare', [...args, 'reference', '--duration', '60', '--db', db], {
      env: { ...process.env, TMPDIR: tmp },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    onTestFinished(() => void other.kill('SIGKILL'));
    let said = '';
    other.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    await expect.poll(() => said, { timeout: 30_000 }).toContain('work');
    const before = readdirSync(tmp).toSorted();
    const overwriting = await probe([...SHORT, '--db', db, '--overwrite']);
    expect(overwriting.code).toBe(2);
    expect(overwriting.stderr).toContain(`if it has ended, remove ${db}.probe.json and ${db}\n`);
    const cleaning = await probe(['clean', '--yes'], { TMPDIR: tmp });
    expect(cleaning).toMatchObject({ code: 0, stderr: '' });
    expect(cleaning.stdout).toContain('which cannot be proven gone; it is left alone.\n');
    expect(readdirSync(tmp).toSorted()).toEqual(before);
  },
);
