/** What the README says of the command line, against the command line. */
import { readFileSync } from 'node:fs';
import type { Command, Option } from 'commander';
import { expect, it } from 'vitest';
import { loadBackend } from '../../probes/index.ts';
import { ACCESSES, CHECKS, VERDICTS } from '../../src/core/names.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { parseExpectation } from '../../src/core/expectations.ts';
import { wordsOf } from '../support/commands.ts';
import { temporaryDirectory } from '../support/run.ts';
import { probe } from './probe.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const program = buildProgram(process);

function commandNamed(name: string): Command {
  const command = program.commands.find((candidate) => candidate.name() === name);
  if (command === undefined) throw new Error(`there is no command ${name}`);
  return command;
}

/** The lines of a section, up to the next heading. */
function section(heading: string): string[] {
  const lines = readme.split('\n');
  const from = lines.indexOf(heading);
  if (from < 0) throw new Error(`the README has no '${heading}'`);
  const length = lines.slice(from + 1).findIndex((line) => /^#{1,3} /.test(line));
  return lines.slice(from + 1, length < 0 ? undefined : from + 1 + length);
}

/** The cells of a section's table rows, its head apart. */
const rowsOf = (heading: string): string[][] =>
  section(heading)
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

/** Option names with the default that the table gives for each. */
function documented(): Map<string, string> {
  const found = new Map<string, string>();
  for (const [names = '', value = ''] of rowsOf('## Options of a run')) {
    const flags = [...names.matchAll(/`(--[\w-]+)/g)].map((match) => match[1]!);
    const values = value.split(/, ?/);
    for (const [i, flag] of flags.entries()) {
      found.set(flag, flags.length > 1 ? (values[i] ?? '') : value);
    }
  }
  return found;
}

const optionsOf = (command: Command): readonly Option[] =>
  command.options.filter(({ long }) => long !== '--help');

it('names every option of a run, and no other', () => {
  const program = optionsOf(commandNamed('lancedb')).map(({ long }) => long);
  expect(new Set(documented().keys())).toEqual(new Set(program));
});

it('gives the default of every option that has a plain one', () => {
  const defaults = documented();
  for (const { long, defaultValue, negate, required } of optionsOf(commandNamed('lancedb'))) {
    const isPlain = typeof defaultValue === 'number' || typeof defaultValue === 'string';
    if (negate || !required || !isPlain) continue;
    expect({ long, value: defaults.get(long!) }).toEqual({ long, value: String(defaultValue) });
  }
});

it('shows only commands and options that there are', () => {
  const uses = [...readme.matchAll(/probe (\w+)((?: +(?:--[\w-]+|[^\s`|)]+))*)/g)].filter(
    ([, name]) => program.commands.some((command) => command.name() === name),
  );
  expect(uses.length).toBeGreaterThan(10);
  for (const [, name, rest] of uses) {
    const known = optionsOf(commandNamed(name!)).map(({ long }) => long!);
    for (const [flag] of rest!.matchAll(/--[\w-]+/g)) expect(known).toContain(flag);
  }
});

it('has a row for each command, access, verdict and check', async () => {
  const told = (heading: string): string[] =>
    rowsOf(heading).flatMap(([names = '']) => [...names.matchAll(/`([^`]+)`/g)].map((m) => m[1]!));
  const commands = told('## What it can do').map((text) => text.split(' ')[1]);
  expect(new Set(commands)).toEqual(new Set(program.commands.map((command) => command.name())));
  expect(told('### Ways of sharing (`--access`)')).toEqual([...ACCESSES]);
  expect(told('## Reading a result')).toEqual([...VERDICTS]);
  expect(told('### The checks')).toEqual([...CHECKS]);
  const bugs = (await loadBackend('reference'))!.bugs!.map(({ name }) => name);
  // No process of a run both writes and reads, so nothing could show that one.
  const planted = CHECKS.filter((name) => name !== 'own-write-missed');
  expect(bugs).toEqual(expect.arrayContaining(planted));
});

/** The lines that a user types of a block of code: where it shows a prompt, the rest is what was printed. */
function typedIn(block: string): string[] {
  const lines = block.split('\n');
  const typed = lines.filter((line) => line.startsWith('$ '));
  return typed.length > 0 ? typed : lines;
}

/** Each command in a block of code once, without what the README says of it. */
const shown = [
  ...new Set(
    [...readme.matchAll(/^```.*\n([^]*?)^```$/gm)]
      .flatMap(([, block]) => typedIn(block!))
      .flatMap((line) => /(?:^|&& |\$ )(?:npx )?probe (\S.*)/.exec(line)?.[1] ?? [])
      .map((rest) => rest.split(/ {2,}|\s+#/)[0]!),
  ),
].map(wordsOf);

/** Several runs, on a machine that others use. */
const LIMIT_MS = 240_000;

/** So small that a run takes seconds. */
const TINY = ['--rows', '60', '--dims', '8', '--duration', '0.5', '--readers', '1', '--quiet'];
const TINY_OF: Record<string, readonly string[]> = {
  matrix: [...TINY, '--access', 'owner'],
  crash: ['--rows', '60', '--rounds', '1', '--quiet'],
};

/** Why a command is parsed and not run; undefined if it is run. */
function whyOnlyParsed([name, ...words]: string[]): string | undefined {
  if (words.some((word) => word === 'power-loss' || word === 'disk-full')) return 'needs root';
  if (words.some((word) => /^<|\.json$|^results\//.test(word))) return 'names files of the user';
  return name === 'clean' ? 'looks at what other runs left' : undefined;
}

const isMeasured = (name: string): boolean =>
  name in TINY_OF || commandNamed(name).options.some(({ long }) => long === '--access');

const only = shown.filter((words) => whyOnlyParsed(words) !== undefined);
const run = shown.filter((words) => whyOnlyParsed(words) === undefined);

it('shows commands to be run', () => {
  expect(run.length).toBeGreaterThan(5);
});

it.each(run.map((words) => [`probe ${words.join(' ')}`, words] as const))(
  'shows a command that runs: %s',
  async (_, words) => {
    const [name = ''] = words;
    const small = isMeasured(name)
      ? [...(TINY_OF[name] ?? TINY), '--results', await temporaryDirectory()]
      : [];
    const { code, stdout, stderr } = await probe([...words, ...small]);
    expect(stderr).not.toMatch(/^error:|bug of probe/m);
    expect(stdout.length).toBeGreaterThan(0);
    // A planted bug is found (1), and so short a run may prove nothing (3).
    expect(words.includes('--expect') ? [0, 3] : [0, 1, 3]).toContain(code);
  },
  LIMIT_MS,
);

it.each(only.map((words) => [`probe ${words.join(' ')}`, whyOnlyParsed(words)!, words] as const))(
  'shows a command that the command line takes: %s (not run: it %s)',
  async (_, _why, words) => {
    const parser = buildProgram(process);
    let taken = 0;
    for (const command of parser.commands) command.action(() => void taken++);
    await parser.parseAsync(words, { from: 'user' });
    expect(taken).toBe(1);
  },
);

it('expects only what is known and can hold', () => {
  const texts = [
    ...readme.matchAll(/--expect '([^']+)'|exit 1 unless it holds, e\.g\. `'([^']+)'`/g),
  ];
  expect(texts.length).toBeGreaterThan(1);
  for (const [, given, example] of texts) {
    expect(() => parseExpectation((given ?? example)!, false)).not.toThrow();
  }
});
