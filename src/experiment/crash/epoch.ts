import { judge } from '../../checks/index.ts';
import type { CrashRound, Filesystem, Victim } from '../../core/crash.ts';
import { scheduleOf } from '../../core/crash.ts';
import type { AuditEnd, Event, History } from '../../core/history.ts';
import { shapeOf } from '../../core/options.ts';
import { delay } from '../../system/delay.ts';
import type { Crew, Member } from '../crew.ts';
import type { Guard } from '../guard.ts';
import { audit, close, open, opLimitMs, prepare, spawn, start, startAuditor } from '../phases.ts';
import type { Volume } from '../place.ts';
import { Session, type RunSetup } from '../session.ts';
import { within } from '../../system/within.ts';
import { sideFilesBytes, snapshot } from './files.ts';
import { Tracker } from './tracker.ts';
import { roundView } from './view.ts';

/** Longer than any round: workers go on until they are killed or told to stop. */
const FAR_S = 3600;
/** A kill that is aimed at a commit waits so long for one to begin. */
const AIM_LIMIT_MS = 2000;

/** What ends the work of a round; it kills whom it has to, and returns whose deaths it caused. */
export type Blow = (epoch: Epoch, crew: Crew, n: number) => Promise<Member[]>;

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
  #next: Promise<Crew> | undefined;
  #audits = 0;
  #lastAudit: AuditEnd | undefined;

  private constructor(session: Session, filesystem: Filesystem | null) {
    this.session = session;
    this.filesystem = filesystem;
    this.tracker = new Tracker(shapeOf(session.setup.options));
    session.observe = (event: Event) => {
      this.tracker.learn(event);
      if ('f' in event && event.f === 'audit') this.#lastAudit = event;
    };
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
      await session.end();
      throw error;
    }
  }

  /** One round: work, the blow, a fresh process that opens and audits, the judgement. */
  async round(n: number, blow: Blow, control = false): Promise<JudgedRound> {
    const { session, tracker } = this;
    await snapshot(session, 'before');
    const crew = await (this.#next ?? this.#spawn());
    this.#next = undefined;
    this.version = crew.version;
    const auditor = startAuditor(session, 0);
    tracker.beginRound();
    const sinceUs = session.nowUs();
    await open(session, crew);
    start(session, crew, FAR_S);
    const { delayMs } = scheduleOf(session.setup.options.seed, n);
    const killed = await blow(this, crew, n);
    crew.send({ type: 'stop' });
    await crew.barrier(['done'], opLimitMs(session));
    await close(session, crew);
    const { inDoubt, acknowledged } = tracker;
    const sideBytes = await sideFilesBytes(session);
    await snapshot(session, 'after');
    // The next round's processes load their driver while this one's audit goes on.
    this.#next = this.#spawn();
    this.#next.catch(() => undefined);
    await audit(session, auditor);
    this.#audits++;
    await session.spool.flushed();
    const view = roundView(session.spool.history(), sinceUs, this.#audits);
    const judgement = await judge(view);
    const end = this.#lastAudit!;
    const survived = inDoubt.filter(({ batch }) => tracker.survived(batch)).length;
    session.record(tracker.resolve(session.nowUs()));
    const found = judgement.audit;
    const round: CrashRound = {
      round: n,
      delay_us: Math.round(delayMs * 1000),
      filesystem: this.filesystem,
      control,
      killed: killed.map(({ plan }) => plan.name),
      inside_commit: inDoubt.length > 0,
      acknowledged_operations: acknowledged.operations,
      acknowledged_rows: acknowledged.rows,
      in_doubt: inDoubt.length,
      in_doubt_survived: survived,
      lost: found?.lost ?? 0,
      duplicate: found?.duplicate ?? 0,
      torn: found?.torn ?? 0,
      unexpected: found?.unexpected ?? 0,
      state: stateOf(end),
      recovery_us: end.openUs ?? null,
      side_files_bytes: sideBytes,
      failed_checks: judgement.checks.filter(
        ({ verdict, name }) => verdict === 'fail' && name !== 'frozen',
      ),
      audit: found,
      error: end.error?.message ?? null,
      reads_after_full: null,
    };
    return { round, view };
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

/** SIGKILL after the seeded delay: at any point of time, or (every second one) in the middle of the next commit. */
export function killing(victim: Victim): Blow {
  return async ({ session, tracker }, crew, n) => {
    const { seed } = session.setup.options;
    const { delayMs, aim, depth } = scheduleOf(seed, n);
    await delay(delayMs, session.setup.interrupt.first);
    if (aim && victim !== 'reader') {
      await within(AIM_LIMIT_MS, tracker.nextInvoke(), () => undefined);
      await delay((depth * tracker.medianLatencyUs) / 1000);
    }
    const members = crew.members.filter(({ plan }) => victim === 'all' || plan.role === victim);
    await Promise.all([...new Set(members.map(({ child }) => child))].map((child) => child.kill()));
    return members;
  };
}

function stateOf({ type, openUs, error }: AuditEnd): CrashRound['state'] {
  if (type === 'ok') return 'ok';
  const own = ['oom', 'deadline', 'worker.died'].includes(error?.class ?? '');
  if (own) return 'unknown';
  return openUs === undefined ? 'unopenable' : 'unreadable';
}
