import { setTimeout as sleep } from 'node:timers/promises';
import { delay } from '../../src/system/delay.ts';
import { LOOK_EVERY_MS } from './limits.ts';
import type { ChaosPlace } from './place.ts';
import type { Plan } from './plan.ts';
import type { Program, ToldPhase } from './program.ts';
import type { RunProcesses } from './run-processes.ts';

/** One run as it goes on. */
export interface Running {
  program: Program;
  processes: RunProcesses;
  place: ChaosPlace;
}

/** That a fault came while the program was running, and in which phase it then was. */
export interface Hit {
  phase: ToldPhase | null;
}

/** What must be there before the program is started. */
export async function prepareStrike({ fault }: Plan, place: ChaosPlace): Promise<void> {
  if (fault.kind === 'full') place.mountSmall(fault.disk);
  if (fault.kind === 'stray') await place.putStray(fault.stray);
}

/**
 * Does what is planned, at its time; null if the program, or what was to be hit, had ended by then, or if it did not come
 * within the limit.
 */
export async function strike(plan: Plan, run: Running, limitMs: number): Promise<Hit | null> {
  const { fault, afterMs, pauseMs } = plan;
  const { program, processes, place } = run;
  const untilMs = performance.now() + limitMs;
  const isOver = (): boolean => program.end !== null || performance.now() > untilMs;
  const over = new AbortController();
  void program.ended.then(() => over.abort());
  const hitIn = (phase: Hit['phase'], done: boolean): Hit | null => (done ? { phase } : null);

  if (fault.kind === 'stray') return { phase: null };
  const target = fault.kind === 'signal' ? fault.target : 'coordinator';
  while (plan.phase !== null && !program.hasReached(plan.phase) && !isOver()) {
    await sleep(LOOK_EVERY_MS);
  }
  await processes.waitFor(target, isOver);
  await delay(afterMs, over.signal);
  const there = await processes.waitFor(target, isOver);
  if (there.length === 0) return null;
  const pid = there[plan.seed % there.length]!;
  const { phase } = program;

  switch (fault.kind) {
    case 'signal': {
      const done = processes.signal(pid, fault.signal);
      if (fault.signal === 'SIGSTOP') {
        await sleep(pauseMs);
        processes.signal(pid, 'SIGCONT');
      }
      return hitIn(phase, done);
    }
    case 'ctrl-c': {
      const done = processes.signalGroup(pid, 'SIGINT');
      for (let i = 1; i < fault.times; i++) {
        await delay(pauseMs, over.signal);
        processes.signalGroup(pid, 'SIGINT');
      }
      return hitIn(phase, done);
    }
    case 'stop-all': {
      const stopped = processes.living().filter((each) => processes.signal(each, 'SIGSTOP'));
      await sleep(pauseMs);
      for (const each of stopped) processes.signal(each, 'SIGCONT');
      return hitIn(phase, stopped.length > 0);
    }
    case 'full':
      place.fill(fault.disk);
      return { phase };
    case 'vanish':
      await place.vanish(fault.disk);
      return { phase };
    case 'closed-stdout':
      program.process.stdout!.destroy();
      return { phase };
  }
}
