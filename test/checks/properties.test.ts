/** What holds of every history: correct ones fire nothing, and one fault fires its check. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judge } from '../../src/checks/index.ts';
import { historyOf, type Event } from '../../src/core/history.ts';
import { CHECKS, GROUP_OF_CHECK, type CheckName } from '../../src/core/names.ts';
import { executions } from '../support/execution.ts';
import { faults } from '../support/faults.ts';
import { failing } from '../support/history-dsl.ts';
import { readBack } from '../support/order-faults.ts';
import { tangled } from '../support/order.ts';

/** Always the same executions: what fails here can be seen again. */
const SEED = 42;

const fired = async (events: Event[]): Promise<CheckName[]> =>
  failing(await judge(historyOf(events)));

/** What is judged of the order; of several operations that are missed, either may be named. */
const orderOf = async (events: Event[]): Promise<unknown> => {
  const { checks, order } = await judge(historyOf(events));
  const named = checks.filter(({ name }) => GROUP_OF_CHECK[name] === 'order');
  return [order, named.map(({ name, verdict, count }) => ({ name, verdict, count }))];
};

it('no check fires on a correct execution', async () => {
  await fc.assert(
    fc.asyncProperty(executions, async (events) => {
      expect(await fired(events)).toEqual([]);
    }),
    { numRuns: 400, seed: SEED },
  );
});

it('no check fires on a correct execution whose writers read what they wrote', async () => {
  await fc.assert(
    fc.asyncProperty(executions, async (events) => {
      readBack(events);
      expect(await fired(events)).toEqual([]);
    }),
    { numRuns: 100, seed: SEED },
  );
});

it('many a correct execution has what each check needs to pass', async () => {
  const histories = fc.sample(executions, { numRuns: 100, seed: SEED });
  const passes = new Map<CheckName, number>(CHECKS.map((name) => [name, 0]));
  for (const events of histories) {
    readBack(events);
    const { checks } = await judge(historyOf(events));
    for (const { name, verdict } of checks) {
      if (verdict === 'pass') passes.set(name, passes.get(name)! + 1);
    }
  }
  expect([...passes].filter(([, count]) => count < 10)).toEqual([]);
});

it.each(CHECKS)('%s fires on its fault in an otherwise correct execution', async (name) => {
  await fc.assert(
    fc.asyncProperty(executions, fc.array(fc.nat(), { minLength: 4 }), async (events, numbers) => {
      const left = [...numbers];
      const faulty = structuredClone(events);
      fc.pre(faults[name](faulty, (below) => (left.pop() ?? 0) % below));
      expect(await fired(faulty)).toContain(name);
    }),
    // A whole execution takes minutes to shrink, and says little more when it is small.
    { numRuns: 60, seed: SEED, endOnFailure: true },
  );
});

it('reads are judged alike whether by whole operations or row by row', async () => {
  const kinds = fc.constantFrom(...CHECKS, undefined);
  await fc.assert(
    fc.asyncProperty(executions, kinds, fc.array(fc.nat()), async (events, kind, numbers) => {
      const left = [...numbers];
      const faulty = structuredClone(events);
      if (kind !== undefined) faults[kind](faulty, (below) => (left.pop() ?? 0) % below);
      expect(await orderOf(tangled(faulty))).toEqual(await orderOf(faulty));
    }),
    { numRuns: 200, seed: SEED, endOnFailure: true },
  );
});
