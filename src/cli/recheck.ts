import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { loadBackend } from '../../probes/index.ts';
import type { Judgement } from '../checks/index.ts';
import type { Conclusion } from '../checks/verdict.ts';
import { REPLAY_NOTE } from '../core/crash-command.ts';
import { UsageError } from '../core/errors.ts';
import type { History } from '../core/history.ts';
import type { RunOptions } from '../core/options.ts';
import { plural } from '../core/count-text.ts';
import { jsonText } from '../core/printable.ts';
import { JUDGE_VERSION, type Result } from '../core/result.ts';
import { exitCodeOf } from './exit.ts';

interface Recheck extends Judgement, Conclusion {
  /** Which run it is. */
  options: RunOptions;
  /** When that began; null where only the history is known. */
  startedAt: string | null;
  /** The verdict when it was saved; null where only the history is known. */
  savedVerdict: Result['verdict'] | null;
  /** The judge that came to it. */
  savedJudge: number | null;
}

/** Of results that do not name it. */
const FIRST_JUDGE = 1;

interface OpenedRun {
  history: History;
  saved: Result | null;
  /** The command that tries it again, of a bundle. */
  replay: string | null;
}

/** `probe recheck`: judges a saved run again, without its database. */
export function addRecheckCommand(program: Command, process: NodeJS.Process): void {
  program
    .command('recheck')
    .description('judge a saved run again, by the checks that this version has')
    .argument('<file>', 'a result, the history beside it, or the bundle of a crash')
    .option('--json', 'as JSON')
    .action(async (file: string, { json }: { json?: true }) => {
      const found = await recheck(file);
      process.stdout.write(json ? asJson(found) : await asText(found, process));
      process.exitCode = exitCodeOf(found.verdict);
    });
}

/** Judges a saved run again: what its events and their checks of today say. */
export async function recheck(file: string): Promise<Recheck> {
  const [{ judge }, { verdictOf }, { MeasuredHistory }] = await Promise.all([
    import('../checks/index.ts'),
    import('../checks/verdict.ts'),
    import('./measured-history.ts'),
  ]);
  const { history: source, saved, replay } = await openRun(file);
  const history = new MeasuredHistory(source);
  const judgement = await judge(history);
  const { options } = history.header;
  const backend = await loadBackend(options.backend);
  if (backend === undefined) {
    throw new UsageError(
      `${file} is of ${options.backend}, a backend that this probe does not know`,
    );
  }
  const conclusion = verdictOf({
    ...judgement,
    ...{ options, backend },
    processes: saved?.processes ?? history.processes(),
    counts: history.metrics.counts(),
    errors: history.metrics.errors(),
    interrupted: history.metrics.interrupted,
  });
  // Advice for a run is none for a crash.
  const next = replay === null ? conclusion.next : `try it again (${REPLAY_NOTE}): ${replay}`;
  const savedJudge = saved === null ? null : (saved.judge ?? FIRST_JUDGE);
  return {
    ...{ options, startedAt: saved?.started_at ?? null },
    ...{ ...judgement, ...conclusion, next, savedVerdict: saved?.verdict ?? null, savedJudge },
  };
}

/** A result names its history, which lies beside it; a history can be given by itself; the bundle of a crash has one. */
async function openRun(file: string): Promise<OpenedRun> {
  const { HISTORY_SUFFIX, openHistory } = await import('../store/histories.ts');
  const isDirectory = (await stat(file).catch(() => undefined))?.isDirectory() === true;
  if (isDirectory) {
    const { readReplay } = await import('../store/crashes.ts');
    const names = await readdir(file);
    if (!names.includes('bundle.json')) {
      const what = names.includes('matrix.json') ? 'the folder of a matrix' : 'a folder';
      throw new UsageError(
        `${file} is ${what}, and only that of a crash's bundle is judged as a whole: name a result or a history in it`,
      );
    }
    const replay = await readReplay(file);
    const name = names.find((entry) => entry.endsWith(HISTORY_SUFFIX));
    if (name === undefined) throw new UsageError(`${file} is a folder without a history in it`);
    return { history: await openHistory(join(file, name)), saved: null, replay };
  }
  if (!file.endsWith('.json')) {
    return { history: await openHistory(file), saved: null, replay: null };
  }
  const { readResult } = await import('../store/results.ts');
  const saved = await readResult(file);
  if (saved.history === null) {
    throw new UsageError(`${file} was saved without its history, which is what would be judged`);
  }
  // It lies beside its result: what a file says leads to no other folder.
  if (saved.history !== basename(saved.history) || ['', '.', '..'].includes(saved.history)) {
    throw new UsageError(`${file} names a history that is not beside it: ${saved.history}`);
  }
  return { history: await openHistory(join(dirname(file), saved.history)), saved, replay: null };
}

function asJson(found: Recheck): string {
  const { verdict, because, next, savedVerdict, savedJudge, overlapRatio } = found;
  const { evidence, thin, order, checks, audit } = found;
  const json = {
    ...{ verdict, because, next, judge: JUDGE_VERSION },
    ...{ saved_verdict: savedVerdict, saved_judge: savedJudge },
    ...{ overlap_ratio: overlapRatio, evidence, thin, order, checks, audit },
  };
  return `${jsonText(json)}\n`;
}

/** `probe recheck · duckdb · owner · 1 writer + 4 readers · run of 2026-01-02 03:04 UTC`. */
function titleOf({ options, startedAt }: Recheck): string {
  const { backend, access, writers, readers } = options;
  return [
    ...['probe recheck', backend, access],
    `${plural(writers, 'writer')} + ${plural(readers, 'reader')}`,
    ...(startedAt === null ? [] : [`run of ${startedAt.slice(0, 16).replace('T', ' ')} UTC`]),
  ].join(' · ');
}

async function asText(found: Recheck, { stdout, env }: NodeJS.Process): Promise<string> {
  const [
    { checkLines },
    { oneLine, wrap },
    { conclusionLines, savedVerdictLines },
    { evidenceLines },
    { painter, wantsColor },
  ] = await Promise.all([
    import('../report/check-lines.ts'),
    import('../report/columns.ts'),
    import('../report/conclusion-lines.ts'),
    import('../report/evidence-lines.ts'),
    import('../report/paint.ts'),
  ]);
  const paint = painter(wantsColor(stdout, env));
  const width = stdout.columns || 80;
  const { savedVerdict, savedJudge, verdict, overlapRatio } = found;
  const lines = [
    ...wrap(oneLine(titleOf(found)), width, '', '  ').map((line) => paint('bold', line)),
    '',
    ...evidenceLines({ ...found, overlap_ratio: overlapRatio }, width, paint),
    ...checkLines(found.checks, width, paint),
    ...(savedVerdict === null || savedJudge === null
      ? []
      : savedVerdictLines(savedVerdict, savedJudge, verdict, width, paint)),
    ...conclusionLines('Verdict', verdict, found, width, paint),
  ];
  return `${lines.join('\n')}\n`;
}
