/** Coordinator and guard both killed: what is left is told, and removed once that is wanted. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OWNER_FILE, ownerText, ownIdentity } from '../../src/experiment/owner-file.ts';
import { mountsBelow } from '../../src/system/mounts.ts';
import { skipReason } from '../support/crash.ts';
import { goneLeader } from '../support/leader.ts';
import { alive, kill, loopFilesBelow, runsIn, startCrash } from '../support/killed.ts';
import { isStopped, running } from '../support/processes.ts';
import { temporaryDirectory } from '../support/run.ts';
import { probe } from './probe.ts';

const noImages = await skipReason('power-loss', ['ext4']);
const TINY = '--rows 20 --dims 4 --batch 4 --readers 1 --duration 0.1 --no-save'.split(' ');

/** Ours, and alive; of another shape; without a word of who made it. */
function makeBystanders(tmp: string): string[] {
  const names = ['probe-run-000000000000', 'probe-run-mine', 'probe-run-111111111111'];
  for (const name of names) mkdirSync(join(tmp, name));
  writeFileSync(join(tmp, names[0]!, OWNER_FILE), ownerText());
  return names;
}

it.skipIf(noImages !== '')(
  `a mounted run is listed with its mount, and removed with --yes only${noImages}`,
  async () => {
    const tmp = await temporaryDirectory();
    const clean = async (...args: string[]) => probe(['clean', ...args], { TMPDIR: tmp });
    const crash = await startCrash(tmp, '--mode', 'power-loss', '--filesystem', 'ext4');
    await kill(crash, true);
    const [run] = runsIn(tmp).map((name) => join(tmp, name));
    const bystanders = makeBystanders(tmp);

    const listed = await clean();
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toMatch(new RegExp(`^${run}  [\\d.]+ \\w+\n  mounted: ${run}/mount\n`));
    expect(listed.stdout).toMatch(/\nNothing was removed\. .*: probe clean --yes\n$/);
    expect(mountsBelow(tmp)).toEqual([`${run}/mount`]);

    const other = await probe(['reference', ...TINY], { TMPDIR: tmp });
    const told = other.stderr.split('\n').filter((line) => line.includes('left by a killed run'));
    expect(told).toEqual([
      expect.stringMatching(
        /^left by a killed run: 1 directory, .*; remove them with: probe clean$/,
      ),
    ]);

    const removed = await clean('--yes');
    expect(removed).toMatchObject({ code: 0, stderr: '' });
    expect(removed.stdout).toMatch(/\nRemoved 1 directory, .*\.\n$/);
    expect(readdirSync(tmp).toSorted()).toEqual(bystanders.toSorted());
    expect(mountsBelow(tmp)).toEqual([]);
    await expect.poll(() => loopFilesBelow(tmp), { timeout: 10_000 }).toEqual([]);
    expect(alive(crash.children)).toEqual([]);
    expect((await clean()).stdout).toBe('No killed run has left anything.\n');
  },
);

it('a stopped process of such a run is listed and ended', async () => {
  const tmp = await temporaryDirectory();
  const crash = await startCrash(tmp, '--mode', 'pause');
  const [stopped] = running(crash.children, 'worker/entry');
  process.kill(stopped!, 'SIGSTOP');
  await expect.poll(() => isStopped(stopped!)).toBe(true);
  await kill(crash, true);
  const { stdout } = await probe(['clean'], { TMPDIR: tmp });
  expect(stdout).toContain(`  still alive: process ${stopped}\n`);
  expect(alive([stopped!])).toEqual([stopped]);
  await probe(['clean', '--yes'], { TMPDIR: tmp });
  await expect.poll(() => alive([stopped!])).toEqual([]);
  expect(readdirSync(tmp)).toEqual([]);
});

it('a helper that a child of such a run has left in its group is listed and ended', async () => {
  const tmp = await temporaryDirectory();
  const run = join(tmp, 'probe-run-000000000000');
  mkdirSync(run);
  writeFileSync(
    join(run, OWNER_FILE),
    JSON.stringify({ ...ownIdentity(), pid: spawnSync('true').pid }),
  );
  const own = await goneLeader(join(run, 'tmp'));
  // As if its pid had been that of a child of this run before.
  const stranger = await goneLeader(tmp);
  const children = [own, stranger].map(({ leader, startTicks }) => `${leader} ${startTicks}\n`);
  writeFileSync(join(run, 'children'), children.join(''));
  const { stdout } = await probe(['clean', '--yes'], { TMPDIR: tmp });
  expect(stdout.match(/still alive: process \d+/g)).toEqual([`still alive: process ${own.helper}`]);
  await expect.poll(() => alive([own.helper])).toEqual([]);
  expect(alive([stranger.helper])).toEqual([stranger.helper]);
  expect(readdirSync(tmp)).toEqual([]);
});

it('a temporary directory that does not exist is no bug', async () => {
  const env = { TMPDIR: join(await temporaryDirectory(), 'none') };
  expect(await probe(['clean'], env)).toMatchObject({ code: 0, stderr: '' });
  const { code, stdout, stderr } = await probe(['reference', ...TINY], env);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
});
