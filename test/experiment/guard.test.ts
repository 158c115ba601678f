/** The coordinator killed with SIGKILL: nothing of the run is left. */
import { fork, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { ToGuard } from '../../src/experiment/guard-protocol.ts';
import { mountsBelow } from '../../src/system/mounts.ts';
import { isAlive } from '../../src/system/proc.ts';
import { skipReason } from '../support/crash.ts';
import { descendants, environmentOf, running } from '../support/processes.ts';
import { temporaryDirectory } from '../support/run.ts';
import { startRun } from '../support/started-run.ts';

const noSmallDisk = await skipReason('disk-full', []);

it.each(['lancedb', 'reference'])(
  'leaves no process and no file of a %s run two seconds later, a stopped worker included',
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
    await sleep(2000);
    expect(children.filter((pid) => isAlive(pid))).toEqual([]);
    expect(readdirSync(tmp)).toEqual([]);
  },
);

it('does not take a later process of the same pid for a child of the run', async () => {
  const bystander = fork(fileURLToPath(new URL('../fixtures/bystander.mjs', import.meta.url)));
  const guard = spawn(process.execPath, [fileURLToPath(import.meta.resolve('#guard'))], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  guard.stdin.end(`${JSON.stringify({ type: 'child', pid: bystander.pid, startTicks: '1' })}\n`);
  await new Promise((resolve) => guard.on('exit', resolve));
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
    const guard = spawn(process.execPath, [fileURLToPath(import.meta.resolve('#guard'))], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const said: ToGuard[] = [
      { type: 'path', path: run },
      { type: 'undo', key: point, command: ['sh', '-c', undo] },
    ];
    guard.stdin.end(said.map((message) => `${JSON.stringify(message)}\n`).join(''));
    await new Promise((resolve) => guard.on('exit', resolve));
    expect(mountsBelow(run)).toEqual([]);
    expect(existsSync(run)).toBe(false);
  },
);
