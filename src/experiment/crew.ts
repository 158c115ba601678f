import type { Event } from '../core/history.ts';
import type { RunOptions } from '../core/options.ts';
import type {
  AccessPlan,
  Actor,
  FromWorker,
  HostPlan,
  Running,
  ToWorker,
} from '../core/protocol.ts';
import type { Child } from './child.ts';
import { afterAwake, awakeMs } from '../system/awake.ts';
import { GRACE_MS, OWNER_SILENT_MS, WATCH_EVERY_MS } from './limits.ts';

export type ActorState =
  | 'starting'
  | 'ready'
  | 'open'
  | 'refused'
  | 'running'
  | 'done'
  | 'drained'
  | 'closed'
  | 'died'
  | 'hung';

/** One writer, reader or owner as the coordinator knows it. */
export interface Member {
  plan: Actor;
  host: HostPlan;
  child: Child;
  state: ActorState;
  /** Whether any of its opens was answered. */
  opened: boolean;
  /** Why it died, where it said so. */
  failure: string;
  /** When its process, or its thread, was seen to have ended. */
  exitedUs: number | null;
  /** Its operation in flight at its last beat. */
  running: Running | null;
}

export interface CrewSetup {
  fork(onMessage: (message: FromWorker) => void): Child;
  options: RunOptions;
  epochUs: number;
  nowUs(): number;
  onEvents(events: Event[]): void;
  /** A writer calls its driver now. */
  onBegun(process: string, op: number): void;
}

/** All child processes of a run: one state per actor, barriers over states, and a watchdog over operations. */
export class Crew {
  readonly members: Member[] = [];
  readonly children: Child[] = [];
  /** What the drivers said of themselves. */
  version: { version: string; engine: string } | undefined;
  /** Set by a worker whose driver does not load. */
  loadFailure: string | undefined;
  readonly #setup: CrewSetup;
  readonly #watch: NodeJS.Timeout;
  /** When the owner was last found without a sign of life. */
  #ownerSilentAtMs = -Infinity;
  #changed: (() => void)[] = [];

  constructor(plan: AccessPlan, access: RunOptions['access'], setup: CrewSetup) {
    this.#setup = setup;
    const { options, epochUs } = setup;
    for (const host of plan.hosts) {
      const child = this.#fork(host);
      child.send({ type: 'init', job: { kind: 'host', plan: host, access }, options, epochUs });
    }
    // Where a run is given up before its crew is ended, the watch alone must not keep the program going.
    this.#watch = setInterval(() => this.#watchOperations(), WATCH_EVERY_MS).unref();
  }

  /** Sends to the processes of these members, each once. */
  send(message: ToWorker, members: Member[] = this.members): void {
    for (const child of new Set(members.map((member) => member.child))) child.send(message);
  }

  /**
   * Waits until each of the members has reached one of the states, or has ended. A member that has not within the limit
   * is hung, and its process is killed. Returns those that were late.
   */
  async barrier(states: ActorState[], limitMs: number, members = this.members): Promise<Member[]> {
    const reached = (member: Member): boolean => states.includes(member.state) || ended(member);
    const late: Member[] = [];
    const cancel = afterAwake(limitMs, () => {
      late.push(...members.filter((member) => !reached(member)));
      for (const member of late) {
        this.#hang(member, `it was not ${states.join(' or ')} after ${limitMs} ms`);
      }
    });
    while (!members.every(reached)) await this.#change();
    cancel();
    return late;
  }

  /** Lets everybody close, clients before the owner they need, and observes every exit. */
  async leave(limitMs: number): Promise<void> {
    for (const owners of [false, true]) {
      const members = this.members.filter(({ plan }) => (plan.role === 'owner') === owners);
      this.send({ type: 'close' }, members);
      const children = [...new Set(members.map(({ child }) => child))];
      await Promise.all(children.map(async (child) => child.leave(limitMs)));
    }
    this.end();
  }

  /** No process is watched any more. */
  end(): void {
    clearInterval(this.#watch);
  }

  #fork(host: HostPlan): Child {
    const child: Child = this.#setup.fork((message) => this.#obey(child, message));
    this.children.push(child);
    for (const plan of host.actors) {
      this.members.push({
        plan,
        host,
        child,
        state: 'starting',
        opened: false,
        failure: '',
        exitedUs: null,
        running: null,
      });
    }
    void child.exited.then(() => {
      for (const member of this.#of(child)) {
        member.exitedUs ??= this.#exitedUs(child);
        if (child.problem !== null) member.failure = child.problem;
        if (!ended(member) && member.state !== 'closed') this.#set(member, 'died');
      }
      this.#notify();
    });
    return child;
  }

  #obey(child: Child, message: FromWorker): void {
    switch (message.type) {
      case 'ready':
        this.version = message.backend;
        for (const member of this.#of(child)) this.#set(member, 'ready');
        return;
      case 'opened':
        return this.#move(child, message.actor, 'open');
      case 'refused':
        return this.#move(child, message.actor, 'refused');
      case 'begun':
        if (this.#of(child).some(({ plan }) => plan.name === message.actor)) {
          this.#setup.onBegun(message.actor, message.op);
        }
        return;
      case 'done':
      case 'drained':
        return this.#move(child, message.actor, message.type);
      case 'events':
        for (const event of message.events) this.#learn(child, event);
        return this.#setup.onEvents(message.events);
      case 'beat':
        for (const member of this.#of(child)) {
          if (member.plan.name in message.actors) {
            member.running = message.actors[member.plan.name]!;
          }
        }
        return;
      case 'died': {
        const member = this.#of(child).find(({ plan }) => plan.name === message.actor);
        if (member === undefined) return;
        member.failure = message.message;
        member.exitedUs = this.#setup.nowUs();
        return this.#set(member, 'died');
      }
      case 'failed':
        if (message.stage === 'load') this.loadFailure = message.message;
        for (const member of this.#of(child)) {
          member.failure = message.stack === '' ? message.message : message.stack;
        }
        return;
      case 'closed':
        for (const member of this.#of(child)) if (!ended(member)) this.#set(member, 'closed');
        return;
      case 'progress':
      case 'seeded':
      case 'audited':
        return;
    }
  }

  /** An open that succeeds inside the window is told by its event only. */
  #learn(child: Child, event: Event): void {
    if (!('f' in event) || event.f !== 'open' || event.type !== 'ok') return;
    const member = this.#of(child).find(({ plan }) => plan.name === event.process);
    if (member !== undefined) member.opened = true;
  }

  #move(child: Child, name: string, state: ActorState): void {
    const member = this.#of(child).find(({ plan }) => plan.name === name);
    if (member !== undefined && !ended(member)) this.#set(member, state);
  }

  #set(member: Member, state: ActorState): void {
    member.state = state;
    member.running = null;
    this.#notify();
  }

  /** On the run's clock. */
  #exitedUs({ exitedUs }: Child): number {
    return exitedUs === null ? this.#setup.nowUs() : exitedUs - this.#setup.epochUs;
  }

  #of(child: Child): Member[] {
    return this.members.filter((member) => member.child === child);
  }

  /** An operation over its limit, or a process that has stopped beating: its main thread is blocked. */
  #watchOperations(): void {
    const { opTimeoutMs } = this.#setup.options;
    const ownerStalls = this.#ownerStalls();
    for (const member of this.members) {
      const idle = ended(member) || member.state === 'starting' || member.state === 'closed';
      if (idle || member.child.exit !== null) continue;
      const { running, child } = member;
      const silentLimitMs = opTimeoutMs + GRACE_MS;
      // Whoever waits for an owner that has stopped is not what hangs.
      const isWaiting = ownerStalls && member.plan.role !== 'owner';
      if (running !== null && running.forMs > opTimeoutMs && !isWaiting) {
        this.#hang(member, `${running.operation} took longer than ${opTimeoutMs} ms`);
      } else if (child.silentMs > silentLimitMs) {
        const during = running === null ? '' : ` during ${running.operation}`;
        this.#hang(member, `it gave no sign of life for ${silentLimitMs} ms${during}`);
      }
    }
  }

  /** Whether the owner gives no sign of life, or has only just given one again, or ended. */
  #ownerStalls(): boolean {
    const owner = this.members.find(({ plan }) => plan.role === 'owner');
    if (owner === undefined) return false;
    if (!ended(owner) && owner.child.silentMs > OWNER_SILENT_MS) this.#ownerSilentAtMs = awakeMs();
    return awakeMs() - this.#ownerSilentAtMs < GRACE_MS;
  }

  /** A process cannot be half killed: all its actors go with it. */
  #hang(member: Member, why: string): void {
    if (member.failure === '') member.failure = why;
    for (const other of this.#of(member.child)) {
      if (ended(other)) continue;
      if (other !== member) {
        other.failure = `its process was killed because ${member.plan.name} hung`;
      }
      this.#set(other, other === member ? 'hung' : 'died');
    }
    void member.child.kill();
  }

  async #change(): Promise<void> {
    return new Promise((resolve) => this.#changed.push(resolve));
  }

  #notify(): void {
    const waiting = this.#changed;
    this.#changed = [];
    for (const wake of waiting) wake();
  }
}

export function ended(member: Member): boolean {
  return member.state === 'died' || member.state === 'hung';
}
