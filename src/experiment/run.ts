import { judge, type Judgement } from '../checks/index.ts';
import { unjudged } from '../checks/unjudged.ts';
import { UsageError } from '../core/errors.ts';
import type { Result } from '../core/result.ts';
import { assemble } from './assemble.ts';
import type { Crew } from './crew.ts';
import { audit, close, drain, open, prepare, spawn, startAuditor, work } from './phases.ts';
import { tellProgress } from './progress.ts';
import { save, type Saved } from './save.ts';
import { Session, type RunSetup } from './session.ts';

export interface RunOutcome {
  result: Result;
  saved: Saved;
  /** What could not be saved, for the user. */
  notes: string[];
  /** Whether all that was to be saved has been. */
  isSaved: boolean;
}

/** What cannot be read back whole is not judged: events that are missing would look like rows that are lost. */
async function judgeWhole(session: Session): Promise<Judgement> {
  const history = await session.history();
  const { error } = session.spool;
  if (error !== null) return unjudged(`the history could not be kept: ${error.message}`);
  try {
    return await judge(history);
  } catch (refusal) {
    // What would be bad usage of a file is none of this run's user: its measurements stand.
    if (!(refusal instanceof UsageError)) throw refusal;
    return unjudged(`the history could not be judged: ${refusal.message}`);
  }
}

/**
 * One run, from an empty path to a saved result. Throws {@link CannotRunError} where nothing could be measured and
 * Interrupted where the user gave it up; either way nothing that the run made is left.
 */
export async function runProbe(setup: RunSetup): Promise<RunOutcome> {
  const session = await Session.begin(setup);
  let crew: Crew | undefined;
  const stopTelling = tellProgress(session, () => crew);
  try {
    await prepare(session);
    crew = await spawn(session);
    await open(session, crew);
    await work(session, crew);
    const auditor = startAuditor(session, 0);
    await drain(session, crew);
    await close(session, crew);
    await audit(session, auditor);
    session.enter('judge');
    const judgement = await judgeWhole(session);
    stopTelling();
    return await save(session, assemble(session, crew, judgement));
  } catch (error) {
    throw await session.place.cause(error);
  } finally {
    stopTelling();
    crew?.end();
    await session.end();
  }
}
