/** The table of all configurations of a matrix, each with what to make of it. */
import { formatCount } from '../core/count-text.ts';
import type { CrashResult } from '../core/crash.ts';
import { cutLost } from '../core/durability.ts';
import { medianIn, mostIn, rowsOf, type MatrixRow } from '../core/matrix-rows.ts';
import type { AccessName, RefreshKind, Verdict } from '../core/names.ts';
import { campaignsOf, durabilityToday, type Evidence } from './evidence-source.ts';
import { formatDuration, formatRate } from './text.ts';

const NONE = '–';

const WHAT_WORKS: Record<AccessName, string> = {
  processes: 'Let several processes open it.',
  reopen: 'Open it for each operation, and close it again.',
  owner: 'Let one process own it and serve the others.',
  isolated: 'Baseline: nothing is shared.',
  threads: 'Let each thread open it.',
  connections: 'Share one instance inside one process.',
};

const WHAT_DOES_NOT: Record<Exclude<Verdict, 'works' | 'stale'>, string> = {
  blocked: 'Not under such a load: processes were refused.',
  errors: 'Expect operations that fail, and try them again.',
  inconsistent: '**Never: what is read contradicts itself.**',
  wrong: '**Never: acknowledged data was lost, duplicated or unreadable.**',
  unknown: 'Nothing was proven.',
};

/** A row for each configuration that was run. */
export function sharingTable({ matrix, results, crashes, refreshes }: Evidence): string[] {
  return [
    '| backend | access | refresh | writers | verdict | reads/s | writes/s | errors | lag p99 | lost | durability | what to do |',
    '|---|---|---|--:|---|--:|--:|--:|--:|--:|---|---|',
    ...rowsOf(matrix.cells, results)
      .filter(({ runs }) => runs.length > 0)
      .map((row) => {
        const kinds = refreshes.get(row.options.backend)?.kinds ?? [];
        return `| ${sharingCells(row, crashes, kinds).join(' | ')} |`;
      }),
  ];
}

function sharingCells(
  row: MatrixRow,
  crashes: readonly CrashResult[],
  kinds: readonly RefreshKind[],
): string[] {
  const { options, verdict } = row;
  const { backend, access, refresh, writers } = options;
  const rate = (metric: string): string => orNone(medianIn(row, metric), formatRate);
  const most = (metric: string): string => orNone(mostIn(row, metric), formatCount);
  return [
    backend,
    access,
    String(refresh),
    String(writers),
    verdict === 'wrong' || verdict === 'inconsistent' ? `**${verdict}**` : verdict,
    rate('reads_per_s'),
    rate('writes_per_s'),
    most('errors'),
    orNone(medianIn(row, 'lag_p99'), formatDuration),
    most('lost_rows'),
    durabilityCell(campaignsOf(crashes, options)),
    whatToDo(access, verdict as Verdict, kinds),
  ];
}

function orNone(value: number | null, format: (value: number) => string): string {
  return value === null ? NONE : format(value);
}

function whatToDo(access: AccessName, verdict: Verdict, kinds: readonly RefreshKind[]): string {
  const isShared = verdict === 'stale' || verdict === 'wrong' || verdict === 'inconsistent';
  const canRefresh = kinds.some((kind) => kind !== 'default');
  if (verdict === 'works') return WHAT_WORKS[access];
  if (verdict === 'stale' && canRefresh) {
    return 'Refresh before reading, or readers never see a commit.';
  }
  if (access === 'threads' && isShared) {
    return '**Never open it twice in one process: share one instance.**';
  }
  return verdict === 'stale'
    ? 'Not like this: readers never see a commit.'
    : WHAT_DOES_NOT[verdict];
}

/** What campaigns on this very sharing have shown: the word of a power cut if it has one, else of a kill. */
function durabilityCell(campaigns: readonly CrashResult[]): string {
  const byMode = campaigns.toSorted((a, b) => rank(a) - rank(b));
  const [telling] = byMode;
  if (telling === undefined) return NONE;
  const { durability } = durabilityToday(telling);
  return cutLost(telling.rounds) ? `${durability}; power cuts lost rows` : durability;
}

function rank(campaign: CrashResult): number {
  const isUnknown = durabilityToday(campaign).durability === 'unknown';
  return (isUnknown ? 2 : 0) + (campaign.crash.mode === 'power-loss' ? 0 : 1);
}
