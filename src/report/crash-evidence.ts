/** What the published page says of crashes: on what load, what was lost, and what the campaigns exclude. */
import { boundText } from '../core/bound.ts';
import { formatCount, plural } from '../core/count-text.ts';
import type { CrashResult } from '../core/crash.ts';
import { durabilityToday } from './evidence-source.ts';
import { formatDuration } from './text.ts';

/** The section: the loads, a table, and a sentence for each campaign. */
export function crashSection(crashes: readonly CrashResult[]): string[] {
  const [first] = crashes;
  if (first === undefined) return ['Nothing was crashed.'];
  return [
    ...crashes.map(loadOf),
    '',
    '| backend | mode | kills or cuts | inside a commit | acknowledged rows | lost | unopenable | recovery p50, max | syncs per acknowledgement | class |',
    '|---|---|--:|--:|--:|--:|--:|--:|--:|---|',
    ...crashes.map((crash) => `| ${crashCells(crash).join(' | ')} |`),
    '',
    ...crashes.map((crash) => {
      const { because, bound } = durabilityToday(crash);
      const excluded = bound === null ? '' : ` (${boundText(bound)})`;
      return `- ${crash.backend.name}, ${crash.crash.mode}: ${because}${excluded}`;
    }),
  ];
}

/** What a campaign was run on: not what the matrix was. */
function loadOf({ backend, crash, options, started_at: at, host, seed }: CrashResult): string {
  const { rows, dims, writers, readers, access, refresh } = options;
  return (
    `- ${backend.name}, ${crash.mode}: ${at.slice(0, 10)}, ${backend.package} ${backend.version}, ${host.os}; ` +
    `access ${access}, refresh ${refresh}, ${plural(Number(writers), 'writer')}, ${plural(Number(readers), 'reader')}, ` +
    `${rows} rows × ${dims} dims, seed ${seed}`
  );
}

/** Of a power-loss campaign the cuts alone: the kills before them are in its sentence. */
function crashCells(campaign: CrashResult): string[] {
  const { backend, crash, fsync } = campaign;
  const blows = campaign.rounds.filter(({ control }) => !control);
  const sum = (field: 'acknowledged_rows' | 'lost'): string =>
    formatCount(blows.reduce((total, round) => total + round[field], 0));
  const recoveries = blows.flatMap(({ recovery_us: us }) => us ?? []).toSorted((a, b) => a - b);
  return [
    `${backend.name} (${backend.version})`,
    crash.mode,
    formatCount(blows.length),
    formatCount(blows.filter(({ inside_commit: inside }) => inside).length),
    sum('acknowledged_rows'),
    sum('lost'),
    formatCount(blows.filter(({ state }) => state === 'unopenable').length),
    recoveries.length === 0
      ? '–'
      : `${formatDuration(recoveries[recoveries.length >> 1]!)}, ${formatDuration(recoveries.at(-1)!)}`,
    fsync?.per_acknowledged == null ? '–' : fsync.per_acknowledged.toFixed(2),
    durabilityToday(campaign).durability,
  ];
}
