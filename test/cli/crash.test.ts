/** `probe crash` from the outside: what goes where, what is saved, how it ends. */
import { spawn } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { CrashResult } from '../../src/core/crash.ts';
import { readCrash } from '../../src/store/crashes.ts';
import { skipReason } from '../support/crash.ts';
import { NOBODY, noNobody } from '../support/nobody.ts';
import { temporaryDirectory } from '../support/run.ts';
import { probe } from './probe.ts';

const BIN = fileURLToPath(new URL('../../bin/probe.js', import.meta.url));
const SMALL = '--rows 200 --dims 8 --batch 16'.split(' ');
const noSmallDisk = await skipReason('disk-full', []);
const noImages = await skipReason('power-loss', ['ext4']);

/** Without spaces and the breaks that fit it into the terminal. */
const unspaced = (text: string): string => text.replaceAll(/\s/g, '');

/** Exit 2, one sentence on stderr, nothing on stdout. */
async function refusal(line: string): Promise<string> {
  const { code, stdout, stderr } = await probe(['crash', ...line.split(' ')]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  return stderr;
}

test.each([
  ['duckdbb', "'duckdbb' is no backend; there are: duckdb"],
  ['reference --mode earthquake', 'kill, pause, disk-full, power-loss'],
  ['reference --rounds 0', 'a whole number from 1 to 10000'],
  ['reference --rounds 1.5', 'a whole number from 1 to 10000'],
  ['reference --rounds abc', 'a whole number from 1 to 10000'],
  ['reference --kill owner', "'--kill owner' needs '--access owner'"],
  ['reference --kill nobody', 'writer, reader, owner, all'],
  ['reference --mode pause --kill writer', "means something with '--mode kill' only"],
  ['reference --filesystem ext4', "'--filesystem' means something with '--mode power-loss' only"],
  ['reference --kill reader --readers 0', "'--kill reader' needs readers"],
  ['reference --filesystem zfs', "'zfs' is none; allowed: ext4, xfs"],
  ['reference --writers 0', 'give --writers 1 or more'],
  ['reference --no-check', "'--no-check' leaves nothing to judge"],
  ['reference --access isolated', 'nothing is shared'],
  ['duckdb --bug lost', 'it has no planted bugs'],
  ['reference --results /proc/results', 'nothing can be created'],
])('probe crash %s is refused', async (line, message) => {
  expect(await refusal(line)).toContain(message);
});

test('interrupted, it prints and saves what it knows as JSON, and nothing is left', async () => {
  const [tmp, dir] = [await temporaryDirectory(), await temporaryDirectory()];
  const args = ['crash', 'reference', ...SMALL, '--rounds', '1000', '--json', '--results', dir];
  const env = { ...process.env, TMPDIR: tmp, FORCE_COLOR: '1' };
  const child = spawn(process.execPath, [BIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
    // Said from time to time where nobody sees a live view.
    if (/^\[\d+\/1000\] kill: \d+ rounds? done/m.test(output.stderr)) child.kill('SIGINT');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(130);
  expect(output.stderr).toMatch(
    /^\[0\/1000\] kill: the database is prepared for 1,000 rounds\n(\[\d+\/1000\] kill: .*\n)+$/,
  );
  const result = JSON.parse(output.stdout) as CrashResult;
  expect(result).toMatchObject({ interrupted: true, lost: 0, failed_rounds: 0 });
  expect(result.rounds_done).toBe(result.rounds.length);
  expect(result.rounds_done).toBeGreaterThan(0);
  expect(result.rounds_done).toBeLessThan(1000);
  const [name] = readdirSync(dir);
  expect(await readCrash(join(dir, name!))).toEqual(result);
  expect(readdirSync(tmp)).toEqual([]);
});

test.each([50, 250, 450, 650])(
  'a Ctrl-C %i ms into a round, whatever it meets there, throws none of the rounds away',
  async (lateMs) => {
    const tmp = await temporaryDirectory();
    const args = ['crash', 'reference', ...SMALL, '--rounds', '1000', '--json', '--no-save'];
    const env = { ...process.env, TMPDIR: tmp };
    // As a shell starts a job: the terminal's signal goes to the whole group.
    const stdio = ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'];
    const child = spawn(process.execPath, [BIN, ...args], { env, stdio, detached: true });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const isFirst = !/ done,/.test(stderr);
      stderr += text;
      if (!isFirst || !/ done,/.test(stderr)) return;
      setTimeout(() => process.kill(-child.pid!, 'SIGINT'), lateMs);
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130);
    const { interrupted, rounds, because } = JSON.parse(stdout) as CrashResult;
    expect(interrupted).toBe(true);
    expect(rounds.length).toBeGreaterThan(0);
    expect(rounds.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(because).not.toContain('could not be');
    expect(readdirSync(tmp)).toEqual([]);
  },
);

test.each([
  ['processes', 'writer', 'w0'],
  ['owner', 'owner', 'owner'],
])('with %s who is killed without --kill is the %s, who commits', async (access, victim, name) => {
  const args = ['crash', 'reference', ...SMALL, '--rounds', '1', '--access', access];
  const { stdout } = await probe([...args, '--no-save', '--json', '--quiet']);
  const { crash, rounds } = JSON.parse(stdout) as CrashResult;
  expect(crash.victim).toBe(victim);
  expect(rounds[0]!.killed).toEqual([name]);
});

test('unsafe is exit 1; the table is plain, the bundle bears the name of the result', async () => {
  const dir = await temporaryDirectory();
  const args = ['crash', 'reference', ...SMALL, '--rounds', '1', '--bug', 'unexpected'];
  const { code, stdout, stderr } = await probe([...args, '--results', dir]);
  expect(code).toBe(1);
  expect(stderr).toContain('\nround 0 FAILED\n[1/1] kill: 1 round done, 1 failed\n');
  expect(stdout).toMatch(/^probe crash reference · kill · processes · 1 round\n/);
  expect(stdout).toMatch(/\n {2}Class {6}UNSAFE: in 1 of 1 round, after a kill, /);
  // oxlint-disable-next-line no-control-regex
  expect(stdout).not.toMatch(/\u001B/);
  const [bundle, saved] = readdirSync(dir).toSorted();
  expect(saved!.replace('.json', '-round-0')).toBe(bundle);
  expect(unspaced(stdout)).toContain(
    unspaced(`probe recheck ${join(dir, bundle!)}\n or try it again`),
  );
  expect(unspaced(stdout)).toMatch(/:probecrashreference--modekill--rounds1.*--bugunexpected/);
});

test.skipIf(noSmallDisk !== '')(
  `a full disk: reads go on, nothing acknowledged is lost, and the program ends${noSmallDisk}`,
  async () => {
    const tmp = await temporaryDirectory();
    // Operations so large that the disk is full soon.
    const args = ['crash', 'reference', '--rows', '50', '--dims', '64', '--batch', '512'];
    const { code, stdout, stderr } = await probe(
      [...args, '--mode', 'disk-full', '--json', '--no-save', '--quiet'],
      { TMPDIR: tmp },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { rounds, errors, ...result } = JSON.parse(stdout) as CrashResult;
    expect(result).toMatchObject({
      durability: 'disk-full-safe',
      kills: 0,
      lost: 0,
      unopenable: 0,
    });
    expect(rounds).toHaveLength(3);
    for (const { reads_after_full: reads, delay_us: delay } of rounds) {
      expect(reads).toBeGreaterThan(0);
      expect(delay).toBeGreaterThan(0);
    }
    expect(errors.map(({ class: name }) => name)).toContain('disk_full');
    expect(readdirSync(tmp)).toEqual([]);
  },
);

test.skipIf(noImages !== '')(
  `a power cut that loses what was acknowledged is exit 1, and a kill before it is told apart${noImages}`,
  async () => {
    const args = ['crash', 'reference', ...SMALL, '--bug', 'no-fsync', '--mode', 'power-loss'];
    const { code, stdout } = await probe([
      ...[...args, '--rounds', '1', '--filesystem', 'ext4', '--json', '--no-save', '--quiet'],
    ]);
    expect(code).toBe(1);
    const { rounds, because } = JSON.parse(stdout) as CrashResult;
    expect(rounds.map(({ control, lost }) => [control, lost > 0])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(because).toContain('whether a kill does too is not known');
  },
);

test.skipIf(noNobody !== '').each([
  ['disk-full', noNobody],
  ['power-loss', noNobody],
])('without root %s is a clear skip, exit 3%s', async (mode) => {
  const tmp = await temporaryDirectory();
  chmodSync(tmp, 0o777);
  const args = ['crash', 'reference', '--mode', mode, '--no-save', '--json'];
  const child = spawn(process.execPath, [BIN, ...args], {
    ...NOBODY,
    env: { PATH: process.env['PATH'], TMPDIR: tmp },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
  const why = `--mode ${mode} mounts a file system and needs root`;
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ durability: 'unknown', bound: null, reads: 'unknown', rounds: [] },
    ...{
      skipped: `${why}: run it with sudo`,
      because: `skipped: ${why}`,
      next: 'run it with sudo',
    },
  });
});
