/** The first screen of the README: what was found for each way to share, one line each. */
import { excludedText } from '../core/bound.ts';
import { formatCount, plural } from '../core/count-text.ts';
import type { CrashMode, CrashResult, CrashRound } from '../core/crash.ts';
import { failed, isIdleCut } from '../core/durability.ts';
import { groupBy } from '../core/group-by.ts';
import { rowsOf, type MatrixRow } from '../core/matrix-rows.ts';
import type { AccessName, Verdict } from '../core/names.ts';
import { isRefusal, refusedText } from '../core/refusals.ts';
import type { Result } from '../core/result.ts';
import { durabilityToday, type Evidence } from './evidence-source.ts';

const SHARINGS: readonly (readonly [access: AccessName, text: string])[] = [
  ['processes', 'Several processes open one path'],
  ['reopen', 'Each operation opens it, works and closes it'],
  ['owner', 'One process owns it, the others ask it'],
  ['connections', 'One process opens it once, for all its threads'],
  ['threads', 'One process opens it twice or more'],
];

const CRASHES: readonly (readonly [mode: CrashMode, text: string])[] = [
  ['kill', '`kill -9` of the writer'],
  ['power-loss', 'Power cut'],
];

const NAMES: Readonly<Record<string, string>> = { duckdb: 'DuckDB', lancedb: 'LanceDB' };
const NOT_MEASURED = 'not measured';

/** The table, and below it on what load it was measured. */
export function findingsTable(evidence: Evidence): string[] {
  const { matrix, results, crashes } = evidence;
  const rows = rowsOf(matrix.cells, results).filter(({ runs }) => runs.length > 0);
  const byBackend = [...groupBy(rows, ({ options }) => options.backend)];
  const line = (text: string, cellOf: (backend: string, rows: MatrixRow[]) => string): string =>
    `| ${[text, ...byBackend.map(([backend, own]) => cellOf(backend, own))].join(' | ')} |`;
  return [
    line('', (backend) => NAMES[backend] ?? backend),
    `|---|${byBackend.map(() => '---|').join('')}`,
    ...SHARINGS.map(([access, text]) =>
      line(text, (backend, own) => {
        const refresh = evidence.refreshes.get(backend)?.default;
        return sharingCell(
          own.filter(({ options }) => options.access === access),
          refresh,
        );
      }),
    ),
    ...CRASHES.map(([mode, text]) =>
      line(text, (backend) =>
        crashCell(
          crashes.find(({ backend: { name }, crash }) => name === backend && crash.mode === mode),
        ),
      ),
    ),
    '',
    ...conditions(rows, crashes),
  ];
}

/** First how it is by default; then, where it makes a difference, with another refresh. */
function sharingCell(rows: readonly MatrixRow[], own: MatrixRow['options']['refresh'] | undefined) {
  const byRefresh = groupBy(rows, ({ options }) => options.refresh);
  const usual = writersText(byRefresh.get(own!) ?? []);
  const others = [...byRefresh].filter(([refresh]) => refresh !== own);
  const different = others.flatMap(([refresh, group]) => {
    const text = writersText(group);
    return text === usual ? [] : [`with \`--refresh ${refresh}\`: ${text}`];
  });
  return [usual, ...different].join('; ');
}

/** One text where the number of writers makes no difference. */
function writersText(rows: readonly MatrixRow[]): string {
  if (rows.length === 0) return NOT_MEASURED;
  const texts = rows.map(
    (row) => [plural(row.options.writers, 'writer'), verdictText(row)] as const,
  );
  const [[, first]] = texts as [(typeof texts)[number]];
  if (texts.every(([, text]) => text === first)) return first;
  return texts.map(([writers, text]) => `${writers}: ${text}`).join('; ');
}

function verdictText({ verdict, runs }: MatrixRow): string {
  const of = runs.find((run) => run.verdict === verdict);
  return of === undefined ? verdict : FOUND[of.verdict](of);
}

/** What a run found, in words that say no more than that. */
const FOUND: Readonly<Record<Verdict, (run: Result) => string>> = {
  works: () => 'no fault found',
  stale: () => 'readers did not see commits',
  blocked: ({ processes }) => `${refusedText(processes)} refused`,
  errors: ({ errors }) => {
    const failed = errors.filter((error) => !isRefusal(error));
    const failures = failed.reduce((sum, { count }) => sum + count, 0);
    const names = [...new Set(failed.map((error) => `\`${error.class}\``))].join(', ');
    return `${plural(failures, 'operation')} failed (${names}), nothing lost`;
  },
  inconsistent: () => '**reads contradicted each other**',
  wrong: ({ audit, errors, checks }) => {
    const failing = checks
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ name }) => `\`${name}\``);
    const lost = audit?.lost ?? 0;
    const what =
      lost > 0
        ? `${formatCount(lost)} of ${formatCount(audit!.acknowledged)} acknowledged rows lost`
        : `wrong: ${failing.join(', ')}`;
    return `**${what}${errors.length === 0 ? ', and no operation failed' : ''}**`;
  },
  unknown: () => 'nothing proven',
};

function crashCell(campaign: CrashResult | undefined): string {
  if (campaign === undefined) return NOT_MEASURED;
  const { mode } = campaign.crash;
  const { bound, durability, ground } = durabilityToday(campaign);
  const controls = campaign.rounds.filter(({ control }) => control);
  const blows = campaign.rounds.filter((round) => !round.control && !isIdleCut(round));
  const noun = mode === 'kill' ? 'kill' : 'cut';
  if (blows.some(failed)) return brokenText(blows, noun);
  if (controls.some(failed)) return brokenText(controls, 'kill');
  if (ground === 'blind') return `${plural(blows.length, noun)}, not all of which could be audited`;
  if (bound === null || durability === 'unknown') {
    return `${plural(blows.length, noun)}, nothing lost: too few to name a class`;
  }
  return (
    `nothing lost in ${plural(blows.length, noun)} ` +
    `(with 95 % confidence fewer than ${excludedText(bound)} of ${bound.unit} lose anything)`
  );
}

/** How many of these rounds did not survive, and what was lost in them: a database that does not open has no rows to count. */
function brokenText(rounds: readonly CrashRound[], noun: string): string {
  const sum = (field: 'lost' | 'acknowledged_rows'): number =>
    rounds.reduce((total, round) => total + round[field], 0);
  const which = `${rounds.filter(failed).length} of ${plural(rounds.length, noun)}`;
  return sum('lost') > 0
    ? `**${which} lost data: ${formatCount(sum('lost'))} of ${formatCount(sum('acknowledged_rows'))} acknowledged rows**`
    : `**${which} left a database that is not what had been acknowledged**`;
}

/** On what load it was measured, and how often. */
function conditions(rows: readonly MatrixRow[], crashes: readonly CrashResult[]): string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { options } = first;
  const drivers = new Set(rows.map(({ runs }) => driverOf(runs[0]!)));
  const [run] = first.runs;
  const writers = [...new Set(rows.map(({ options: of }) => of.writers))].join(' or ');
  const lines = [
    `${[...drivers].join(', ')}; ${run!.host.os.split(' ')[0]}, ${run!.host.filesystem}. The first ${SHARINGS.length} rows: one run of ${options.durationS} s for each cell`,
    `and number of writers (n = 1), with ${writers} writers and ${options.readers} readers that never rest, on ${formatCount(options.rows)} rows × ${formatCount(options.dims)} dims.`,
  ];
  const [crash] = crashes;
  if (crash !== undefined) {
    const { rows: seeded, dims, writers: writing, readers, access } = crash.options;
    lines.push(
      `The last ${CRASHES.length} rows: \`${access}\` with ${plural(Number(writing), 'writer')} and ${plural(Number(readers), 'reader')} on ${formatCount(Number(seeded))} rows × ${dims} dims; the confidence is for`,
      'that load on that machine, if the rounds are independent.',
    );
  }
  const cut = crashes.find(({ crash: { mode } }) => mode === 'power-loss');
  if (cut !== undefined) {
    lines.push(
      `The power was cut of ${cut.crash.filesystems.join(' and ')} in turn; a cut before which nothing had been acknowledged is not counted.`,
    );
  }
  return [...lines, 'A run of seconds shows what happens; it is no proof of what cannot happen.'];
}

function driverOf({ backend }: Result): string {
  return `${backend.package ?? backend.name} ${backend.version}`;
}
