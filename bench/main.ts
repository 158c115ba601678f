import { parseArgs } from 'node:util';
import { availableParallelism, cpus } from 'node:os';
import { messageOf } from '../src/core/errors.ts';
import { figures } from './figures.ts';
import {
  exitCodeOf,
  passes,
  type Bench,
  type Figure,
  type Outcome,
  type Row,
} from './harness/figure.ts';
import { describeLoad, loadBefore, percent, watchLoad } from './harness/load.ts';
import { Place } from './harness/place.ts';
import { header, line } from './harness/table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    pairs: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '1000' },
    events: { type: 'string', default: '1000000' },
  },
});

if (values.list) list();
else process.exitCode = exitCodeOf(await measureAll(chosen()));

function list(): void {
  for (const { name, issue, about, heavy } of figures) {
    console.log(`${name.padEnd(14)} issue ${issue}  ${about}${heavy ? ' (named or --all)' : ''}`);
  }
}

function chosen(): Figure[] {
  const unknown = positionals.find((name) => !figures.some((figure) => figure.name === name));
  if (unknown !== undefined) throw new Error(`no figure named ${unknown}: see --list`);
  return figures.filter(({ name, heavy }) =>
    positionals.length > 0 ? positionals.includes(name) : values.all || !heavy,
  );
}

async function measureAll(wanted: Figure[]): Promise<Outcome[]> {
  const place = await Place.make();
  const bench: Bench = {
    pairs: countOf('pairs', values.pairs),
    rounds: countOf('rounds', values.rounds),
    events: countOf('events', values.events),
    place,
  };
  console.log(`node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model}`);
  const outcomes: Outcome[] = [];
  try {
    for (const figure of wanted) outcomes.push(await measure(figure, bench));
  } finally {
    await place.remove();
  }
  return outcomes;
}

async function measure(figure: Figure, bench: Bench): Promise<Outcome> {
  const { name, issue, about } = figure;
  const before = await loadBefore();
  console.log(`\n${name} (issue ${issue}): ${about}\n  ${describeLoad(before)}\n${header()}`);
  const began = performance.now();
  const loadSince = watchLoad();
  let good = true;
  try {
    for await (const row of figure.measure(bench)) good = show(row) && good;
  } catch (error) {
    // No load makes a figure fail that way.
    console.log(`  FAIL: ${messageOf(error)}`);
    return 'missed';
  }
  const during = loadSince();
  console.log(`  (${Math.round((performance.now() - began) / 1000)} s)`);
  if (good) return 'reached';
  if (!before.isBusy && !during.isBusy) return 'missed';
  console.log(
    `  INCONCLUSIVE: a limit was missed while others used ${percent(before.share)} of the machine before and ${percent(during.share)} during it`,
  );
  return 'inconclusive';
}

function show(row: Row): boolean {
  console.log(line(row));
  return row.limit === undefined || passes(row.estimate, row.limit);
}

function countOf(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`--${option} must be a whole number > 0`);
  }
  return count;
}
