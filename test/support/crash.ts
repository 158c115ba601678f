import { onTestFinished } from 'vitest';
import { loadBackend } from '../../probes/index.ts';
import type { CrashMode, CrashOptions, CrashResult, Filesystem } from '../../src/core/crash.ts';
import { failed } from '../../src/core/durability.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { runCrash } from '../../src/experiment/crash/campaign.ts';
import { obstacle, skipText } from '../../src/experiment/crash/obstacle.ts';
import type { RunSetup } from '../../src/experiment/session.ts';
import { never, SHORT } from './run.ts';

interface Campaign extends Partial<CrashOptions> {
  options?: Partial<RunOptions>;
  /** As Ctrl-C would: no further round after the first that failed. */
  untilFailed?: boolean;
  /** Where the result and its bundles go; nothing is saved unless given. */
  dir?: string;
  interrupt?: RunSetup['interrupt'];
  /** A worker with a fault in the place of the real one. */
  workerEntry?: string;
  onRound?: () => void;
  onNote?: (text: string) => void;
}

const refuse = (text: string): never => {
  throw new Error(text);
};

/** Runs a campaign itself, without the command line: the reference backend, few rows, one reader, two kills. */
export async function shortCrash(campaign: Campaign = {}): Promise<CrashResult> {
  const {
    options,
    untilFailed = false,
    dir,
    interrupt,
    workerEntry,
    onRound,
    onNote = refuse,
    ...crash
  } = campaign;
  const all = { ...SHORT, dims: 8, readers: 1, ...options };
  const backend = await loadBackend(all.backend);
  if (backend === undefined) throw new Error(`no backend named ${all.backend}`);
  const first = new AbortController();
  onTestFinished(() => first.abort());
  return runCrash({
    run: {
      backend,
      options: all,
      db: { path: null, keep: false, overwrite: false },
      results: { dir: dir ?? '', save: dir !== undefined, history: true },
      toolVersion: 'test',
      onProgress: () => undefined,
      interrupt: interrupt ?? { ...never, first: first.signal },
      ...(workerEntry === undefined ? {} : { workerEntry }),
    },
    crash: { mode: 'kill', victim: 'writer', rounds: 2, filesystems: ['ext4'], ...crash },
    name: 'campaign',
    onNote,
    onBegin: () => undefined,
    onRound: (_, round) => {
      onRound?.();
      if (untilFailed && 'failed_checks' in round && failed(round)) first.abort();
    },
  });
}

/**
 * Why tests of this mode are skipped here, in parentheses, to be added to their names (which the reporter prints); empty
 * if they are not.
 */
export async function skipReason(mode: CrashMode, filesystems: Filesystem[]): Promise<string> {
  const reason = await obstacle(mode, filesystems);
  return reason === null ? '' : ` (${skipText(reason)})`;
}
