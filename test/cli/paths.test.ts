import { existsSync, mkdirSync } from 'node:fs';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkDbPath, checkDiskSpace, checkResultsDir } from '../../src/cli/paths.ts';
import { UsageError } from '../../src/core/errors.ts';
import { markerOf } from '../../src/experiment/marker.ts';
import { options, temporaryDir } from '../store/fixtures.ts';
import { backend } from './backend.ts';

async function refusal(promise: Promise<void>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

test('a fresh path in a folder is accepted, and nothing is left there', async () => {
  const dir = temporaryDir();
  await checkDbPath(join(dir, 'db'), backend, false);
  expect(await readdir(dir)).toEqual([]);
});

test('a missing parent is refused', async () => {
  const path = join(temporaryDir(), 'none', 'db');
  expect(await refusal(checkDbPath(path, backend, false))).toMatch(/the folder .* does not exist$/);
});

test('a parent that is a file, or where nothing can be created, is refused', async () => {
  const file = join(temporaryDir(), 'file');
  await writeFile(file, '');
  for (const parent of [file, '/proc']) {
    expect(await refusal(checkDbPath(join(parent, 'db'), backend, false))).toContain(
      `nothing can be created in ${parent}`,
    );
  }
});

test.each(['db', 'db.wal'])('a foreign %s is refused and left as it is', async (name) => {
  const dir = temporaryDir();
  await writeFile(join(dir, name), 'precious');
  for (const overwrite of [false, true]) {
    expect(await refusal(checkDbPath(join(dir, 'db'), backend, overwrite))).toMatch(
      /exists and was not made by probe/,
    );
  }
  expect(await readFile(join(dir, name), 'utf8')).toBe('precious');
});

test('a foreign folder and a dangling link are refused', async () => {
  const dir = temporaryDir();
  await mkdir(join(dir, 'folder'));
  await symlink(join(dir, 'nowhere'), join(dir, 'link'));
  for (const name of ['folder', 'link']) {
    expect(await refusal(checkDbPath(join(dir, name), backend, true))).toContain('not made by');
  }
});

test('what an earlier run made is refused unless it may be overwritten', async () => {
  const path = join(temporaryDir(), 'db');
  await writeFile(path, 'rows');
  await writeFile(markerOf(path), '{"tool":"probe"}');
  expect(await refusal(checkDbPath(path, backend, false))).toContain("give '--overwrite'");
  await checkDbPath(path, backend, true);
  expect(await readFile(path, 'utf8')).toBe('rows');
});

/** A path of so many bytes in this folder, whose folders are made. */
function longPath(dir: string, bytes: number): string {
  let path = dir;
  // The last name takes the rest: one byte at least, and few enough for what is derived from it.
  while (bytes - Buffer.byteLength(path) > 151) path = join(path, 'd'.repeat(149));
  mkdirSync(path, { recursive: true });
  return join(path, 'd'.repeat(bytes - Buffer.byteLength(path) - 1));
}

/** What beside the database of the backend of these tests has the longest name: ".probe.json", a dot and a secret. */
const LONGER = 44;

test.each(['a', 'ä', '𝛼'])(
  'the longest name of a database is told in bytes, not in characters: %s',
  async (character) => {
    const dir = temporaryDir();
    const allowed = 255 - LONGER;
    const repeated = character.repeat(Math.floor(allowed / Buffer.byteLength(character)));
    const longest = repeated + 'x'.repeat(allowed - Buffer.byteLength(repeated));
    await checkDbPath(join(dir, longest), backend, false);
    expect(await refusal(checkDbPath(join(dir, `${longest}x`), backend, false))).toMatch(
      /: the name '.*' has 212 bytes, of which 211 are allowed here$/,
    );
    expect(await readdir(dir)).toEqual([]);
  },
);

test('the longest path of a database leaves room for what a driver puts into it', async () => {
  const dir = temporaryDir();
  const longest = longPath(dir, 4095 - 512 - LONGER);
  await checkDbPath(longest, backend, false);
  expect(await refusal(checkDbPath(`${longest}x`, backend, false))).toMatch(
    /: the path has 3540 bytes, of which 3539 are allowed here$/,
  );
});

test('a folder for results whose name or path is too long is refused before any folder is made', async () => {
  const dir = temporaryDir();
  const results = join(dir, 'a', 'b');
  expect(await refusal(checkResultsDir(join(results, 'r'.repeat(256), 'c')))).toMatch(
    /^option '--results .*': the name 'r+…' has 256 bytes, of which 255 are allowed here$/,
  );
  const longest = longPath(dir, 4095 - 512);
  expect(await refusal(checkResultsDir(`${longest}r`))).toMatch(
    /: the path has 3584 bytes, of which 3583 are allowed here$/,
  );
  expect(existsSync(results)).toBe(false);
  await checkResultsDir(longest);
  await checkResultsDir(join(results, 'r'.repeat(255)));
});

test('more rows than the disk has room for are refused with both figures', async () => {
  await checkDiskSpace(options, null);
  const huge = { ...options, rows: 1e9, dims: 65_536 };
  const message = await refusal(checkDiskSpace(huge, join(temporaryDir(), 'db')));
  expect(message).toMatch(
    /^options '--rows 1000000000' and '--dims 65536' need about 525 TiB in .*, where [\d.]+ [KMGT]?i?B are free$/,
  );
});

test('isolated copies count, too, the first being the seeded database itself', async () => {
  const copies = { ...options, access: 'isolated', rows: 1e9, dims: 65_536 } as const;
  expect(await refusal(checkDiskSpace(copies, null))).toContain('need about 1051 TiB');
});

test('a folder for results is created, and refused where it cannot be', async () => {
  const dir = temporaryDir();
  await checkResultsDir(join(dir, 'a', 'b'));
  expect(await readdir(join(dir, 'a'))).toEqual(['b']);
  await writeFile(join(dir, 'file'), '');
  for (const bad of [join(dir, 'file'), join(dir, 'file', 'x'), '/proc', '/proc/none']) {
    expect(await refusal(checkResultsDir(bad))).toContain(`option '--results ${bad}'`);
  }
});
