/** The window of a run on a copy of a database: what its processes did in it, and what that took them. */
import { cp } from 'node:fs/promises';
import type { RunOptions } from '../../src/core/options.ts';
import { close, open, spawn, work } from '../../src/experiment/phases.ts';
import type { Window } from '../checking.ts';
import { inSession, setupOf } from '../harness/session.ts';
import { treeCpuS } from '../harness/tree.ts';

const { options, seeded } = JSON.parse(process.argv[2]!) as { options: RunOptions; seeded: string };

const window = await inSession(await setupOf(options), async (session): Promise<Window> => {
  await cp(seeded, session.place.path, { recursive: true });
  const crew = await spawn(session);
  await open(session, crew);
  const before = treeCpuS(process.pid);
  await work(session, crew);
  const after = treeCpuS(process.pid);
  await close(session, crew);
  crew.end();
  const { reads_ok, reads_err, writes_ok, writes_err } = session.metrics.counts();
  if (reads_err + writes_err > 0) throw new Error(`${reads_err + writes_err} operations failed`);
  const wallS = session.metrics.windowUs() / 1e6;
  return { reads: reads_ok, writes: writes_ok, wallS, cpuS: since(before, after) };
});
console.log(JSON.stringify(window));

/** Of all processes together; what one had used that has ended since is not known. */
function since(before: Map<number, number>, after: Map<number, number>): number {
  for (const pid of before.keys()) if (!after.has(pid)) throw new Error(`process ${pid} ended`);
  let sum = 0;
  for (const [pid, seconds] of after) sum += seconds - (before.get(pid) ?? 0);
  return sum;
}
