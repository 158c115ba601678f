/** The coordinator killed with SIGKILL: nothing of the run is left. */
import { fork, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { Guard } from '../../src/experiment/guard.ts';
import type { ToGuard } from '../../src/experiment/guard-protocol.ts';
import { mountsBelow } from '../../src/system/mounts.ts';
import { isAlive } from '../../src/system/proc.ts';
import { skipReason } from '../support/crash.ts';
import { goneLeader } from '../support/leader.ts';
import { descendants, environmentOf, running } from '../support/processes.ts';
import { temporaryDirectory } from '../support/run.ts';
import { startRun } from '../support/started-run.ts';

const noSmallDisk = await skipReason('disk-full', []);

it.each(['lancedb', 'reference'])(
  'leaves no process and no file of a %s run, a stopped worker included',
  async (backend) => {
    const tmp = await temporaryDirectory();
    const { process: probe } = await startRun(tmp, backend);
    const children = descendants(probe.pid!);
    expect(children.length).toBeGreaterThanOrEqual(6);
    const [worker] = running(children, 'worker/entry');
    // What a driver leaves there when it is killed goes with the run.
    const [run] = readdirSync(tmp);
    expect(environmentOf(worker!)).toContain(`TMPDIR=${tmp}/${run}/tmp`);
    process.kill(worker!, 'SIGSTOP');
    probe.kill('SIGKILL');
    await expect.poll(() => readdirSync(tmp), { timeout: 30_000 }).toEqual([]);
    await expect.poll(() => children.filter((pid) => isAlive(pid))).toEqual([]);
  },
);

/** A guard whose coordinator says this, and is then gone. */
async function guardTold(text: string): Promise<void> {
  const guard = spawn(process.execPath, [fileURLToPath(import.meta.resolve('#guard'))], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  guard.stdin.end(text);
  await new Promise((resolve) => guard.on('exit', resolve));
}

const lines = (...said: ToGuard[]): string =>
  said.map((message) => `${JSON.stringify(message)}\n`).join('');

/** A directory of a run, with a file and a folder in it. */
async function madeRun(): Promise<string> {
  const run = join(await temporaryDirectory(), 'run');
  mkdirSync(join(run, 'folder'), { recursive: true });
  writeFileSync(join(run, 'folder', 'file'), '');
  return run;
}

it.each([
  ['half a line at the end', (known: string) => `${known}{"type":"path","pa`],
  ['a line that is no JSON', (known: string) => `{"type":\n${known}`],
  ['a line that is no message', (known: string) => `null\n[]\n{"type":"path"}\n${known}`],
  ['a child that is no process', (known: string) => `{"type":"child","pid":"none"}\n${known}`],
])('undoes what it knows although it was told %s', async (_, told) => {
  const run = await madeRun();
  await guardTold(told(lines({ type: 'path', path: run })));
  expect(existsSync(run)).toBe(false);
});

it('removes no file behind a link, and not what the run has removed itself', async () => {
  const [run, other] = [await madeRun(), await madeRun()];
  symlinkSync(other, join(run, 'link'));
  const paths = [run, other].map((path) => ({ type: 'path', path }) as const);
  await guardTold(lines(...paths, { type: 'removed', path: other }));
  expect(existsSync(run)).toBe(false);
  expect(existsSync(join(other, 'folder', 'file'))).toBe(true);
});

it('is waited for while it goes on, also where the coordinator would once have killed it', async () => {
  const run = await madeRun();
  const guard = new Guard();
  guard.path(run);
  // Longer than the five seconds after which it was killed, with the directory left behind.
  guard.undo('slow', ['sleep', '7']);
  await guard.close();
  expect(guard.lost).toBe(true);
  expect(existsSync(run)).toBe(false);
});

it('kills the helper that a child has left in its process group', async () => {
  const { leader, startTicks, helper } = await goneLeader(tmpdir());
  expect(isAlive(helper)).toBe(true);
  await guardTold(lines({ type: 'child', pid: leader, startTicks }));
  await expect.poll(() => isAlive(helper)).toBe(false);
});

it('does not take a later process of the same pid for a child of the run', async () => {
  const bystander = fork(fileURLToPath(new URL('../fixtures/bystander.mjs', import.meta.url)), [], {
    detached: true,
  });
  await guardTold(lines({ type: 'child', pid: bystander.pid!, startTicks: '1' }));
  expect(isAlive(bystander.pid!)).toBe(true);
  bystander.kill('SIGKILL');
});

it.skipIf(noSmallDisk !== '')(
  `a mount that was on its way when the coordinator was killed is undone${noSmallDisk}`,
  async () => {
    const run = join(await temporaryDirectory(), 'run');
    const point = join(run, 'mount');
    mkdirSync(point, { recursive: true });
    onTestFinished(() => void spawnSync('sh', ['-c', `umount ${point}`]));
    // The first undoing comes too early: only then is the mount there.
    const undo = `umount ${point} || { mount -t tmpfs tmpfs ${point}; exit 1; }`;
    await guardTold(
      lines({ type: 'path', path: run }, { type: 'undo', key: point, command: ['sh', '-c', undo] }),
    );
    expect(mountsBelow(run)).toEqual([]);
    expect(existsSync(run)).toBe(false);
  },
);
