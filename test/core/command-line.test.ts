/** What `Next` and the advice tell a user to type, against the command line that reads it. */
import { Command } from 'commander';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addMeasureOptions } from '../../src/cli/options.ts';
import type { Backend } from '../../src/core/backend.ts';
import { commandOf, FLAGS } from '../../src/core/command-line.ts';
import { ACCESSES, type Refresh } from '../../src/core/names.ts';
import { incrementOf, RUN_DEFAULTS, type RunOptions } from '../../src/core/options.ts';
import { stalenessBoundMsOf } from '../../src/core/staleness.ts';
import { backend } from '../cli/backend.ts';
import { runOptionsIn } from '../support/commands.ts';

const BUGS = ['lost', "it's a b$g", 'two words'];
const toy: Backend = {
  ...backend,
  refresh: { default: 'default', kinds: ['default', 'always', 'reopen', 'seconds'] },
  lacks: {},
  bugs: BUGS.map((name) => ({ name, text: '', fires: [] })),
};
const WORDS = ['probe', toy.name];

/** Of the command, for a backend with this refresh of its own. */
const defaultsWith = (refresh: Refresh): Partial<RunOptions> => ({ ...RUN_DEFAULTS, refresh });
const OWN = defaultsWith('default');

const parsed = (command: string): RunOptions => runOptionsIn(command, toy);

const DEFAULTS: RunOptions = {
  ...RUN_DEFAULTS,
  ...{ backend: toy.name, refresh: toy.refresh.default, increment: 'none' },
};

const seconds = (min: number, max: number) =>
  fc.integer({ min: min * 1000, max: max * 1000 }).map((ms) => ms / 1000);

const anyOptions = fc
  .record({
    rows: fc.integer({ min: 1, max: 1e6 }),
    readers: fc.integer({ min: 0, max: 8 }),
    writers: fc.integer({ min: 1, max: 8 }),
    durationS: seconds(1, 100),
    dims: fc.integer({ min: 1, max: 4096 }),
    batch: fc.integer({ min: 1, max: 500 }).map((n) => 2 * n),
    topK: fc.integer({ min: 1, max: 1000 }),
    seed: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    keys: fc.constantFrom('own' as const, 'shared' as const),
    increment: fc.constantFrom('none' as const, 'sql' as const, 'rmw' as const),
    access: fc.constantFrom(...ACCESSES),
    refresh: fc.oneof(
      fc.constantFrom('default' as const, 'always' as const, 'reopen' as const),
      seconds(0, 10),
    ),
    openOrder: fc.constantFrom('writers' as const, 'readers' as const, 'race' as const),
    writeRate: seconds(0, 10),
    readRate: seconds(0, 10),
    engineThreads: fc.integer({ min: 1, max: 256 }),
    check: fc.boolean(),
    intent: fc.boolean(),
    rpc: fc.constantFrom('ws' as const, 'http-json' as const),
    listen: fc.constantFrom('unix' as const, 'tcp' as const),
    bug: fc.constantFrom(null, ...BUGS),
    bound: seconds(0, 10),
    busy: seconds(0, 5),
    limit: seconds(6, 60),
  })
  .map(({ bound, busy, limit, ...options }): RunOptions => ({
    ...options,
    ...(options.access === 'owner' ? {} : { rpc: 'ws', listen: 'unix' }),
    ...(options.access === 'reopen' ? {} : { intent: false }),
    backend: toy.name,
    stalenessBoundMs: stalenessBoundMsOf(bound, options.refresh),
    busyTimeoutMs: options.access === 'reopen' ? busy * 1000 : RUN_DEFAULTS.busyTimeoutMs,
    opTimeoutMs: limit * 1000,
  }));

test('every option has its flag, and every flag is one of the command line', () => {
  const options = Object.keys(DEFAULTS).filter((name) => name !== 'backend');
  expect(Object.keys(FLAGS).toSorted()).toEqual(options.toSorted());
  const flags = addMeasureOptions(new Command()).options.map(({ long }) => String(long));
  expect(Object.values(FLAGS).toSorted()).toEqual(flags.toSorted());
});

test('the command of any options, parsed, is these options again', () => {
  fc.assert(
    fc.property(anyOptions, (options) => {
      expect(parsed(commandOf(WORDS, options, {}, RUN_DEFAULTS))).toEqual(options);
      expect(parsed(commandOf(WORDS, options, {}, OWN))).toEqual(options);
    }),
  );
});

test('names only what differs from its default', () => {
  expect(commandOf(WORDS, DEFAULTS, {}, OWN)).toBe('probe toy');
  const given = { ...DEFAULTS, rows: 500, access: 'owner', writers: 2, increment: 'sql' } as const;
  expect(commandOf(WORDS, given, {}, OWN)).toBe('probe toy --rows 500 --access owner --writers 2');
  expect(commandOf(WORDS, DEFAULTS, {}, defaultsWith('reopen'))).toBe(
    'probe toy --refresh default',
  );
  expect(commandOf(WORDS, { ...DEFAULTS, bug: "it's" }, {}, OWN)).toBe(
    String.raw`probe toy --bug 'it'\''s'`,
  );
});

test('a change leaves to its default what was left to it before', () => {
  const two = commandOf(WORDS, DEFAULTS, { writers: 2 }, OWN);
  expect(two).toBe('probe toy --writers 2');
  expect(parsed(two).increment).toBe(incrementOf(2));
  const rmw = { ...DEFAULTS, writers: 2, increment: 'rmw' } as const;
  expect(commandOf(WORDS, rmw, { writers: 3 }, RUN_DEFAULTS)).toContain('--increment rmw --');
  expect(commandOf(WORDS, rmw, { writers: 0 }, RUN_DEFAULTS)).not.toContain('--increment');
});

test('a change of the refresh keeps the bound that the user gave', () => {
  const timed = { ...DEFAULTS, refresh: 2, stalenessBoundMs: 2500 };
  const command = commandOf(WORDS, timed, { refresh: 'always' }, RUN_DEFAULTS);
  expect(command).toBe('probe toy --refresh always --staleness-bound 0.5');
  expect(parsed(command).stalenessBoundMs).toBe(500);
});

test('an option of one access goes with it', () => {
  const patient = { ...DEFAULTS, access: 'reopen', busyTimeoutMs: 7000, intent: true } as const;
  expect(commandOf(WORDS, patient, {}, OWN)).toBe(
    'probe toy --access reopen --busy-timeout 7 --intent',
  );
  expect(commandOf(WORDS, patient, { access: 'owner' }, OWN)).toBe('probe toy --access owner');
});
