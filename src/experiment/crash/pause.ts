import { judge } from '../../checks/index.ts';
import { readsOfRound } from '../../core/crash-reads.ts';
import { brokenBy } from '../../core/durability.ts';
import { pauseOf, type CrashPause, type ReadsVerdict } from '../../core/crash.ts';
import type { Event } from '../../core/history.ts';
import type { CheckResult } from '../../core/result.ts';
import { delay } from '../../system/delay.ts';
import { ended, type Crew, type Member } from '../crew.ts';
import {
  audit,
  close,
  drain,
  open,
  opLimitMs,
  prepare,
  spawn,
  start,
  startAuditor,
} from '../phases.ts';
import { Session } from '../session.ts';
import type { Campaign } from './campaign.ts';
import { deathsOf } from './deaths.ts';
import { snapshot } from './files.ts';

const FAR_S = 24 * 3600;

/** What the judge found after all pauses: the checks that found something broken, and what readers saw. */
export interface PausesFound {
  broken: CheckResult[];
  /** Null where nothing was paused. */
  reads: ReadsVerdict | null;
}

/** Stops and continues random processes while the others go on, then drains, audits and judges as a run does. */
export async function pauseRounds(campaign: Campaign): Promise<PausesFound> {
  const session = await Session.begin(campaign.setup.run);
  let crew: Crew | undefined;
  try {
    await prepare(session);
    await snapshot(session, 'before');
    crew = await spawn(session);
    await open(session, crew);
    start(session, crew, FAR_S);
    const { rounds } = campaign.setup.crash;
    for (let n = 0; n < rounds && !campaign.interrupted; n++) {
      const living = crew.members.filter((member) => !ended(member));
      if (living.length === 0) break;
      campaign.addPause(await pauseOne(session, living, n));
    }
    crew.send({ type: 'stop' });
    await crew.barrier(['done'], opLimitMs(session));
    const auditor = startAuditor(session, 0);
    await drain(session, crew);
    const deaths = deathsOf(crew.members.filter(ended));
    await close(session, crew);
    await snapshot(session, 'after');
    await audit(session, auditor);
    const view = await session.history();
    const { checks, evidence } = await judge(view);
    const broken = brokenBy(checks, session.setup.options);
    campaign.errors = [...session.metrics.errors(), ...deaths];
    campaign.version = crew.version;
    if (broken.length > 0) {
      await campaign.keep(session, crew.version, { round: null, view });
    }
    return { broken, reads: readsOfRound(checks, evidence, false) };
  } catch (error) {
    throw await session.place.cause(error);
  } finally {
    crew?.end();
    await session.end();
  }
}

/** SIGSTOP, what the others do meanwhile, SIGCONT. */
async function pauseOne(session: Session, members: Member[], n: number): Promise<CrashPause> {
  const { seed } = session.setup.options;
  const { process, beforeMs, pausedMs } = pauseOf(seed, n, members.length);
  await delay(beforeMs, session.setup.interrupt.first);
  const member = members[process]!;
  const others = { reads: 0, writes: 0, errors: 0 };
  session.observe = (event: Event) => {
    if (!('f' in event) || event.process === member.plan.name) return;
    if (event.type === 'ok' && event.f === 'poll') others.reads++;
    if (event.type === 'ok' && 'op' in event) others.writes++;
    if (event.type === 'fail' || event.type === 'info') others.errors++;
  };
  const fromUs = session.nowUs();
  member.child.signal('SIGSTOP');
  try {
    await delay(pausedMs, session.setup.interrupt.second);
  } finally {
    member.child.signal('SIGCONT');
  }
  const pausedUs = session.nowUs() - fromUs;
  session.observe = () => undefined;
  return {
    process: member.plan.name,
    paused_us: pausedUs,
    reads_by_others: others.reads,
    writes_by_others: others.writes,
    errors_by_others: others.errors,
  };
}
