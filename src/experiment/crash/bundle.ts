import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scheduleOf, type CrashOptions, type CrashRound } from '../../core/crash.ts';
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
    schedule: round === null ? null : scheduleOf(options.seed, round.round),
    tool: { version: toolVersion, node: process.version },
    backend: { name: backend.name, package: backend.package ?? null, ...version },
    replay: replayOf(session, crash),
  };
  await writeFile(join(directory, 'bundle.json'), `${JSON.stringify(bundle, null, 2)}\n`);
  const history = join(directory, `round${HISTORY_SUFFIX}`);
  await saveEvents(view, history);
}

/** The command that makes the same schedule again. Real races differ; the delays do not. */
function replayOf({ setup }: Session, { mode, victim, rounds, filesystems }: CrashOptions): string {
  const { options } = setup;
  const { backend, access, rows, dims, batch, writers, readers, seed, bug } = options;
  const words = ['probe', 'crash', backend, '--mode', mode, '--rounds', rounds];
  if (mode === 'kill') words.push('--kill', victim);
  if (mode === 'power-loss') words.push('--filesystem', filesystems.join(','));
  words.push('--access', access, '--rows', rows, '--dims', dims, '--batch', batch);
  words.push('--writers', writers, '--readers', readers, '--seed', seed);
  words.push('--keys', options.keys, '--increment', options.increment);
  words.push('--refresh', options.refresh, '--open-order', options.openOrder);
  words.push('--write-rate', options.writeRate, '--read-rate', options.readRate);
  words.push('--engine-threads', options.engineThreads);
  words.push('--top-k', options.topK, '--op-timeout', options.opTimeoutMs / 1000);
  if (access === 'reopen') words.push('--busy-timeout', options.busyTimeoutMs / 1000);
  if (options.intent) words.push('--intent');
  if (access === 'owner') words.push('--rpc', options.rpc, '--listen', options.listen);
  if (bug !== null) words.push('--bug', bug);
  return words.join(' ');
}
