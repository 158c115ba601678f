/** The phases of a run, in their order. Each waits for states, never reacts to messages. */
import { availableParallelism } from 'node:os';
import { CannotRunError, firstLineOf } from '../core/errors.ts';
import type { Actor, Job } from '../core/protocol.ts';
import { stalenessBoundUs } from '../core/staleness.ts';
import { Crew, ended, type Member } from './crew.ts';
import { delay } from '../system/delay.ts';
import { pinned } from '../system/own-package.ts';
import { Interrupted, interruption } from './interrupt.ts';
import { JobProcess } from './job.ts';
import { GRACE_MS, spawnLimitMs, START_LEAD_MS, START_LEAD_PER_ACTOR_MS } from './limits.ts';
import type { Session } from './session.ts';

/** Hundreds of readers that read everything at once would each be slow, and need memory for all of it. */
const DRAIN_PER_PROCESSOR = 8;

/** Seeds a fresh path in a process of its own, and the copies that the access wants. */
export async function prepare(session: Session): Promise<void> {
  const { setup, plan, place } = session;
  const job = startJob(session, { kind: 'seed', path: place.path });
  await finish(session, job, 'seeding');
  for (const { path } of plan.copies) {
    if (path === place.path) continue;
    session.enter('prepare');
    await place.copyTo(path);
  }
  if (setup.interrupt.first.aborted) session.interrupted = true;
}

/** Forks every process of the plan; all have loaded their driver when this returns. */
export async function spawn(session: Session, plan = session.plan): Promise<Crew> {
  session.enter('spawn');
  const { setup, epochUs } = session;
  const { options } = setup;
  const crew = new Crew(plan, options.access, {
    fork: (onMessage) => session.fork(onMessage),
    options,
    epochUs,
    nowUs: () => session.nowUs(),
    onEvents: (events) => session.record(events),
    onBegun: (process, op) => session.onBegun(process, op),
  });
  const limitMs = spawnLimitMs(crew.children.length);
  const late = await crew.barrier(['ready'], limitMs);
  const unborn = crew.children.filter(({ pid }) => pid === null);
  if (crew.loadFailure === undefined && late.length === 0 && unborn.length === 0) return crew;
  crew.end();
  if (unborn.length > 0) {
    throw new CannotRunError(
      `${unborn.length} of ${crew.children.length} processes could not be started (${unborn[0]!.tail}): ` +
        'allow more processes and open files (ulimit), or ask for fewer.',
    );
  }
  if (crew.loadFailure !== undefined) throw loadError(session, crew.loadFailure);
  const { size } = new Set(late.map(({ child }) => child));
  throw new CannotRunError(
    `${size} of ${crew.children.length} processes had not loaded the driver of ` +
      `${options.backend} after ${limitMs / 1000} s: this machine is too busy, or too small for so many.`,
  );
}

/** Opens in the order asked for: the outcome may depend on it. Returns when each has opened or been refused. */
export async function open(session: Session, crew: Crew): Promise<void> {
  session.enter('open');
  const { openOrder } = session.setup.options;
  const roles: Actor['role'][][] =
    openOrder === 'race'
      ? [['owner'], ['writer', 'reader']]
      : openOrder === 'readers'
        ? [['owner'], ['reader'], ['writer']]
        : [['owner'], ['writer'], ['reader']];
  for (const group of roles) {
    const members = crew.members.filter(
      ({ plan, state }) => group.includes(plan.role) && state === 'ready',
    );
    crew.send({ type: 'open', actors: members.map(({ plan }) => plan.name) }, members);
    await crew.barrier(['open', 'refused'], opLimitMs(session), members);
  }
}

/** The measured window: all start at one instant and work until the deadline, or until the user ends it. */
export async function work(session: Session, crew: Crew): Promise<void> {
  const { options, interrupt } = session.setup;
  giveUpIfNothing(session, crew);
  start(session, crew, options.durationS);
  const stop = (): void => {
    session.interrupted = true;
    session.record([{ type: 'mark', name: 'interrupted', time: session.nowUs() }]);
    crew.send({ type: 'stop' });
  };
  if (interrupt.first.aborted) stop();
  else interrupt.first.addEventListener('abort', stop, { once: true });
  await crew.barrier(['done'], options.durationS * 1000 + opLimitMs(session));
  interrupt.first.removeEventListener('abort', stop);
  session.record([{ type: 'mark', name: 'end', time: session.nowUs() }]);
  giveUpIfNothing(session, crew);
}

/** Throws {@link Interrupted} where the user ended the run and its report would be of zeros only. */
function giveUpIfNothing({ setup, metrics }: Session, { members }: Crew): void {
  const { open_ok: _, ...counts } = metrics.counts();
  const happened =
    Object.values(counts).some((count) => count > 0) ||
    metrics.errors().length > 0 ||
    members.some(ended);
  if (happened || !setup.interrupt.first.aborted) return;
  throw new Interrupted('interrupted before anything was measured: there is no result.');
}

/** Tells all to work from one instant on, for so long, and perhaps to tell of each driver call that begins. */
export function start(session: Session, crew: Crew, durationS: number, tellsBegun = false): void {
  session.enter('work');
  const leadMs = START_LEAD_MS + START_LEAD_PER_ACTOR_MS * crew.members.length;
  const atUs = session.nowUs() + leadMs * 1000;
  const untilUs = atUs + Math.round(durationS * 1_000_000);
  session.window = { atUs, untilUs };
  session.record([{ type: 'mark', name: 'start', time: atUs }]);
  for (const member of working(crew)) member.state = 'running';
  crew.send({ type: 'start', atUs, untilUs, tellsBegun });
}

/** Gives readers the staleness bound after the last acknowledgement, then lets each read what is judged afterwards. */
export async function drain(session: Session, crew: Crew): Promise<void> {
  session.enter('drain');
  const { opTimeoutMs } = session.setup.options;
  const readers = crew.members.some(({ plan, opened }) => plan.role === 'reader' && opened);
  const boundUs = stalenessBoundUs(session.setup.options);
  const waitMs = (boundUs - (session.nowUs() - session.lastAckUs)) / 1000;
  if (readers && session.lastAckUs > 0 && waitMs > 0) {
    const atUs = session.nowUs();
    session.window = { atUs, untilUs: atUs + waitMs * 1000 };
    await delay(waitMs, session.setup.interrupt.second);
  }
  const atOnce = DRAIN_PER_PROCESSOR * availableParallelism();
  for (let first = 0; first < crew.children.length; first += atOnce) {
    const children = crew.children.slice(first, first + atOnce);
    const members = crew.members.filter(({ child }) => children.includes(child));
    for (const path of new Set(members.map(({ host }) => host.path))) {
      const sharing = crew.members.filter(({ host }) => host.path === path);
      const reembeds = sharing.flatMap(({ plan }) => session.reembeds.get(plan.name) ?? []);
      const asked = members.filter(({ host }) => host.path === path);
      crew.send({ type: 'drain', reembeds }, asked);
    }
    // The poll is one operation; the point reads together are so few rows that they must not take longer.
    await crew.barrier(['drained'], opTimeoutMs + opLimitMs(session), members);
  }
}

/** Lets everybody close, and observes every exit. */
export async function close(session: Session, crew: Crew): Promise<void> {
  await crew.leave(opLimitMs(session));
  for (const { plan, state, opened, exitedUs } of crew.members) {
    const final = state === 'died' || state === 'hung' ? state : opened ? 'finished' : 'refused';
    // Not when everybody had closed: until then the last write of one that died would seem to go on.
    const time = exitedUs ?? session.nowUs();
    session.record([{ type: 'process', process: plan.name, state: final, time }]);
  }
}

/** A process that waits, its driver loaded, for the audit of this copy. */
export function startAuditor(session: Session, copy: number): JobProcess {
  const { path } = session.plan.copies[copy]!;
  return startJob(session, { kind: 'audit', path, copy });
}

/** Opens each copy alone in a fresh process and reads every row. A failed audit is an event, not an error. */
export async function audit(session: Session, first: JobProcess): Promise<void> {
  for (let copy = 0; copy < session.plan.copies.length; copy++) {
    session.enter('audit');
    const auditor = copy === 0 ? first : startAuditor(session, copy);
    await auditor.run();
    const problem = auditor.problem('the auditor');
    if (problem === undefined) continue;
    const error = { class: 'worker.died', message: problem.message } as const;
    const found = { rows: 0, files: 0, missingFiles: [], duplicateFiles: [], counter: null };
    const time = session.nowUs();
    const end = { type: 'fail', process: 'audit', f: 'audit', copy, start: time, time } as const;
    session.record([{ ...end, ...found, error }]);
  }
  await session.place.confirm();
}

function startJob(session: Session, job: Job): JobProcess {
  const { setup, epochUs } = session;
  const fork = session.fork.bind(session);
  return new JobProcess(fork, { job, options: setup.options, epochUs }, (message) => {
    if (message.type === 'events') session.record(message.events);
    if (message.type === 'progress') session.seeded = message.done / message.total;
  });
}

/** Runs a job that the run cannot do without; a first Ctrl-C gives it up. */
async function finish(session: Session, job: JobProcess, what: string): Promise<void> {
  const { promise, release } = interruption(
    session.setup.interrupt.first,
    `interrupted while ${what}: there is no result.`,
  );
  try {
    await Promise.race([job.run(), promise]);
  } finally {
    release();
    await job.kill();
  }
  if (job.failure?.stage === 'load') throw loadError(session, job.failure.message);
  const problem = job.problem(what);
  if (problem !== undefined) throw problem;
}

function loadError(session: Session, message: string): CannotRunError {
  const { name, package: driver } = session.setup.backend;
  const advice = driver === undefined ? '' : `; run: npm install ${pinned(driver)}`;
  return new CannotRunError(
    `the driver of ${name} does not load here (${firstLineOf(message)})${advice}`,
  );
}

export function opLimitMs(session: Session): number {
  return session.setup.options.opTimeoutMs + GRACE_MS;
}

/** Who takes part in the window: all that have not ended. */
function working(crew: Crew): Member[] {
  return crew.members.filter(({ state }) => state === 'open' || state === 'refused');
}
