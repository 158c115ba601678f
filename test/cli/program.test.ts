import { closeSync, openSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryDir } from '../store/fixtures.ts';
import { probe } from './probe.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('--version is that of package.json', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(await probe(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('--help names the backends, gives examples and explains the exit codes', async () => {
  const { code, stdout } = await probe(['--help']);
  expect(code).toBe(0);
  for (const text of ['lancedb', 'duckdb', 'reference', 'Examples:', 'Exit codes:']) {
    expect(stdout).toContain(text);
  }
  // A terminal would break longer lines in the middle of a word.
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('without a command the help goes to stderr, and it is bad usage', async () => {
  const { code, stdout, stderr } = await probe([]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Usage: probe');
});

test('list tells of each backend whether it loads here', async () => {
  const { code, stdout } = await probe(['list', '--json']);
  expect(code).toBe(0);
  const list = JSON.parse(stdout) as { name: string; loads: boolean; claims: string }[];
  expect(list.map(({ name }) => name)).toEqual(expect.arrayContaining(['duckdb', 'lancedb']));
  for (const { loads, claims } of list) expect({ loads, claims }).toMatchObject({ loads: true });
  expect((await probe(['list'])).stdout).toMatch(
    /^duckdb\n {2}@duckdb\/node-api \d.*\n {2}loads here/m,
  );
});

test('list --bugs tells which checks fire', async () => {
  const { stdout } = await probe(['list', '--bugs']);
  expect(stdout).toMatch(/^probe reference --bug lost\n(.*\n)*? {2}fires: lost/m);
});

test('list --bugs tells the command that shows a bug which no run can see', async () => {
  const { stdout } = await probe(['list', '--bugs']);
  expect(stdout).toContain('probe crash reference --bug early-ack\n');
  expect(stdout).toContain('probe crash reference --bug no-fsync --mode power-loss\n');
  expect(stdout.match(/^probe crash .*\n.*\n {2}fires: nothing in a run; it shows/gm)).toHaveLength(
    4,
  );
});

test('the help of crash names its own defaults, and fits 80 columns like all others', async () => {
  const { stdout } = await probe(['crash', '--help']);
  expect(stdout).toMatch(/--rows <n> +seed rows \(default: 1000\)\n/);
  expect(stdout).toMatch(/--dims <n> +floats of one embedding \(default: 128\)\n/);
  expect(stdout).toMatch(/--readers <n> +reader processes \(default: 1\)\n/);
  for (const command of [[], ['duckdb'], ['crash'], ['matrix'], ['compare'], ['recheck']]) {
    const { stdout: help } = await probe([...command, '--help']);
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const hasExamples = help.includes('\nExamples:\n');
    expect(hasExamples).toBe([undefined, 'crash', 'matrix'].includes(command[0]));
  }
});

test('a reader of stdout that leaves early is no error', async () => {
  const child = spawn(process.execPath, [join(root, 'bin/probe.js'), 'list', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

/** A copy of the program, with everything installed but DuckDB's driver. */
async function bareProgram(): Promise<string> {
  const dir = temporaryDir();
  for (const part of ['bin', 'dist', 'package.json']) {
    await cp(join(root, part), join(dir, part), { recursive: true });
  }
  await mkdir(join(dir, 'node_modules'));
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name !== '@duckdb')
      await symlink(join(root, 'node_modules', name), join(dir, 'node_modules', name));
  }
  return dir;
}

test('a driver that is not installed cannot run, and the command that installs it is told', async () => {
  const dir = await bareProgram();
  const { code, stdout, stderr } = await probe(
    ['duckdb', '--no-save'],
    {},
    join(dir, 'bin/probe.js'),
  );
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toMatch(
    /^error: the driver of duckdb is not installed; run: npm install @duckdb\/node-api@\d\S+\n$/,
  );
});

test('a driver that does not load cannot run, in one sentence with the command that installs it', async () => {
  const dir = await bareProgram();
  const driver = join(dir, 'node_modules/@duckdb/node-api');
  await mkdir(driver, { recursive: true });
  await writeFile(join(driver, 'package.json'), '{"name":"@duckdb/node-api","main":"index.js"}');
  await writeFile(join(driver, 'index.js'), "throw new Error('no binding\\nRequire stack:\\n- x')");
  const args = ['duckdb', '--no-save', '--quiet', '--rows', '10', '--dims', '4'];
  const { code, stdout, stderr } = await probe(args, {}, join(dir, 'bin/probe.js'));
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toMatch(
    /^error: the driver of duckdb does not load here \(no binding\); run: npm install @duckdb\/node-api@\d\S+\n$/,
  );
});

test.skipIf(process.platform !== 'linux')(
  'an output that cannot be written is said once',
  async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [join(root, 'bin/probe.js'), 'list', '--bugs'], {
      stdio: ['ignore', full, 'pipe'],
    });
    let stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const code = await new Promise((resolve) => child.on('close', resolve));
    closeSync(full);
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: 'error: the output cannot be written: ENOSPC: no space left on device, write\n',
    });
  },
);
