/** The page that the repository ships: Markdown from a saved matrix and saved crash campaigns. */
import { plural } from '../core/count-text.ts';
import { groupBy } from '../core/group-by.ts';
import { worstVerdict } from '../core/matrix.ts';
import { rowsOf } from '../core/matrix-rows.ts';
import { VERDICTS } from '../core/names.ts';
import { JUDGE_VERSION, type Result } from '../core/result.ts';
import { crashSection } from './crash-evidence.ts';
import type { Evidence } from './evidence-source.ts';
import { sharingTable } from './sharing-table.ts';

/** The whole page: `results/README.md`. */
export function evidencePage(evidence: Evidence): string {
  const [first] = evidence.results.values();
  if (first === undefined) throw new Error('a matrix without results is no evidence');
  return [
    '# Evidence',
    '',
    'Made by `npm run evidence` from the saved results in `evidence/`; every number was measured in one of them. A run of',
    'seconds shows what happens; it is no proof of what cannot happen.',
    '',
    'The table of sharing and the sentences below it:',
    '',
    ...conditions(evidence, first),
    '',
    ...sharingTable(evidence),
    '',
    `${runsText(evidence)} The rates are of a closed loop, in which reads and writes trade against each other. \`lost\`:`,
    'acknowledged rows that the audit did not find. `durability`: the class of campaigns that crashed this very sharing, or',
    '`–` where none did. What was found in each row, in one sentence:',
    '',
    ...findings(evidence),
    '',
    '## Which way to share',
    '',
    'The worst verdict of each way, over all numbers of writers; `isolated` is left out, for nothing is shared in it.',
    '',
    ...byVerdict(evidence),
    '',
    '## What an acknowledgement is worth',
    '',
    'Measured by campaigns of their own, on smaller databases than the table above:',
    '',
    ...crashSection(evidence.crashes),
    '',
  ].join('\n');
}

/** How often each row was run. */
function runsText({ matrix }: Evidence): string {
  return matrix.repeat === 1
    ? 'Each row is one run (n = 1).'
    : `Each row is ${matrix.repeat} runs.`;
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

/** The ways to share by what was found in them, `isolated` apart: nothing is shared in it. */
function byVerdict({ matrix, results }: Evidence): string[] {
  const rows = rowsOf(matrix.cells, results).filter(({ runs }) => runs.length > 0);
  return [...groupBy(rows, ({ options }) => options.backend)].map(([backend, own]) => {
    const shared = own.filter(({ options }) => options.access !== 'isolated');
    const varied = new Set(shared.map(({ options }) => options.refresh)).size > 1;
    const ways = groupBy(shared, ({ options: { access, refresh } }) =>
      varied ? `\`${access} --refresh ${refresh}\`` : `\`${access}\``,
    );
    const verdicts = groupBy([...ways], ([, group]) =>
      worstVerdict(group.flatMap(({ runs }) => runs)),
    );
    const told = VERDICTS.toReversed().flatMap((verdict) => {
      const names = verdicts.get(verdict)?.map(([name]) => name);
      return names === undefined ? [] : `${verdict}: ${names.join(', ')}`;
    });
    return `- **${backend}**: ${told.join('; ')}.`;
  });
}
