import type { ProcessProgress, Progress } from '../core/progress.ts';
import type { Crew, Member } from './crew.ts';
import type { Session } from './session.ts';

const TELL_EVERY_MS = 200;

const SHOWN: Record<Member['state'], ProcessProgress['state']> = {
  starting: 'starting',
  ready: 'starting',
  open: 'open',
  refused: 'refused',
  running: 'running',
  done: 'done',
  drained: 'drained',
  closed: 'drained',
  died: 'died',
  hung: 'hung',
};

/** Tells of the run's progress a few times a second, until the function that comes back is called. */
export function tellProgress(session: Session, crewOf: () => Crew | undefined): () => void {
  const tell = (): void => session.setup.onProgress(progressOf(session, crewOf()));
  tell();
  const timer = setInterval(tell, TELL_EVERY_MS);
  return () => clearInterval(timer);
}

function progressOf(session: Session, crew: Crew | undefined): Progress {
  const nowUs = session.nowUs();
  const { metrics, phase, window } = session;
  const processes = (crew?.members ?? []).map(({ plan, child, state, opened }): ProcessProgress => {
    const name = plan.name;
    const refused = state === 'running' && !opened;
    const measured = metrics.progress(name, nowUs);
    return { name, pid: child.pid, state: refused ? 'refused' : SHOWN[state], ...measured };
  });
  const remainingUs = window === undefined ? null : Math.max(0, window.untilUs - nowUs);
  const fraction =
    phase === 'prepare'
      ? session.seeded
      : remainingUs === null
        ? null
        : 1 - remainingUs / (window!.untilUs - window!.atUs);
  const errors = processes.reduce((sum, process) => sum + process.errors, 0);
  return { phase, elapsedUs: nowUs, remainingUs, fraction, processes, errors };
}
