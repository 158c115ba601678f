import { Command, Option } from 'commander';
import { backendNames, loadBackend } from '../../probes/index.ts';
import type { Backend } from '../core/backend.ts';
import { firstLineOf } from '../core/errors.ts';
import { jsonText } from '../core/printable.ts';
import { addMeasureOptions, runOptionsOf, type MeasureArguments } from './options.ts';
import { pinned } from '../system/own-package.ts';

interface ListArguments {
  bugs?: true;
  metrics?: true;
  json?: true;
}

/** `probe list`: the backends, and whether they load here. */
export function addListCommand(program: Command, process: NodeJS.Process): void {
  program
    .command('list')
    .description('the backends: driver, what its vendor claims, whether it loads here')
    .option('--metrics', 'the metrics that --expect and compare know')
    .addOption(
      new Option('--bugs', 'the planted bugs, and the checks that fire on each').conflicts(
        'metrics',
      ),
    )
    .option('--json', 'as JSON')
    .action(async ({ bugs, metrics: named, json }: ListArguments) => {
      const list = named ? await metrics() : bugs ? await plantedBugs() : await backends();
      const text = json ? jsonText(list) : list.map(entryText).join('\n');
      process.stdout.write(`${text}\n`);
    });
}

function entryText(entry: BackendEntry | BugEntry | MetricEntry): string {
  if ('unit' in entry) return metricText(entry);
  return 'fires' in entry ? bugText(entry) : backendText(entry);
}

type BackendEntry = Awaited<ReturnType<typeof describe>>;
type BugEntry = Awaited<ReturnType<typeof plantedBugs>>[number];
type MetricEntry = Awaited<ReturnType<typeof metrics>>[number];

/** One after another: what one driver does while it loads shall not look like the next one's doing. */
async function backends(): Promise<BackendEntry[]> {
  const entries: BackendEntry[] = [];
  for (const backend of await loadAll()) entries.push(await describe(backend));
  return entries;
}

async function describe(backend: Backend) {
  const { name, claims, refresh, lacks } = backend;
  const driver = backend.package ?? null;
  const { loadTest } = await import('../experiment/load-test.ts');
  const defaults = addMeasureOptions(new Command()).opts<MeasureArguments>();
  const unloaded = { version: null, engine: null, error: null };
  const found = { ...unloaded, ...(await loadTest(runOptionsOf(defaults, backend))) };
  const { version, engine, error } = found;
  return {
    ...{ name, package: driver, version, engine, loads: error === null, error, claims },
    ...{ refresh: refresh.kinds, default_refresh: refresh.default, lacks },
  };
}

async function plantedBugs() {
  return (await loadAll()).flatMap(({ name: backend, bugs = [] }) =>
    bugs.map(({ name, text, fires, needs = {}, crash = null }) => {
      return { backend, name, text, fires, needs, crash };
    }),
  );
}

/** What an expectation may name. */
async function metrics() {
  const { METRICS } = await import('../core/metric-table.ts');
  const { unitsOf } = await import('../core/expectations.ts');
  return METRICS.map(({ name, text, unit, words = [] }) => {
    return { name, text, unit, units: unitsOf(unit), words };
  });
}

async function loadAll(): Promise<Backend[]> {
  const loaded = await Promise.all(backendNames.map(loadBackend));
  return loaded.filter((backend) => backend !== undefined);
}

function backendText(entry: BackendEntry): string {
  const { name, package: driver, version, engine, error, claims, refresh, lacks } = entry;
  const advice = driver === null ? '' : `; try: npm install ${pinned(driver)}`;
  return block(name, [
    driver === null ? 'no driver' : `${driver} ${version ?? ''}`.trimEnd(),
    error === null
      ? `loads here, engine ${engine}`
      : `does not load here: ${firstLineOf(error)}${advice}`,
    `claims: ${claims}`,
    `refresh: ${refresh.join(', ')} (default: ${entry.default_refresh})`,
    ...Object.entries(lacks).map(([access, reason]) => `no --access ${access}: ${reason}`),
  ]);
}

/** The command with which it shows, what it does, and by what it shows. */
function bugText({ backend, name, text, fires, needs, crash }: BugEntry): string {
  const needed = Object.entries(needs).map(([option, value]) => ` --${option} ${value}`);
  const mode = crash === null || crash === 'kill' ? '' : ` --mode ${crash}`;
  const command = crash === null ? `probe ${backend}` : `probe crash ${backend}`;
  return block(`${command} --bug ${name}${needed.join('')}${mode}`, [
    text,
    crash === null ? `fires: ${fires.join(', ')}` : 'fires: nothing in a run; it shows in a crash',
  ]);
}

const METRIC_COLUMNS = 25;

function metricText({ name, text, units, words }: MetricEntry): string {
  const what = [...words, ...units].join(', ');
  return `${name.padEnd(METRIC_COLUMNS)}${text}${what === '' ? '' : ` (${what})`}`;
}

function block(title: string, lines: string[]): string {
  return [title, ...lines.map((line) => `  ${line}`), ''].join('\n');
}
