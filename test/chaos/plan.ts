import { Random } from '../../src/core/random.ts';
import { oneOf } from '../support/pick.ts';
import { COMMANDS, type Command, type Role } from './commands.ts';
import { FAULTS, type Fault } from './faults.ts';
import { TOLD_PHASES, type ToldPhase } from './program.ts';

/** One chaos run, the same for the same seed. */
export interface Plan {
  seed: number;
  command: Command;
  /** Whether the result is asked for as JSON. */
  json: boolean;
  fault: Fault;
  /** The fault comes in this phase, as the program tells it; null: at any time. */
  phase: ToldPhase | null;
  /** From when that phase has begun, and the fault's target is there, to the fault. */
  afterMs: number;
  /** How long what is stopped stays so, or what comes twice waits. */
  pauseMs: number;
}

/** Short stops are no reason for anything; long ones are longer than --op-timeout and what is added to it. */
const PAUSES_MS = [
  [100, 1500],
  [4200, 5200],
] as const;
const LONGEST_PAUSE_BETWEEN_MS = 600;
/** The last one is over at once: what shall come late comes in the one before it. */
const HIT_PHASES = TOLD_PHASES.filter((phase) => phase !== 'judge');
const LONGEST_WAIT_IN_PHASE_MS = 400;

/** Roles that live for a part of a run only, and about how long. */
const LIVES_MS: Partial<Record<Role, number>> = {
  seeder: 300,
  owner: 1500,
  worker: 1500,
  auditor: 900,
};

/** Each fault comes once in as many seeds as there are faults; what it hits, and when, is the seed's choice. */
export function planOf(seed: number): Plan {
  const random = new Random(seed, 14);
  const fault = FAULTS[seed % FAULTS.length]!;
  const target = fault.kind === 'signal' ? fault.target : 'coordinator';
  const command = oneOf(
    COMMANDS.filter(({ roles }) => roles.includes(target)),
    random,
  );
  const lifeMs = LIVES_MS[target];
  const isByPhase = lifeMs === undefined && command.kind === 'run' && random.below(2) === 0;
  const longestMs = isByPhase ? LONGEST_WAIT_IN_PHASE_MS : (lifeMs ?? command.lastsMs);
  const [leastMs, mostMs] =
    fault.kind === 'ctrl-c' ? [0, LONGEST_PAUSE_BETWEEN_MS] : oneOf(PAUSES_MS, random);
  return {
    seed,
    command,
    json: random.below(2) === 0,
    fault,
    phase: isByPhase ? oneOf(HIT_PHASES, random) : null,
    afterMs: random.below(longestMs),
    pauseMs: leastMs + random.below(mostMs - leastMs),
  };
}

/** What a plan does, on one line. */
export function describePlan({ fault, command, phase, afterMs }: Plan): string {
  const when = phase === null ? `after ${afterMs} ms` : `${afterMs} ms into ${phase}`;
  return `${fault.name}, ${when}, of: probe ${command.words}`;
}
