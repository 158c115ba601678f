import { parseArgs } from 'node:util';
import { availableParallelism, cpus } from 'node:os';
import { messageOf } from '../src/core/errors.ts';
import { figures } from './figures.ts';
import { passes, type Bench, type Figure, type Row } from './harness/figure.ts';
import { describeLoad } from './harness/load.ts';
import { Place } from './harness/place.ts';
import { header, line } from './harness/table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    pairs: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '1000' },
  },
});

if (values.list) list();
else process.exitCode = (await measureAll(chosen())) ? 0 : 1;

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

/** True if every limit was reached. */
async function measureAll(wanted: Figure[]): Promise<boolean> {
  const place = await Place.make();
  const bench: Bench = {
    pairs: countOf('pairs', values.pairs),
    rounds: countOf('rounds', values.rounds),
    place,
  };
  console.log(`node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model}`);
  let good = true;
  try {
    for (const figure of wanted) good = (await measure(figure, bench)) && good;
  } finally {
    await place.remove();
  }
  return good;
}

async function measure(figure: Figure, bench: Bench): Promise<boolean> {
  const { name, issue, about } = figure;
  console.log(`\n${name} (issue ${issue}): ${about}\n  ${await describeLoad()}\n${header()}`);
  const began = performance.now();
  let good = true;
  try {
    for await (const row of figure.measure(bench)) good = show(row) && good;
  } catch (error) {
    console.log(`  FAIL: ${messageOf(error)}`);
    good = false;
  }
  console.log(`  (${Math.round((performance.now() - began) / 1000)} s)`);
  return good;
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
