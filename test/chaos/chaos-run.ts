import { existsSync, readdirSync } from 'node:fs';
import { mountsBelow } from '../../src/system/mounts.ts';
import { commandLineOf } from '../support/processes.ts';
import { CHAOS_LIMITS, type ChaosLimits } from './limits.ts';
import { ChaosPlace } from './place.ts';
import type { Plan } from './plan.ts';
import { PROBE, Program, type End } from './program.ts';
import { savedIn, verdictsIn, verdictsOfReport, type Found } from './results-of-run.ts';
import { RunProcesses } from './run-processes.ts';
import { prepareStrike, strike, type Hit } from './strike.ts';
import { violationsOf } from './violations.ts';

/** All that could be seen of one run from outside. */
export interface Evidence {
  plan: Plan;
  /** Null if nothing was hit. */
  hit: Hit | null;
  /** Null if it did not end within its limit. */
  end: End | null;
  stdout: string;
  stderr: string;
  /** Whether its output ended with it. */
  outputEnded: boolean;
  printed: Found;
  saved: Found;
  /** Command lines of processes that outlived it. */
  processes: string[];
  /** Names in TMPDIR that are neither ours nor were there before: when it had ended, and after `probe clean`. */
  left: string[];
  leftAfterClean: string[];
  mounts: string[];
  strays: { put: string[]; gone: string[] };
  clean: { end: End | null; output: string };
}

export interface ChaosOutcome {
  wasHit: boolean;
  /** What came of it, in a few words. */
  outcome: string;
  violations: string[];
}

/** Carries out a plan on a program (the built one, unless a test gives another), and judges what is seen of it. */
export async function runChaos(
  plan: Plan,
  file = PROBE,
  limits: ChaosLimits = CHAOS_LIMITS,
): Promise<ChaosOutcome> {
  const place = await ChaosPlace.make();
  try {
    const evidence = await evidenceOf(plan, place, file, limits);
    const wasHit = evidence.hit !== null;
    return { wasHit, outcome: outcomeOf(evidence), violations: violationsOf(evidence) };
  } finally {
    await place.remove();
  }
}

async function evidenceOf(
  plan: Plan,
  place: ChaosPlace,
  file: string,
  { endMs, graceMs, cleanMs }: ChaosLimits,
): Promise<Evidence> {
  const { command, fault, json, seed } = plan;
  await prepareStrike(plan, place);
  const args = [...command.words.split(' '), '--seed', String(seed), '--results', place.results];
  const program = new Program(file, json ? [...args, '--json'] : args, place.tmp);
  place.guard.child(program.pid);
  const processes = new RunProcesses(place.tmp, program.pid, command);

  const hit = await strike(plan, { program, processes, place }, endMs);
  const end = await program.endsWithin(endMs);
  const outputEnded = end === null || (await program.outputEnds());
  const remaining = end === null ? [] : await processes.remaining(graceMs);
  const commandLines = remaining.map(commandLineOf);
  for (const pid of processes.living()) processes.signal(pid, 'SIGKILL');
  await program.ended;
  await processes.remaining(graceMs);
  place.guard.exited(program.pid);

  if (fault.kind === 'full') await place.free(fault.disk);
  const left = newIn(place);
  const cleaner = new Program(PROBE, ['clean', '--yes'], place.tmp);
  const cleanEnd = await cleaner.endsWithin(cleanMs);
  if (cleanEnd === null) cleaner.process.kill('SIGKILL');
  await cleaner.ended;
  await cleaner.outputEnds();
  const { stdout, stderr } = program;
  // What a killed program had begun to print is no result, nor what nobody read to its end.
  const isRead = fault.kind !== 'closed-stdout' || hit === null;
  const isWhole = json && isRead && program.end!.code !== null && stdout !== '';
  return {
    plan,
    hit,
    end,
    stdout,
    stderr,
    outputEnded,
    printed: isWhole ? verdictsIn(stdout, 'stdout') : verdictsOfReport(json ? '' : stdout),
    saved: savedIn(place.results),
    processes: commandLines,
    left,
    leftAfterClean: newIn(place),
    mounts: mountsBelow(place.tmp),
    strays: {
      put: place.strays,
      gone: place.strays.filter((name) => !namesIn(place.tmp).includes(name)),
    },
    clean: { end: cleanEnd, output: cleaner.stdout + cleaner.stderr },
  };
}

const namesIn = (directory: string): string[] =>
  existsSync(directory) ? readdirSync(directory) : [];

const newIn = ({ tmp, strays }: ChaosPlace): string[] =>
  namesIn(tmp).filter((name) => !strays.includes(name));

/** For the table: what it found, how it ended, and when it was hit. */
function outcomeOf({ hit, end, printed, saved }: Evidence): string {
  const verdicts = [...new Set([...printed.verdicts, ...saved.verdicts])].map(String).toSorted();
  const found = verdicts.length === 0 ? 'no result' : verdicts.join(' and ');
  const how = end === null ? 'did not end' : `exit ${end.code ?? end.signal}`;
  const when = hit === null ? 'was not hit' : `hit in ${hit.phase ?? 'the start'}`;
  return `${found}, ${how}, ${when}`;
}
