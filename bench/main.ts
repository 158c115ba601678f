import { availableParallelism, cpus } from 'node:os';
import { Command } from 'commander';
import { reportError } from '../src/cli/exit.ts';
import { whole } from '../src/cli/parsers.ts';
import { UsageError } from '../src/core/errors.ts';
import { figures } from './figures.ts';
import type { Bench, Figure } from './harness/figure.ts';
import { describeLoad, loadBefore } from './harness/load.ts';
import { measure, type Measured } from './harness/measuring.ts';
import { EXIT_CODES, worstOf } from './harness/outcome.ts';
import { Place } from './harness/place.ts';
import { header, line, summary } from './harness/table.ts';

interface Arguments extends Omit<Bench, 'place'> {
  all: boolean;
  list: boolean;
  json: boolean;
}

const count = whole(1, 1e9);
const program = new Command('bench')
  .argument('[figures...]', 'measure these only')
  .option('--list', 'say which figures there are', false)
  .option('--all', 'measure what takes minutes as well', false)
  .option('--json', 'print all outcomes as JSON; the table goes to stderr', false)
  .option('--pairs <n>', 'interleaved pairs, or repetitions, of each figure', count, 10)
  .option('--rounds <n>', 'of the campaign whose memory is measured', count, 1000)
  .option('--events <n>', 'of a synthetic history', count, 1_000_000)
  .addHelpText('after', '\nExits with 0 (reached), 1 (missed) or 3 (inconclusive).')
  .exitOverride()
  .action(async (names: string[], given: Arguments) => {
    if (given.list) list();
    else await measureAll(chosen(names, given.all), given);
  });

/** With --json, stdout is the JSON alone. */
const say = (text: string): void => {
  if (program.opts<Arguments>().json) console.error(text);
  else console.log(text);
};

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportError(error, process.stderr);
}

function list(): void {
  for (const { name, issue, about, heavy } of figures) {
    console.log(`${name.padEnd(15)} issue ${issue}  ${about}${heavy ? ' (named or --all)' : ''}`);
  }
}

function chosen(names: string[], all: boolean): Figure[] {
  const unknown = names.find((name) => !figures.some((figure) => figure.name === name));
  if (unknown !== undefined) throw new UsageError(`no figure named ${unknown}: see --list`);
  return figures.filter(({ name, heavy }) =>
    names.length > 0 ? names.includes(name) : all || !heavy,
  );
}

async function measureAll(
  wanted: Figure[],
  { pairs, rounds, events, json }: Arguments,
): Promise<void> {
  const machine = `node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model}`;
  say(machine);
  const measured: Measured[] = [];
  const place = await Place.make();
  try {
    for (const figure of wanted)
      measured.push(await show(figure, { pairs, rounds, events, place }));
  } finally {
    await place.remove();
  }
  const outcome = worstOf(measured.map((figure) => figure.outcome));
  say(`\n${summary(measured).join('\n')}`);
  if (json) {
    const report = { machine, pairs, rounds, events, outcome, figures: measured };
    console.log(JSON.stringify(report, null, 2));
  }
  process.exitCode = EXIT_CODES[outcome];
}

/** Measures a figure, and prints its table meanwhile. */
async function show(figure: Figure, bench: Bench): Promise<Measured> {
  const { name, issue, about } = figure;
  const before = await loadBefore();
  say(`\n${name} (issue ${issue}): ${about}\n  ${describeLoad(before)}\n${header()}`);
  const began = performance.now();
  const measured = await measure(figure, bench, before, (row) => say(line(row)));
  if (measured.error !== null) say(`  missed: ${measured.error}`);
  say(`  (${Math.round((performance.now() - began) / 1000)} s)`);
  return measured;
}
