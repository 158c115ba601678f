/** The coordinator killed with SIGKILL: nothing of the run is left. */
import { fork, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isAlive } from '../../src/system/proc.ts';
import { temporaryDirectory } from '../support/run.ts';
import { startRun } from '../support/started-run.ts';

/** Processes whose parent is this one, and theirs. */
function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .map(Number)
    .filter((other) => other > 0 && parentOf(other) === pid);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
  } catch {
    return undefined;
  }
}

it.each(['lancedb', 'reference'])(
  'leaves no process and no file of a %s run two seconds later, a stopped worker included',
  async (backend) => {
    const tmp = await temporaryDirectory();
    const { process: probe } = await startRun(tmp, backend);
    const children = descendants(probe.pid!);
    expect(children.length).toBeGreaterThanOrEqual(6);
    const stopped = children.find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker/entry'),
    )!;
    process.kill(stopped, 'SIGSTOP');
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
