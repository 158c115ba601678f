import { parseArgs } from 'node:util';
import { availableParallelism, cpus } from 'node:os';
import { figures } from './figures.ts';
import type { Bench, Figure } from './harness/figure.ts';
import { describeLoad, loadBefore } from './harness/load.ts';
import { measure, type Measured } from './harness/measuring.ts';
import { EXIT_CODES, worstOf } from './harness/outcome.ts';
import { Place } from './harness/place.ts';
import { header, line, summary } from './harness/table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    pairs: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '1000' },
    events: { type: 'string', default: '1000000' },
  },
});

/** With --json, stdout is the JSON alone. */
const say = values.json ? console.error : console.log;

if (values.list) list();
else await measureAll(chosen());

function list(): void {
  for (const { name, issue, about, heavy } of figures) {
    console.log(`${name.padEnd(15)} issue ${issue}  ${about}${heavy ? ' (named or --all)' : ''}`);
  }
}

function chosen(): Figure[] {
  const unknown = positionals.find((name) => !figures.some((figure) => figure.name === name));
  if (unknown !== undefined) throw new Error(`no figure named ${unknown}: see --list`);
  return figures.filter(({ name, heavy }) =>
    positionals.length > 0 ? positionals.includes(name) : values.all || !heavy,
  );
}

async function measureAll(wanted: Figure[]): Promise<void> {
  const counts = {
    pairs: countOf('pairs', values.pairs),
    rounds: countOf('rounds', values.rounds),
    events: countOf('events', values.events),
  };
  const machine = `node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model}`;
  say(machine);
  const measured: Measured[] = [];
  const place = await Place.make();
  try {
    for (const figure of wanted) measured.push(await show(figure, { ...counts, place }));
  } finally {
    await place.remove();
  }
  const outcome = worstOf(measured.map((figure) => figure.outcome));
  say(`\n${summary(measured).join('\n')}`);
  if (values.json) {
    console.log(JSON.stringify({ machine, ...counts, outcome, figures: measured }, null, 2));
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

function countOf(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`--${option} must be a whole number > 0`);
  }
  return count;
}
