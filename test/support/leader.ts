import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { startTicksOf } from '../../src/system/proc.ts';

const LEADER = fileURLToPath(new URL('../fixtures/leader.mjs', import.meta.url));

/** The leader of a process group that is gone, and the helper that it has left in its group. */
export async function goneLeader(
  tmpdir: string,
): Promise<{ leader: number; startTicks: string | null; helper: number }> {
  const child = spawn(process.execPath, [LEADER], {
    env: { ...process.env, TMPDIR: tmpdir },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const leader = child.pid!;
  const startTicks = startTicksOf(leader);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const helper = Number(said.toString());
  onTestFinished(() => {
    try {
      process.kill(helper, 'SIGKILL');
    } catch {
      // It was ended, as most tests want it.
    }
  });
  if (child.exitCode === null) await once(child, 'exit');
  return { leader, startTicks, helper };
}
