/** What the README says of the command line, against the command line. */
import { readFileSync } from 'node:fs';
import type { Command, Option } from 'commander';
import { expect, it } from 'vitest';
import { loadBackend } from '../../probes/index.ts';
import { ACCESSES, CHECKS, VERDICTS } from '../../src/core/names.ts';
import { buildProgram } from '../../src/cli/program.ts';

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
