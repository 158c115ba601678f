import { judge } from '../../checks/index.ts';
import { readsOfRound } from '../../core/crash-reads.ts';
import type { CrashRound, Filesystem, Schedule } from '../../core/crash.ts';
import { brokenBy, failed } from '../../core/durability.ts';
import type { AuditEnd, Event, History } from '../../core/history.ts';
import { CannotRunError } from '../../core/errors.ts';
import { shapeOf } from '../../core/options.ts';
import type { ErrorResult } from '../../core/result.ts';
import { delay } from '../../system/delay.ts';
import { ended, type Crew, type Member } from '../crew.ts';
import type { Guard } from '../guard.ts';
import { Interrupted } from '../interrupt.ts';
import type { JobProcess } from '../job.ts';
import { audit, close, open, opLimitMs, prepare, spawn, start, startAuditor } from '../phases.ts';
import type { Volume } from '../place.ts';
import { Session, type RunSetup } from '../session.ts';
import { within } from '../../system/within.ts';
import { deathsOf } from './deaths.ts';
import { audited } from './audited.ts';
import { sideFilesBytes, snapshot } from './files.ts';
import { Tracker, type RoundWrites } from './tracker.ts';
import { roundView } from './view.ts';

/** Longer than any round: workers go on until they are killed or told to stop. */
const FAR_S = 3600;
/** A kill that is aimed at a commit waits so long for one to begin. */
const AIM_LIMIT_MS = 2000;

/** What ends the work of a round, and kills whom it has to. */
export type Blow = (epoch: Epoch, crew: Crew) => Promise<Struck>;

/** Whose deaths a blow caused, and when it fell; null if it did not. */
interface Struck {
  killed: Member[];
  atUs: number | null;
}

export interface JudgedRound {
  round: CrashRound;
  /** What it was judged by, for the bundle of a failing round. */
  view: History;
}

/** Rounds that go on from one another's survived state: one database, seeded once, one history. */
export class Epoch {
  readonly session: Session;
  readonly tracker: Tracker;
  readonly filesystem: Filesystem | null;
  /** What the drivers said of themselves. */
  version: { version: string; engine: string } | undefined;
  /** Processes that ended without being killed by a blow. */
  readonly deaths: ErrorResult[] = [];
  #next: Promise<Crew> | undefined;
  #audits = 0;
  #lastAudit: AuditEnd | undefined;

  private constructor(session: Session, filesystem: Filesystem | null) {
    this.session = session;
    this.filesystem = filesystem;
    this.tracker = new Tracker(shapeOf(session.setup.options));
    session.observe = (event: Event) => {
      this.tracker.learn(event);
      if (!('f' in event) || event.f !== 'audit') return;
      this.#lastAudit ??= event;
      // Counted as they come: an auditor that fails after its audit has two.
      this.#audits++;
    };
    session.onBegun = (process, op) => this.tracker.begun(process, op);
  }

  static async begin(
    setup: RunSetup,
    filesystem: Filesystem | null = null,
    mount?: (directory: string, guard: Guard) => Promise<Volume>,
  ): Promise<Epoch> {
    const session = await Session.begin(setup, mount);
    try {
      await prepare(session);
      return new Epoch(session, filesystem);
    } catch (error) {
      const cause = await session.place.cause(error);
      await session.end();
      throw cause;
    }
  }

  /** One round: work, the blow, a fresh process that opens and audits, the judgement. */
  async round(n: number, blow: Blow, control = false): Promise<JudgedRound> {
    try {
      return await this.#round(n, blow, control);
    } catch (error) {
      throw await this.session.place.cause(error);
    }
  }

  async #round(n: number, blow: Blow, control: boolean): Promise<JudgedRound> {
    const { session } = this;
    await snapshot(session, 'before');
    const crew = await (this.#next ?? this.#spawn());
    this.#next = undefined;
    this.version = crew.version;
    let auditor: JobProcess | undefined;
    try {
      auditor = startAuditor(session, 0);
      return await this.#struck(n, blow, control, crew, auditor);
    } catch (error) {
      crew.end();
      await auditor?.kill();
      throw error;
    }
  }

  async #struck(
    n: number,
    blow: Blow,
    control: boolean,
    crew: Crew,
    auditor: JobProcess,
  ): Promise<JudgedRound> {
    const { session, tracker } = this;
    tracker.beginRound();
    const part = { sinceUs: session.nowUs(), fromAudit: this.#audits };
    await open(session, crew);
    start(session, crew, FAR_S, true);
    const { atUs: beganUs } = session.window!;
    const { killed, atUs } = await blow(this, crew);
    crew.send({ type: 'stop' });
    await crew.barrier(['done'], opLimitMs(session));
    const left = crew.members.filter((member) => ended(member) && !killed.includes(member));
    this.deaths.push(...deathsOf(left));
    await close(session, crew);
    const writes = tracker.writes();
    const sideBytes = await sideFilesBytes(session);
    await snapshot(session, 'after');
    // The next round's processes load their driver while this one's audit goes on.
    this.#next = this.#spawn();
    this.#next.catch(() => undefined);
    this.#lastAudit = undefined;
    await audit(session, auditor);
    await session.spool.flushed();
    const { error } = session.spool;
    if (error !== null) {
      throw new CannotRunError(`the history of the rounds cannot be kept: ${error.message}`);
    }
    const view = roundView(session.spool.history(), { ...part, toAudit: this.#audits });
    const judgement = await judge(view);
    const end = this.#lastAudit!;
    const powerWasCut = this.filesystem !== null && !control;
    const round = {
      ...{ round: n, filesystem: this.filesystem, control },
      // A blow may come before the common start, which lies a little ahead.
      delay_us: atUs === null ? null : Math.max(0, Math.round(atUs - beganUs)),
      killed: killed.map(({ plan }) => plan.name),
      side_files_bytes: sideBytes,
      ...this.#written(writes),
      inside_commit: writes.insideCommit,
      ...audited(end, judgement, writes),
      failed_checks: brokenBy(judgement.checks, session.setup.options, powerWasCut),
      reads: readsOfRound(judgement.checks, judgement.evidence, powerWasCut),
      reads_after_full: null,
    };
    // Ctrl-C may have ended the auditor: nobody knows what it would have found.
    if (round.state === 'unknown' && !failed(round) && session.setup.interrupt.first.aborted) {
      throw new Interrupted(
        `round ${n} was interrupted before it was audited: there is no result.`,
      );
    }
    // Only a complete audit tells what became of an operation.
    if (end.type === 'ok') session.record(tracker.resolve(session.nowUs()));
    return { round, view };
  }

  #written({ acknowledged, inDoubt }: RoundWrites) {
    return {
      acknowledged_operations: acknowledged.operations,
      acknowledged_rows: acknowledged.rows,
      in_doubt: inDoubt.length,
      in_doubt_survived: inDoubt.filter(({ batch }) => this.tracker.survived(batch)).length,
    };
  }

  /** Waits for the instant of a blow: at any point of time, or in the middle of the next operation that begins. */
  async untilDue({ delayMs, aim, depth }: Schedule): Promise<void> {
    const { session, tracker } = this;
    await delay(delayMs, session.setup.interrupt.first);
    if (!aim) return;
    await within(AIM_LIMIT_MS, tracker.nextBegun());
    await delay((depth * tracker.medianLatencyUs) / 1000);
  }

  /**
   * The blow falls now, on these processes: what it interrupts are their own operations, and with an owner, who alone
   * commits, those of its clients.
   */
  strike(struck: readonly Member[], { members }: Crew): number {
    const isOwners = this.session.setup.options.access === 'owner';
    const hasOwner = struck.some(({ plan }) => plan.role === 'owner');
    const committing = isOwners ? (hasOwner ? members : []) : struck;
    const writers = committing.filter(({ plan }) => plan.role === 'writer');
    this.tracker.strike(writers.map(({ plan }) => plan.name));
    return this.session.nowUs();
  }

  async end(): Promise<void> {
    const crew = await this.#next?.catch(() => undefined);
    crew?.end();
    await this.session.end();
  }

  async #spawn(): Promise<Crew> {
    return spawn(this.session, this.tracker.resumed(this.session.plan));
  }
}
