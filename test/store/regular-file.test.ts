import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { readCrash, readReplay } from '../../src/store/crashes.ts';
import { openHistory } from '../../src/store/histories.ts';
import { readMatrix } from '../../src/store/matrices.ts';
import { readResult, saveResult } from '../../src/store/results.ts';
import { result, temporaryDir } from './fixtures.ts';

const readers = { openHistory, readResult, readCrash, readMatrix };

function pipeAt(path: string): string {
  execFileSync('mkfifo', [path]);
  return path;
}

async function refusal(reading: Promise<unknown>): Promise<string> {
  const error: unknown = await reading.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

test.each(Object.entries(readers))('%s never waits for a named pipe', async (_, read) => {
  const path = pipeAt(join(temporaryDir(), 'pipe.json'));
  expect(await refusal(read(path))).toBe(`${path} is a named pipe, not a file`);
});

test.each(Object.entries(readers))('%s reads no device and no folder', async (name, read) => {
  expect(await refusal(read('/dev/zero'))).toBe('/dev/zero is a device, not a file');
  if (name === 'readMatrix') return;
  const dir = temporaryDir();
  expect(await refusal(read(dir))).toBe(`${dir} is a directory, not a file`);
});

test('a socket is refused', async () => {
  const path = join(temporaryDir(), 'socket');
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  expect(await refusal(readResult(path))).toBe(`${path} is a socket, not a file`);
});

test('so are the files in a folder that the user named', async () => {
  const dir = temporaryDir();
  const matrix = pipeAt(join(dir, 'matrix.json'));
  expect(await refusal(readMatrix(dir))).toBe(`${matrix} is a named pipe, not a file`);
  const bundle = pipeAt(join(dir, 'bundle.json'));
  expect(await refusal(readReplay(dir))).toBe(`${bundle} is a named pipe, not a file`);
});

test('a link to a file is one, a link to itself is none', async () => {
  const dir = temporaryDir();
  const path = await saveResult(dir, result);
  symlinkSync(path, join(dir, 'link.json'));
  expect(await readResult(join(dir, 'link.json'))).toEqual(result);
  symlinkSync('loop.json', join(dir, 'loop.json'));
  expect(await refusal(readResult(join(dir, 'loop.json')))).toContain('cannot be read');
});

test('a file too large to be a result is refused', async () => {
  const path = join(temporaryDir(), 'large.json');
  writeFileSync(path, '');
  truncateSync(path, 300 * 2 ** 20);
  expect(await refusal(readResult(path))).toBe(`${path} is no result: it has over 256 MiB`);
});
