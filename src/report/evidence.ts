/** The evidence table that the repository ships: Markdown from a saved matrix and saved crash campaigns. */
import type { CrashResult } from '../core/crash.ts';
import type { CellResults, Matrix } from '../core/matrix.ts';
import { adviceClassOf, adviceOf, type AdviceClass } from '../core/advice.ts';
import { medianIn, mostIn, rowsOf, type MatrixRow } from '../core/matrix-rows.ts';
import type { AccessName } from '../core/names.ts';
import { JUDGE_VERSION, type Result } from '../core/result.ts';
import { formatCount, plural } from '../core/count-text.ts';
import { ADVICE_WORDS } from './advice-lines.ts';
import { formatDuration, formatRate } from './text.ts';

export interface Evidence {
  matrix: Matrix;
  results: CellResults;
  crashes: CrashResult[];
}

const WHAT_WORKS: Record<AccessName, string> = {
  processes: 'Let several processes open it.',
  reopen: 'Open for each operation, and close again.',
  owner: 'Let one process own it and serve the others.',
  isolated: 'Give each process a path of its own.',
  threads: 'Give each thread its own instance.',
  connections: 'Share one instance inside one process.',
};

const WHAT_DOES_NOT: Record<Exclude<AdviceClass, 'works' | 'slow' | 'stale'>, string> = {
  retry: 'Usable if the application tries conflicts again.',
  unproven: 'Nothing was proven.',
  refused: 'Do not under such a load: somebody is refused.',
  fails: 'Do not: operations fail.',
  inconsistent: '**Never: what is read contradicts itself.**',
  wrong: '**Never: acknowledged data is lost, duplicated or unreadable.**',
  baseline: 'Nothing is shared: the baseline.',
};

/** The whole page: `results/README.md`. */
export function evidencePage(evidence: Evidence): string {
  const [first] = evidence.results.values();
  if (first === undefined) throw new Error('a matrix without results is no evidence');
  return [
    '# Evidence',
    '',
    'Made by `npm run evidence` from the saved results in `evidence/`; every number was measured in one of them.',
    '',
    ...conditions(evidence, first),
    '',
    ...sharingTable(evidence),
    '',
    'One run a row unless it says otherwise: rates of a closed loop, in which reads and writes trade against each other. `lost`: acknowledged',
    'rows that the audit did not find. What was found in each row, in one sentence:',
    '',
    ...findings(evidence),
    '',
    '## Which way to share',
    '',
    ...advice(evidence),
    '',
    '## What an acknowledgement is worth',
    '',
    ...crashTable(evidence.crashes),
    '',
  ].join('\n');
}

/** The table of sharing alone, for the first screen of the README. */
export function sharingTable({ matrix, results, crashes }: Evidence): string[] {
  return [
    '| backend | access | refresh | writers | verdict | reads/s | writes/s | errors | lag p99 | lost | durability | what to do |',
    '|---|---|---|--:|---|--:|--:|--:|--:|--:|---|---|',
    ...rowsOf(matrix.cells, results)
      .filter(({ runs }) => runs.length > 0)
      .map((row, _, rows) => `| ${sharingCells(row, rows, crashes).join(' | ')} |`),
  ];
}

function sharingCells(
  row: MatrixRow,
  rows: readonly MatrixRow[],
  crashes: CrashResult[],
): string[] {
  const { options, verdict } = row;
  const { backend, access, refresh, writers } = options;
  const rate = (metric: string): string => {
    const value = medianIn(row, metric);
    return value === null ? '–' : formatRate(value);
  };
  const most = (metric: string): string => {
    const value = mostIn(row, metric);
    return value === null ? '–' : formatCount(value);
  };
  const lag = medianIn(row, 'lag_p99');
  return [
    backend,
    access,
    String(refresh),
    String(writers),
    verdict === 'wrong' || verdict === 'inconsistent' ? `**${verdict}**` : verdict,
    rate('reads_per_s'),
    rate('writes_per_s'),
    most('errors'),
    lag === null ? '–' : formatDuration(lag),
    most('lost_rows'),
    durabilityIn(crashes, backend),
    whatToDo(row, rows),
  ];
}

function whatToDo(row: MatrixRow, rows: readonly MatrixRow[]): string {
  const { access } = row.options;
  const found = adviceClassOf(access, row.runs);
  if (found === 'works' || found === 'slow') return WHAT_WORKS[access];
  return found === 'stale' ? afterStale(row, rows) : WHAT_DOES_NOT[found];
}

/** A refresh is advice only where the same access was measured with one, and worked. */
function afterStale({ options }: MatrixRow, rows: readonly MatrixRow[]): string {
  const fresh = rows.find(
    (other) =>
      other.options.backend === options.backend &&
      other.options.access === options.access &&
      other.options.writers === options.writers &&
      other.options.refresh !== options.refresh &&
      other.verdict === 'works',
  );
  if (fresh === undefined) return 'Do not: readers never see a commit.';
  return `Refresh before reading (\`--refresh ${fresh.options.refresh}\`), or readers never see a commit.`;
}

/** The best class that was proven: a power cut tells more than a kill. */
function durabilityIn(crashes: CrashResult[], backend: string): string {
  const own = crashes.filter(({ backend: { name } }) => name === backend);
  const telling = own.find(({ crash: { mode } }) => mode === 'power-loss') ?? own[0];
  return telling?.durability ?? '–';
}

function conditions(
  { matrix }: Evidence,
  { backend, host, judge, tool, options }: Result,
): string[] {
  const drivers = new Set<string>();
  for (const { options: of } of matrix.cells) drivers.add(of.backend);
  return [
    `- measured ${matrix.started_at.slice(0, 10)} with probe ${tool.version} on Node ${tool.node}, ${host.os}, ${host.cpus} CPUs, ${host.filesystem}`,
    `- ${options['rows']} rows × ${options['dims']} dims, ${options['readers']} readers, windows of ${options['duration_s']} s, seed ${options['seed']}`,
    `- judged by judge ${judge ?? 1} (docs/checks.md describes judge ${JUDGE_VERSION})`,
    `- backends: ${[...drivers].join(', ')}; drivers as named below (first: ${backend.package ?? backend.name} ${backend.version})`,
  ];
}

function findings({ matrix, results }: Evidence): string[] {
  return rowsOf(matrix.cells, results)
    .filter(({ runs }) => runs.length > 0)
    .map(({ options, verdict, because, runs }) => {
      const { package: driver, version } = runs[0]!.backend;
      const name = `${options.backend} ${options.access}, ${plural(options.writers, 'writer')}, refresh ${options.refresh}`;
      return `- ${name} (${driver ?? 'no driver'} ${version}): ${verdict}: ${because.replaceAll('|', '\\|')}`;
    });
}

function advice({ matrix, results }: Evidence): string[] {
  return adviceOf(rowsOf(matrix.cells, results)).map(({ backend, ways }) => {
    const classes = (Object.keys(ADVICE_WORDS) as AdviceClass[]).flatMap((name) => {
      const those = ways.filter((way) => way.class === name).map((way) => `\`${way.name}\``);
      if (those.length === 0) return [];
      const [label, what] = ADVICE_WORDS[name];
      return `${label.toLowerCase()}: ${what} ${those.join(', ')}`;
    });
    return `- **${backend}**, most reads first: ${classes.join('; ')}.`;
  });
}

function crashTable(crashes: CrashResult[]): string[] {
  return [
    '| backend | mode | rounds | inside a commit | acknowledged rows | lost | unopenable | recovery p50, max | syncs per acknowledgement | class | seed |',
    '|---|---|--:|--:|--:|--:|--:|--:|--:|---|--:|',
    ...crashes.map((crash) => {
      const { recovery_us: recovery, fsync, inside_commit_ratio: inside } = crash;
      const cells = [
        `${crash.backend.name} (${crash.backend.version})`,
        crash.crash.mode,
        formatCount(crash.rounds_done),
        inside === null ? '–' : `${Math.round(inside * 100)} %`,
        formatCount(crash.acknowledged_rows),
        formatCount(crash.lost),
        formatCount(crash.unopenable),
        recovery === null
          ? '–'
          : `${formatDuration(recovery.p50)}, ${formatDuration(recovery.max)}`,
        fsync?.per_acknowledged == null ? '–' : fsync.per_acknowledged.toFixed(2),
        crash.durability,
        String(crash.seed),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
    '',
    ...crashes.map(({ backend, crash, because }) => `- ${backend.name}, ${crash.mode}: ${because}`),
  ];
}
