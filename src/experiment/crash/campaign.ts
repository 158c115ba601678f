import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  CrashOptions,
  CrashPause,
  CrashResult,
  CrashRound,
  FsyncAudit,
} from '../../core/crash.ts';
import { failed } from '../../core/durability.ts';
import { CannotRunError, messageOf } from '../../core/errors.ts';
import type { History } from '../../core/history.ts';
import type { ErrorResult } from '../../core/result.ts';
import { holdYoungGeneration } from '../../system/heap.ts';
import { Interrupted } from '../interrupt.ts';
import type { RunSetup, Session } from '../session.ts';
import { assembleCrash } from './assemble.ts';
import { keepBundle } from './bundle.ts';
import { diskFullRounds } from './disk-full.ts';
import type { Epoch, JudgedRound } from './epoch.ts';
import { killRounds } from './kill.ts';
import { pauseRounds, type PausesFound } from './pause.ts';
import { powerLossRounds } from './power-loss.ts';
import { obstacle } from './obstacle.ts';
import { imageBytes } from './volumes.ts';

export interface CrashSetup {
  run: RunSetup;
  crash: CrashOptions;
  /** What the saved result is called; bundles begin with it. */
  name: string;
  /** Told what could not be done and does not end the campaign. */
  onNote(text: string): void;
  /** Told when the first round is on its way. */
  onBegin(): void;
  /** Told after each round: how many are done, and what the last one found. */
  onRound(done: number, round: CrashRound | CrashPause): void;
}

/** More failing rounds than this tell nothing new; their bundles would fill the disk. */
const BUNDLES_KEPT = 3;
/** Of more failing rounds the findings are left out; what failed is counted all the same. */
const FINDINGS_OF_ROUNDS_KEPT = 100;

/** The rounds of one campaign so far. */
export class Campaign {
  readonly setup: CrashSetup;
  readonly startedAt = new Date();
  readonly rounds: CrashRound[] = [];
  readonly pauses: CrashPause[] = [];
  readonly bundles: string[] = [];
  /** What could not be saved, and why rounds are missing. */
  readonly warnings: string[] = [];
  errors: ErrorResult[] = [];
  fsync: FsyncAudit | null = null;
  version: { version: string; engine: string } | undefined;
  #isBrokenOff = false;

  constructor(setup: CrashSetup) {
    this.setup = setup;
  }

  get interrupted(): boolean {
    return this.setup.run.interrupt.first.aborted;
  }

  /** Why it did not come to its end; null if it did. */
  get stopped(): 'interrupted' | 'broken off' | null {
    if (this.interrupted) return 'interrupted';
    return this.#isBrokenOff ? 'broken off' : null;
  }

  /** Counts a round; a failing one is kept as a bundle. */
  async add(epoch: Epoch, judged: JudgedRound): Promise<void> {
    const { round } = judged;
    this.rounds.push(round);
    if (this.rounds.filter(failed).length > FINDINGS_OF_ROUNDS_KEPT) {
      round.failed_checks = round.failed_checks.map((check) => ({ ...check, findings: [] }));
    }
    this.setup.onRound(this.rounds.length, round);
    if (failed(round)) await this.keep(epoch.session, epoch.version, judged);
  }

  /** Keeps what a failing round, or pauses of which something failed, leave; a few of them. */
  async keep(
    session: Session,
    version: Campaign['version'],
    evidence: { round: CrashRound | null; view: History },
  ): Promise<void> {
    const { run, crash, name } = this.setup;
    const { save, dir } = run.results;
    if (!save || this.bundles.length >= BUNDLES_KEPT) return;
    const { round } = evidence;
    const bundle = round === null ? `${name}-pauses` : bundleName(name, round);
    const directory = join(dir, bundle);
    try {
      await keepBundle(session, crash, evidence, version, directory);
      this.bundles.push(bundle);
    } catch (error) {
      // Half a bundle is none; where not even that can be removed, it is named as one that could not be kept.
      await rm(directory, { recursive: true, force: true }).catch(() => undefined);
      this.#warn(`${directory} could not be kept: ${messageOf(error)}`);
    }
  }

  /** It cannot go on; what was found before stands. */
  breakOff({ message }: Error): void {
    this.#isBrokenOff = true;
    this.#warn(`no more rounds could be run: ${message}`);
  }

  /** What is missing in the result is in it, and told at once. */
  #warn(text: string): void {
    this.warnings.push(text);
    this.setup.onNote(text);
  }

  addPause(pause: CrashPause): void {
    this.pauses.push(pause);
    this.setup.onRound(this.pauses.length, pause);
  }

  /** Takes over what an epoch measured before it is gone. */
  learn(epoch: Epoch): void {
    this.version = epoch.version ?? this.version;
    // Writes that a killed process left behind are in doubt, not errors.
    const errors = epoch.session.metrics
      .errors()
      .filter(({ class: name }) => name !== 'worker.died');
    for (const error of [...errors, ...epoch.deaths]) {
      const known = this.errors.find(
        ({ operation, class: name }) => operation === error.operation && name === error.class,
      );
      if (known === undefined) this.errors.push({ ...error });
      else known.count += error.count;
    }
  }
}

/** A round of a power-loss campaign has a control, which may fail as well. */
function bundleName(name: string, { round, control }: CrashRound): string {
  return `${name}-round-${round}${control ? '-control' : ''}`;
}

const MODES = {
  kill: killRounds,
  'power-loss': powerLossRounds,
  'disk-full': diskFullRounds,
} as const;

/** What survives a kill, a pause, a full disk, a power cut: rounds, and a durability class at the end. */
export async function runCrash(setup: CrashSetup): Promise<CrashResult> {
  holdYoungGeneration();
  const campaign = new Campaign(setup);
  const { mode, filesystems } = setup.crash;
  const { rows, dims } = setup.run.options;
  const skipped = await obstacle(mode, filesystems, imageBytes(rows, dims));
  const began = performance.now();
  let paused: PausesFound = { broken: [], reads: null };
  try {
    if (skipped === null) {
      setup.onBegin();
      if (mode === 'pause') paused = await pauseRounds(campaign);
      else await MODES[mode](campaign);
    }
  } catch (error) {
    // The round that was given up is missing; those before it are the result.
    const isGivenUp = error instanceof Interrupted || error instanceof CannotRunError;
    if (!isGivenUp || campaign.rounds.length === 0) throw error;
    if (!campaign.interrupted) campaign.breakOff(error);
  }
  const minutes = (performance.now() - began) / 60_000;
  return assembleCrash(campaign, paused, skipped, minutes);
}
