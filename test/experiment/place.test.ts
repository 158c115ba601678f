/** Whose the path given with --db is, on the program as it ships. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { probe } from '../cli/probe.ts';
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
    stderr: `error: option '--db ${db}': a run that still goes on uses it\n`,
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
