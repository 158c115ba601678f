import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crashCommand, REPLAY_NOTE } from '../../core/crash-command.ts';
import {
  controlScheduleOf,
  cutScheduleOf,
  scheduleOf,
  type CrashOptions,
  type CrashRound,
  type Schedule,
} from '../../core/crash.ts';
import type { History } from '../../core/history.ts';
import { HISTORY_SUFFIX, saveEvents } from '../../store/histories.ts';
import type { Session } from '../session.ts';
import { keepSnapshots } from './files.ts';

/**
 * Keeps what a failing round (null: all pauses) leaves: the history it was judged by (`probe recheck` reads it), the database before and
 * after, the versions, and the command that tries it again.
 */
export async function keepBundle(
  session: Session,
  crash: CrashOptions,
  { round, view }: { round: CrashRound | null; view: History },
  version: { version: string; engine: string } | undefined,
  directory: string,
): Promise<void> {
  const { options, backend, toolVersion } = session.setup;
  await mkdir(directory, { recursive: true });
  await keepSnapshots(session, directory);
  const bundle = {
    format: 1,
    kind: 'crash-bundle',
    round,
    seed: options.seed,
    schedule: round === null ? null : scheduleIn(crash, options.seed, round),
    tool: { version: toolVersion, node: process.version },
    backend: { name: backend.name, package: backend.package ?? null, ...version },
    replay: crashCommand(options, crash),
    replay_note: REPLAY_NOTE,
  };
  await writeFile(join(directory, 'bundle.json'), `${JSON.stringify(bundle, null, 2)}\n`);
  const history = join(directory, `round${HISTORY_SUFFIX}`);
  await saveEvents(view, history);
}

/** When the blow of a round was due; a full disk comes when it comes. */
function scheduleIn(
  { mode, filesystems }: CrashOptions,
  seed: number,
  { round, control }: CrashRound,
): Schedule | null {
  if (mode === 'disk-full') return null;
  if (control) return controlScheduleOf(seed, round);
  if (mode === 'power-loss') return cutScheduleOf(seed, round, filesystems.length);
  return scheduleOf(seed, round);
}
