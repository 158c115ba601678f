import {
  INSIDE_COMMIT_LEAST,
  type CrashOptions,
  type CrashRound,
  type DurabilityClass,
} from './crash.ts';
import { consequenceOf } from './consequence.ts';
import { formatCount, plural } from './count-text.ts';
import type { RunOptions } from './options.ts';
import type { CheckResult } from './result.ts';

interface Judged {
  durability: DurabilityClass;
  because: string;
  next: string;
}

/** Whether a round lost, tore or invented something, or left a database that cannot be used. */
export function failed(round: CrashRound): boolean {
  return (
    round.failed_checks.length > 0 || round.state === 'unopenable' || round.state === 'unreadable'
  );
}

/**
 * Failed checks that mean that something did not survive: what the final state shows, and what was read and is in no
 * later state, unless the power was cut: nobody had promised it. What reads only contradicted is none of it, nor what an
 * application loses that reads a counter and then writes it back.
 */
export function brokenBy(
  checks: readonly CheckResult[],
  { increment }: Pick<RunOptions, 'increment'>,
  powerWasCut = false,
): CheckResult[] {
  return checks.filter((check) => {
    if (check.verdict !== 'fail') return false;
    if (check.name === 'lost-update' && increment === 'rmw') return false;
    if (check.name === 'dirty-read') return !powerWasCut;
    return consequenceOf(check) === 'wrong';
  });
}

/** The durability class of a campaign, with the sentence why. Pauses are judged by what {@link brokenBy} found of them. */
export function durabilityOf(
  { mode }: CrashOptions,
  rounds: CrashRound[],
  brokenByPauses: CheckResult[],
): Judged {
  if (mode === 'pause') return judgePauses(brokenByPauses);
  if (mode === 'power-loss') return judgePowerLoss(rounds);
  // What an audit did read may be broken even if it was not read to its end.
  const broken = rounds.filter(failed);
  if (broken.length > 0)
    return unsafe(broken, rounds.length, mode === 'kill' ? 'a kill' : 'a full disk');
  const gap = unproven(rounds);
  if (gap !== undefined) return unknown(gap);
  if (mode === 'disk-full') {
    const hit = rounds.filter(({ reads_after_full }) => reads_after_full !== null).length;
    if (hit === 0) return unknown('the disk was never full');
    return {
      durability: 'process-safe',
      because: `the disk was full in ${hit} of ${plural(rounds.length, 'round')}, and everything acknowledged was there afterwards.`,
      next: 'Kill it next: --mode kill; and cut the power: --mode power-loss.',
    };
  }
  const inside = rounds.filter(({ inside_commit }) => inside_commit).length;
  if (inside / rounds.length < INSIDE_COMMIT_LEAST) {
    const gap = `only ${inside} of ${plural(rounds.length, 'kill')} landed inside a commit of who was killed; ${percent(INSIDE_COMMIT_LEAST)} are needed`;
    return inside > 0 ? unknown(gap) : { ...unknown(gap), next: 'Kill who commits: --kill all.' };
  }
  return {
    durability: 'process-safe',
    because:
      `${plural(rounds.length, 'kill')} (${inside} inside a commit) lost none of ` +
      `${sum(rounds, 'acknowledged_rows')} acknowledged rows. A kill is not a power cut: the page cache survived.`,
    next: 'Cut the power: --mode power-loss.',
  };
}

function judgePowerLoss(rounds: CrashRound[]): Judged {
  const controls = rounds.filter(({ control }) => control);
  const cuts = rounds.filter(({ control }) => !control);
  const brokenControls = controls.filter(failed);
  if (brokenControls.length > 0) return unsafe(brokenControls, controls.length, 'a kill');
  if (cuts.length === 0) return unknown('the power was never cut');
  const broken = cuts.filter(failed);
  if (broken.length === 0) {
    const gap = unproven(cuts);
    if (gap !== undefined) return unknown(gap);
    return {
      durability: 'power-safe',
      because: `${plural(cuts.length, 'power cut')} lost none of ${sum(cuts, 'acknowledged_rows')} rows acknowledged before the cut.`,
      next: 'Nothing: an acknowledgement means that the data is on the disk.',
    };
  }
  const unopenable = broken.filter(({ state }) => state === 'unopenable').length;
  const unreadable = broken.filter(({ state }) => state === 'unreadable').length;
  const lost =
    `${broken.length} of ${plural(cuts.length, 'power cut')} lost acknowledged data ` +
    `(${unopenable} left a database that does not open, ${unreadable} one that cannot be read, ` +
    `${sum(broken, 'lost')} of ${sum(cuts, 'acknowledged_rows')} rows lost)`;
  const gap = unproven(controls);
  if (gap !== undefined) {
    return {
      durability: 'unsafe',
      because: `${lost}; whether a kill does too is not known: ${gap}.`,
      next: 'Try --mode kill.',
    };
  }
  return {
    durability: 'process-safe',
    because: `${plural(controls.length, 'kill')} lost nothing, but ${lost}.`,
    next: 'An acknowledgement means visible, not durable: sync the file system after what must not be lost.',
  };
}

/** Why rounds that found nothing wrong prove nothing; undefined if they do. */
function unproven(rounds: CrashRound[]): string | undefined {
  if (rounds.length === 0) return 'no round came to its end';
  const blind = rounds.filter(({ state }) => state === 'unknown');
  if (blind.length > 0) {
    const [{ round, error } = rounds[0]!] = blind;
    return `${blind.length} of ${plural(rounds.length, 'round')} could not be audited; round ${round}: ${error}`;
  }
  if (rounds.every((round) => round.acknowledged_operations === 0)) {
    return 'no commit was acknowledged, so none could be lost';
  }
  return undefined;
}

function judgePauses(fired: CheckResult[]): Judged {
  if (fired.length > 0) {
    return {
      durability: 'unsafe',
      because: `with processes stopped and continued, ${fired.map(({ name, because }) => `${name}: ${because}`).join('; ')}`,
      next: 'Judge its bundle again: probe recheck tells every finding.',
    };
  }
  return {
    ...unknown('nothing was killed: pauses tell who waits for whom, not what survives'),
    next: 'Kill it: --mode kill.',
  };
}

function unsafe(broken: CrashRound[], of: number, what: string): Judged {
  const [first] = broken;
  const check = first!.failed_checks[0];
  const example =
    first!.state === 'unopenable'
      ? `the database did not open (${first!.error})`
      : first!.state === 'unreadable'
        ? `the database could not be read (${first!.error})`
        : `${check!.name}: ${check!.because}`;
  return {
    durability: 'unsafe',
    because: `${broken.length} of ${plural(of, 'round')} did not survive ${what}; round ${first!.round}: ${example}`,
    next: 'Replay it from the bundle of that round.',
  };
}

function unknown(why: string): Judged {
  return {
    durability: 'unknown',
    because: `${why}.`,
    next: 'Give it more rounds, or smaller --rows.',
  };
}

function sum(rounds: CrashRound[], field: 'acknowledged_rows' | 'lost'): string {
  return formatCount(rounds.reduce((total, round) => total + round[field], 0));
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
