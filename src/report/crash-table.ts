import { boundText } from '../core/bound.ts';
import type { CrashPause, CrashResult, ReadsVerdict } from '../core/crash.ts';
import { failed } from '../core/durability.ts';
import { formatBytes, formatCount, plural } from '../core/count-text.ts';
import { machineText, nodeText } from '../core/host-text.ts';
import { oneLine, wrap } from './columns.ts';
import { conclusionLines } from './conclusion-lines.ts';
import { entry } from './entry.ts';
import { painter, type Paint } from './paint.ts';
import { tableLines } from './table.ts';
import { formatDuration, formatShare } from './text.ts';

const READS_TEXTS: Readonly<Record<ReadsVerdict, string>> = {
  wrong: 'wrong: rows that nobody wrote, or torn ones',
  inconsistent: 'inconsistent: reads contradict each other',
  stale: 'stale: reads miss what was acknowledged long before',
  works: 'nothing that contradicts itself',
  unknown: 'unknown: no read overlapped a write',
};

interface CrashStyle {
  color: boolean;
  width: number;
  saved?: string[];
}

/** A campaign's result as text: what was done, what was found, the durability class and why. */
export function renderCrash(result: CrashResult, { color, width, saved = [] }: CrashStyle): string {
  const paint = painter(color);
  const { backend, crash, options, host, bound } = result;
  // Without a round no driver was loaded, and there is nothing to count.
  const tried = result.rounds_done > 0;
  const driver = tried
    ? `${backend.package ?? 'no driver'} ${backend.version} (${backend.engine})`
    : (backend.package ?? 'no driver');
  const lines = [
    paint(
      'bold',
      oneLine(
        `probe crash ${backend.name} · ${crash.mode} · ${options['access']} · ${plural(result.rounds_done, 'round')}`,
      ),
    ),
    ...wrap(
      `${driver} · ${nodeText(result.tool)} · ${machineText(host)} · seed ${result.seed}`,
      width,
      '  ',
    ),
    '',
    ...(tried ? [...(crash.mode === 'pause' ? pauseLines(result) : roundLines(result)), ''] : []),
    ...errorLines(result, width, paint),
    ...failedLines(result, width, paint),
    ...(result.warnings ?? []).flatMap((text) =>
      entry('Warning', oneLine(text), width, paint, 'yellow'),
    ),
    ...(bound === null ? [] : entry('Bound', oneLine(boundText(bound)), width, paint)),
    ...conclusionLines('Class', result.durability, result, width, paint, saved),
  ];
  return `${lines.join('\n')}\n`;
}

function roundLines(result: CrashResult): string[] {
  const { recovery_us: recovery, fsync } = result;
  const inside = result.inside_commit_ratio;
  const rows: [string, string][] = [
    ['kills', formatCount(result.kills)],
    ['inside a commit', inside === null ? '–' : `${result.inside_commit} (${formatShare(inside)})`],
    ['acknowledged operations', formatCount(result.acknowledged_operations)],
    ['acknowledged rows', formatCount(result.acknowledged_rows)],
    ['lost', formatCount(result.lost)],
    ['duplicated', formatCount(result.duplicate)],
    ['torn', formatCount(result.torn)],
    ['in doubt, survived (legal)', `${result.in_doubt}, ${result.in_doubt_survived}`],
    ['unopenable', formatCount(result.unopenable)],
    ['opens but unreadable', formatCount(result.unreadable)],
    ['failed rounds', formatCount(result.failed_rounds)],
    ['what readers saw', result.reads === null ? '–' : READS_TEXTS[result.reads]],
    [
      'recovery p50, max',
      recovery === null ? '–' : `${formatDuration(recovery.p50)}, ${formatDuration(recovery.max)}`,
    ],
    ['largest log beside the database', formatBytes(result.side_files_bytes_max)],
    [
      'speed, rounds per minute',
      result.rounds_per_minute === null ? '–' : result.rounds_per_minute.toFixed(1),
    ],
  ];
  const full = result.rounds.flatMap(({ reads_after_full }) => reads_after_full ?? []);
  if (result.crash.mode === 'disk-full') {
    rows.push(['rounds with a full disk', formatCount(full.length)]);
    rows.push(['reads while it was full', formatCount(full.reduce((sum, n) => sum + n, 0))]);
  }
  if (fsync !== null) {
    const { per_acknowledged: ratio, acknowledged, skipped } = fsync;
    const text =
      ratio === null
        ? (skipped ?? '–')
        : `${ratio.toFixed(2)} (${fsync.syncs} for ${acknowledged})`;
    rows.push(['syncs per acknowledged operation', text]);
  }
  return tableLines(['what', 'found'], rows);
}

function pauseLines({ pauses }: CrashResult): string[] {
  const roles = [...new Set(pauses.map(({ process }) => process))].toSorted();
  const rows = roles.map((name) => {
    const own = pauses.filter(({ process }) => process === name);
    const sum = (field: Exclude<keyof CrashPause, 'process'>): number =>
      own.reduce((total, pause) => total + pause[field], 0);
    return [
      name,
      formatCount(own.length),
      formatDuration(sum('paused_us')),
      formatCount(sum('reads_by_others')),
      formatCount(sum('writes_by_others')),
      formatCount(sum('errors_by_others')),
    ];
  });
  return tableLines(
    ['stopped', 'times', 'for', "others' reads", "others' writes", "others' errors"],
    rows,
  );
}

function errorLines({ errors }: CrashResult, width: number, paint: Paint): string[] {
  return errors.flatMap(({ operation, class: name, count, example }) => {
    const what = `${formatCount(count)} × ${operation}: ${name}: ${example}`;
    return entry('Error', oneLine(what), width, paint, 'red');
  });
}

function failedLines({ rounds }: CrashResult, width: number, paint: Paint): string[] {
  const broken = rounds.filter(failed).slice(0, 5);
  return broken.flatMap((round) => {
    const where = `round ${round.round}${round.filesystem === null ? '' : ` on ${round.filesystem}`}`;
    const what =
      round.state === 'ok' || round.state === 'unknown'
        ? round.failed_checks.map(({ name, because }) => `${name}: ${because}`).join('; ')
        : `${round.state}: ${round.error}`;
    return entry('FAIL', oneLine(`${where}: ${what}`), width, paint, 'red');
  });
}
