/** The chaos itself is attacked: each violation is planted once, in a program of its own, and must be noticed. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { skipReason } from '../support/crash.ts';
import { runChaos, type Evidence } from './chaos-run.ts';
import { COMMANDS, type Command } from './commands.ts';
import { FAULTS } from './faults.ts';
import { CHAOS_LIMITS, type ChaosLimits } from './limits.ts';
import { planOf } from './plan.ts';
import type { ToldPhase } from './program.ts';
import { violationsOf } from './violations.ts';

const noMount = await skipReason('disk-full', []);
const PROGRAM = fileURLToPath(new URL('../fixtures/chaos-program.mjs', import.meta.url));
const HARMLESS = FAULTS.find(({ name }) => name === 'stray dangling link')!;

async function violationsOfFixture(planted: string, limits: Partial<ChaosLimits> = {}) {
  const command: Command = {
    ...{
      kind: 'run',
      words: planted.replaceAll(' ', '-'),
      lastsMs: 1,
      right: 'works',
      crew: 1,
      roles: [],
    },
  };
  const plan = {
    seed: 1,
    command,
    json: !planted.endsWith('in words'),
    fault: HARMLESS,
    phase: null,
    afterMs: 0,
    pauseMs: 0,
  };
  return (await runChaos(plan, PROGRAM, { ...CHAOS_LIMITS, ...limits })).violations;
}

it('finds nothing in a program that does everything right', async () => {
  expect(await violationsOfFixture('no fault')).toEqual([]);
});

it.each([
  ['a file that is left', 'leftover is left in TMPDIR after probe clean'],
  ['a directory of a run that is left', 'probe-run-aaaaaaaaaaaa is left in TMPDIR after'],
  ['a directory that only probe clean removes', 'probe-run-aaaaaaaaaaaa is left in TMPDIR before'],
  ['a half written result', '.json.01234567.tmp was left among the results'],
  ['a damaged result', '-abcdef.json is no result'],
  ['a damaged history', '-abcdef.history.ndjson.gz is no whole history'],
  ['a stack on stderr', 'stderr shows a stack'],
  ['a bug that is owned', 'stderr shows a stack'],
  ['a warning of Node', 'stderr shows a stack'],
  ['a wrong verdict', 'the verdict wrong is not right'],
  ['a wrong verdict in words', 'the verdict wrong is not right'],
  ['a verdict that accuses without a reason', 'the verdict errors is not right'],
  ['an exit code that does not fit the verdict', 'exit 3 does not fit the verdict works'],
  ['an exit code that is not documented', 'exit 7 does not fit the verdict works'],
  ['an end by a signal', 'the program was ended by SIGKILL'],
  ['no result', 'stdout is no result'],
  ['a removed stray', 'probe-run-0123456789ab, which is not its own, was removed'],
  ['output that somebody holds open', 'somebody holds its output open'],
])('notices %s', async (planted, violation) => {
  expect(await violationsOfFixture(planted)).toContainEqual(expect.stringContaining(violation));
});

it.each(['a process that is left', 'a stopped process that is left'])(
  'notices %s, and ends it',
  async (planted) => {
    const found = await violationsOfFixture(planted, { graceMs: 500 });
    expect(found).toEqual([expect.stringMatching(/^a process is left: .* -e setTimeout/)]);
  },
);

it('notices an end that never comes, and ends the program', async () => {
  const found = await violationsOfFixture('an end that never comes', { endMs: 2000 });
  expect(found).toContain('it hangs: it did not end within the limit');
});

it.skipIf(noMount !== '')(`notices a mount that is left, and undoes it${noMount}`, async () => {
  const found = await violationsOfFixture('a mount that is left');
  expect(found).toContainEqual(expect.stringMatching(/\/point is still mounted$/));
});

const sound: Evidence = {
  ...{ plan: { ...planOf(0), command: COMMANDS[0]! }, hit: { phase: 'work' } },
  ...{ end: { code: 0, signal: null }, stdout: '', stderr: '', outputEnded: true },
  printed: { verdicts: ['works'], problems: [] },
  saved: { verdicts: [], problems: [] },
  ...{ processes: [], left: [], leftAfterClean: [], mounts: [], strays: { put: [], gone: [] } },
  clean: { end: { code: 0, signal: null }, output: '' },
};

function faultNamed(name: string, phase: ToldPhase, verdict: string): Evidence {
  const fault = FAULTS.find((each) => each.name === name)!;
  const plan = { ...sound.plan, fault };
  return { ...sound, plan, hit: { phase }, printed: { verdicts: [verdict], problems: [] } };
}

it.each([
  ['SIGKILL of the worker', 'work', 'works', 1],
  ['SIGKILL of the owner', 'spawn', 'works', 1],
  ['SIGKILL of the worker', 'work', 'errors', 0],
  ['SIGKILL of the worker', 'drain', 'works', 0],
  ['SIGKILL of the guard', 'work', 'works', 0],
  ['SIGKILL of the guard', 'work', 'errors', 1],
  ['SIGSTOP of the coordinator', 'work', 'errors', 1],
] as const)('of %s in %s the verdict %s is %i violation', (name, phase, verdict, count) => {
  expect(violationsOf(faultNamed(name, phase, verdict))).toHaveLength(count);
});

it.each([
  [900, 1],
  [5000, 0],
])('a worker that was stopped for %i ms and then had errors is %i violation', (pauseMs, count) => {
  const evidence = faultNamed('SIGSTOP of the worker', 'work', 'errors');
  expect(violationsOf({ ...evidence, plan: { ...evidence.plan, pauseMs } })).toHaveLength(count);
});

it('a directory that vanishes is no reason for a verdict on the database', () => {
  expect(violationsOf(faultNamed('vanishing TMPDIR', 'work', 'errors'))).toEqual([
    expect.stringMatching(/^the verdict errors is not right/),
  ]);
});

it('a fault that hit nothing excuses nothing', () => {
  const evidence = { ...faultNamed('SIGKILL of the worker', 'work', 'errors'), hit: null };
  expect(violationsOf(evidence)).toEqual([
    expect.stringMatching(/^the verdict errors is not right/),
  ]);
});
