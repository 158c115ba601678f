import { boundOf, trialsText, type Bound } from './bound.ts';
import { LEAST_TRIALS, type CrashOptions, type CrashRound, type DurabilityClass } from './crash.ts';
import { consequenceOf } from './consequence.ts';
import { formatCount, plural } from './count-text.ts';
import type { RunOptions } from './options.ts';
import type { CheckResult } from './result.ts';

/** A durability class, why, and how much was tried. */
export interface Durability {
  durability: DurabilityClass;
  bound: Bound | null;
  /** One sentence, without a full stop at its end. */
  because: string;
  /** What the class rests on, or what it lacks: what is to be done next follows from it. */
  ground: Ground;
}

/**
 * `proven`: enough trials, nothing lost. `broken`: something did not survive. `cut-lost`: it survived kills, not power
 * cuts. `few`: too few trials. `blind`: a round could not be audited. `harmless`: pauses, which kill nobody.
 */
type Ground = 'proven' | 'broken' | 'cut-lost' | 'few' | 'blind' | 'harmless';

/** Whether a round lost, tore or invented something, or left a database that cannot be used. */
export function failed(round: CrashRound): boolean {
  return (
    round.failed_checks.length > 0 || round.state === 'unopenable' || round.state === 'unreadable'
  );
}

/** Whether a power cut took what had been acknowledged. */
export function cutLost(rounds: readonly CrashRound[]): boolean {
  return rounds.some((round) => round.filesystem !== null && !round.control && failed(round));
}

/** Whether a power cut could take nothing, as nothing was acknowledged before it in its round. */
export function isIdleCut(round: CrashRound): boolean {
  return round.filesystem !== null && round.acknowledged_operations === 0 && !failed(round);
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
  { mode }: Pick<CrashOptions, 'mode'>,
  rounds: readonly CrashRound[],
  brokenByPauses: readonly CheckResult[],
): Durability {
  switch (mode) {
    case 'pause':
      return judgePauses(brokenByPauses);
    case 'power-loss':
      return judgePowerLoss(rounds);
    case 'disk-full':
      return judgeFullDisk(rounds);
    case 'kill':
      return judgeKills(rounds);
  }
}

function judgeKills(rounds: readonly CrashRound[]): Durability {
  const broken = rounds.filter(failed);
  // What an audit did read may be broken even if it was not read to its end.
  if (broken.length > 0) return unsafe(broken, rounds.length, 'a kill');
  const bound = killBound(rounds);
  const gap = unproven(rounds);
  if (gap !== undefined) return gap;
  const found =
    `${plural(rounds.length, 'kill')} (${bound.trials} inside a commit) lost none of ` +
    `${sum(rounds, 'acknowledged_rows')} acknowledged rows`;
  if (bound.trials < LEAST_TRIALS.kill) return few(found, bound, LEAST_TRIALS.kill);
  const because = `${found}; a kill is not a power cut: the page cache survived`;
  return { durability: 'process-safe', bound, because, ground: 'proven' };
}

function judgeFullDisk(rounds: readonly CrashRound[]): Durability {
  const broken = rounds.filter(failed);
  if (broken.length > 0) return unsafe(broken, rounds.length, 'a full disk');
  const gap = unproven(rounds);
  if (gap !== undefined) return gap;
  const full = rounds.filter(({ reads_after_full }) => reads_after_full !== null).length;
  const bound = boundOf(full, 'rounds with a full disk');
  const found =
    full === 0
      ? 'the disk was never full'
      : `the disk was full in ${full} of ${plural(rounds.length, 'round')}, and everything acknowledged was there afterwards`;
  const least = LEAST_TRIALS['disk-full'];
  if (full < least) return few(found, bound, least);
  return { durability: 'disk-full-safe', bound, because: found, ground: 'proven' };
}

function judgePowerLoss(rounds: readonly CrashRound[]): Durability {
  const controls = rounds.filter(({ control }) => control);
  const cuts = rounds.filter(({ control }) => !control);
  const brokenControls = controls.filter(failed);
  if (brokenControls.length > 0) return unsafe(brokenControls, controls.length, 'a kill');
  const broken = cuts.filter(failed);
  if (broken.length > 0) return afterLosses(controls, cuts, broken);
  const gap = unproven(cuts);
  if (gap !== undefined) return gap;
  const telling = cuts.filter((cut) => !isIdleCut(cut)).length;
  const bound = boundOf(telling, 'power cuts');
  const inside = cuts.filter(({ inside_commit }) => inside_commit).length;
  const found =
    `${plural(cuts.length, 'power cut')} (${inside} inside a commit) lost none of ` +
    `${sum(cuts, 'acknowledged_rows')} rows acknowledged before the cut`;
  const least = LEAST_TRIALS['power-loss'];
  if (telling < least) return few(found, bound, least);
  return { durability: 'power-safe', bound, because: found, ground: 'proven' };
}

/** Some cuts lost acknowledged data: whether kills do, too, is what the controls say. */
function afterLosses(
  controls: readonly CrashRound[],
  cuts: readonly CrashRound[],
  broken: readonly CrashRound[],
): Durability {
  const count = (state: CrashRound['state']): number =>
    broken.filter((round) => round.state === state).length;
  const idle = cuts.filter(isIdleCut).length;
  const aside = idle === 0 ? '' : `, before ${idle} of which nothing was acknowledged,`;
  const lost =
    `${broken.length} of ${plural(cuts.length, 'power cut')}${aside} lost acknowledged data ` +
    `(${count('unopenable')} left a database that does not open, ${count('unreadable')} one that cannot be read, ` +
    `${sum(broken, 'lost')} of ${sum(cuts, 'acknowledged_rows')} rows lost)`;
  const bound = killBound(controls);
  const kills = `${plural(controls.length, 'kill')} (${bound.trials} inside a commit) lost nothing`;
  const gap = unproven(controls);
  if (gap !== undefined || bound.trials < LEAST_TRIALS.kill) {
    const why = gap?.because ?? few(kills, bound, LEAST_TRIALS.kill).because;
    const because = `${lost}; whether a kill does too is not known: ${why}`;
    return { durability: 'unsafe', bound: null, because, ground: 'cut-lost' };
  }
  const because = `${kills}, but ${lost}`;
  return { durability: 'process-safe', bound, because, ground: 'cut-lost' };
}

function judgePauses(fired: readonly CheckResult[]): Durability {
  if (fired.length > 0) {
    const what = fired.map(({ name, because }) => `${name}: ${because}`).join('; ');
    const because = `with processes stopped and continued, ${what}`;
    return { durability: 'unsafe', bound: null, because, ground: 'broken' };
  }
  const because = 'nothing was killed: pauses tell who waits for whom, not what survives';
  return { ...unknown(because), ground: 'harmless' };
}

/** Why rounds that found nothing wrong prove nothing; undefined if they do. */
function unproven(rounds: readonly CrashRound[]): Durability | undefined {
  if (rounds.length === 0) return unknown('no round came to its end');
  const blind = rounds.filter(({ state }) => state === 'unknown');
  if (blind.length > 0) {
    const [{ round, error } = rounds[0]!] = blind;
    const why = `${blind.length} of ${plural(rounds.length, 'round')} could not be audited; round ${round}: ${error}`;
    return { ...unknown(withoutStop(why)), ground: 'blind' };
  }
  if (rounds.every((round) => round.acknowledged_operations === 0)) {
    return unknown('no commit was acknowledged, so none could be lost');
  }
  return undefined;
}

function unsafe(broken: readonly CrashRound[], of: number, what: string): Durability {
  const [first] = broken;
  const check = first!.failed_checks[0];
  const example =
    first!.state === 'unopenable'
      ? `the database did not open (${first!.error})`
      : first!.state === 'unreadable'
        ? `the database could not be read (${first!.error})`
        : withoutStop(`${check!.name}: ${check!.because}`);
  const because =
    `in ${broken.length} of ${plural(of, 'round')}, after ${what}, the database was not what had been acknowledged; ` +
    `round ${first!.round}: ${example}; a run without ${what} may show the same`;
  return { durability: 'unsafe', bound: null, because, ground: 'broken' };
}

/** Nothing was lost, in too few trials to name a class. */
function few(found: string, bound: Bound, least: number): Durability {
  const because = `${found}; that is ${trialsText(bound)}, and ${least} are needed`;
  return { ...unknown(because), bound: bound.trials === 0 ? null : bound };
}

function unknown(because: string): Durability {
  return { durability: 'unknown', bound: null, because, ground: 'few' };
}

/** How many kills landed inside an open operation, and what that excludes. */
function killBound(rounds: readonly CrashRound[]): Bound {
  const inside = rounds.filter(({ inside_commit }) => inside_commit).length;
  return boundOf(inside, 'kills inside a commit');
}

function sum(rounds: readonly CrashRound[], field: 'acknowledged_rows' | 'lost'): string {
  return formatCount(rounds.reduce((total, round) => total + round[field], 0));
}

/** A sentence may go on after it. */
function withoutStop(text: string): string {
  return text.replace(/\.+$/, '');
}
