import { join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { Result } from '../core/result.ts';
import { HISTORY_SUFFIX, saveHistory } from '../store/histories.ts';
import { runName, saveResult } from '../store/results.ts';
import type { Session } from './session.ts';

export interface Saved {
  result: string | null;
  history: string | null;
}

/** Saves the history, then the result that names it. What could not be saved is said; the result is never lost to it. */
export async function save(
  session: Session,
  result: Result,
): Promise<{ result: Result; saved: Saved; notes: string[]; isSaved: boolean }> {
  const { dir, save: wanted, history: historyWanted } = session.setup.results;
  const saved: Saved = { result: null, history: null };
  const notes: string[] = [];
  if (!wanted) return { result, saved, notes, isSaved: true };
  const name = runName(session.startedAt, result.backend.name, session.setup.options.access);
  const attempt = async (what: string, write: () => Promise<string>): Promise<string | null> => {
    try {
      return await write();
    } catch (error) {
      notes.push(`the ${what} could not be saved: ${messageOf(error)}`);
      return null;
    }
  };
  // Without checking no event was recorded: such a history would only seem to be one.
  const recorded = session.setup.options.check;
  if (historyWanted && recorded && session.spool.error === null) {
    saved.history = await attempt('history', async () => {
      const path = join(dir, `${name}${HISTORY_SUFFIX}`);
      await saveHistory(session.spoolPath, path, session.spool.events);
      return path;
    });
  }
  const named = {
    ...result,
    warnings: [...result.warnings, ...notes],
    history: saved.history === null ? null : `${name}${HISTORY_SUFFIX}`,
  };
  saved.result = await attempt('result', async () => saveResult(dir, named, name));
  const isSaved = saved.result !== null && (!historyWanted || saved.history !== null);
  return { result: { ...named, warnings: [...result.warnings, ...notes] }, saved, notes, isSaved };
}
