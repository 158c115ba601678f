import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addMeasureOptions, runOptionsOf, type MeasureArguments } from '../../src/cli/options.ts';
import { validate } from '../../src/cli/validate.ts';
import { UsageError } from '../../src/core/errors.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { backend } from './backend.ts';

/** What the program makes of this command line. */
function parse(line: string, target = backend): RunOptions {
  const command = addMeasureOptions(new Command());
  command.parse(line.split(' ').filter(Boolean), { from: 'user' });
  const given = command.opts<MeasureArguments>();
  const options = runOptionsOf(given, target);
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  validate(options, target, new Set(Object.keys(given).filter(isGiven)));
  return options;
}

test("without options a run has the originals' defaults", () => {
  expect(parse('')).toEqual({
    backend: 'toy',
    access: 'processes',
    rows: 5000,
    readers: 4,
    writers: 1,
    durationS: 10,
    dims: 1536,
    batch: 128,
    topK: 5,
    seed: 42,
    keys: 'own',
    increment: 'none',
    refresh: 'always',
    stalenessBoundMs: 1000,
    openOrder: 'writers',
    writeRate: 0,
    readRate: 0,
    opTimeoutMs: 30_000,
    engineThreads: 1,
    check: true,
    busyTimeoutMs: 5000,
    intent: false,
    rpc: 'ws',
    listen: 'unix',
    bug: null,
  });
});

test('from two writers on they increment, unless told otherwise', () => {
  expect(parse('--writers 2').increment).toBe('sql');
  expect(parse('--writers 2 --increment none').increment).toBe('none');
  expect(parse('--increment rmw').increment).toBe('rmw');
  expect(parse('--writers 0').increment).toBe('none');
});

test('seconds become milliseconds', () => {
  const options = parse('--staleness-bound 0.25 --op-timeout 2.5 --access reopen --busy-timeout 2');
  expect(options).toMatchObject({ stalenessBoundMs: 250, opTimeoutMs: 2500, busyTimeoutMs: 2000 });
});

test.each([
  ['--readers 0 --writers 0', /'--readers 0' and '--writers 0'/],
  ['--writers 0 --increment sql', /'--increment sql' needs writers/],
  ['--access owner', /'--access owner' is not for toy: toys are not shared$/],
  ['--refresh reopen', /'--refresh reopen' is not for toy, which has: default, always$/],
  ['--refresh 2', /'--refresh 2' is not for toy, which has: default, always$/],
  ['--intent', /'--intent' means something with '--access reopen' only, and access is processes$/],
  ['--busy-timeout 1 --access threads', /'--busy-timeout' .* only, and access is threads$/],
  [
    '--access reopen --op-timeout 5',
    /^option '--busy-timeout 5' must be less than '--op-timeout 5'$/,
  ],
  ['--rpc ws', /'--rpc' means something with '--access owner' only/],
  ['--listen tcp', /'--listen' means something with '--access owner' only/],
  ['--bug nope', /'--bug nope' names no planted bug; there are: lost, lost-update$/],
  ['--bug lost-update', /'--bug lost-update' can show only with '--writers 2'$/],
  ['--bug lost-update --writers 3', /can show only with '--increment rmw'$/],
])('%s is refused', (line, message) => {
  expect(() => parse(line)).toThrow(UsageError);
  expect(() => parse(line)).toThrow(message);
});

test('a bug is accepted with what it needs', () => {
  expect(parse('--bug lost').bug).toBe('lost');
  expect(parse('--bug lost-update --writers 3 --increment rmw').bug).toBe('lost-update');
});

test('a backend without bugs has none to plant', () => {
  const { bugs: _, ...plain } = backend;
  expect(() => parse('--bug lost', plain)).toThrow(/not for toy: it has no planted bugs$/);
});
