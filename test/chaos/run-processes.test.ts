/** Who is who in a run is seen from outside: the run itself says it, too, where it is done. */
import { expect, it, onTestFinished } from 'vitest';
import type { Result } from '../../src/core/result.ts';
import { ChaosPlace } from './place.ts';
import { COMMANDS, type Role } from './commands.ts';
import { PROBE, Program } from './program.ts';
import { RunProcesses } from './run-processes.ts';

it('the seeder, the owner, its clients and the auditor of a run are found, and told apart', async () => {
  const place = await ChaosPlace.make();
  onTestFinished(async () => place.remove());
  const command = COMMANDS.find(({ words }) => words.includes('reference --access owner'))!;
  const args = [...command.words.split(' '), '--json', '--no-save'];
  const program = new Program(PROBE, args, place.tmp);
  place.guard.child(program.pid);
  const processes = new RunProcesses(place.tmp, program.pid, command);
  const first = async (role: Role): Promise<number> => {
    const [pid] = await processes.waitFor(role, () => program.end !== null);
    return pid!;
  };
  const [guard, seeder, owner] = [
    await first('guard'),
    await first('seeder'),
    await first('owner'),
  ];
  const clients = new Set<number>();
  while (clients.size < 3)
    for (const pid of await processes.waitFor('worker', () => false)) clients.add(pid);
  const auditor = await first('auditor');
  // Whatever it found: on a busy machine that may be too little for a verdict.
  expect((await program.ended).signal).toBeNull();
  await program.outputEnds();

  const said = (JSON.parse(program.stdout) as Result).processes;
  const pidsOf = (isOwner: boolean): (number | null)[] =>
    said.filter(({ role }) => (role === 'owner') === isOwner).map(({ pid }) => pid);
  expect(pidsOf(true)).toEqual([owner]);
  expect(new Set(pidsOf(false))).toEqual(clients);
  const all = [program.pid, guard, seeder, owner, ...clients, auditor];
  expect(new Set(all).size).toBe(8);
  expect(processes.living()).toEqual([]);
});
