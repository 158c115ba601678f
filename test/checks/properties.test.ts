/** What holds of every history: correct ones fire nothing, and one fault fires its check. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judge } from '../../src/checks/index.ts';
import { historyOf, type Event } from '../../src/core/history.ts';
import { CHECKS, type CheckName } from '../../src/core/names.ts';
import { executions } from '../support/execution.ts';
import { faults } from '../support/faults.ts';
import { failing } from '../support/history-dsl.ts';

const fired = async (events: Event[]): Promise<CheckName[]> =>
  failing(await judge(historyOf(events)));

it('no check fires on a correct execution', async () => {
  await fc.assert(
    fc.asyncProperty(executions, async (events) => {
      expect(await fired(events)).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

it('many a correct execution has what each check needs to pass', async () => {
  const histories = fc.sample(executions, { numRuns: 100, seed: 42 });
  const passes = new Map<CheckName, number>(CHECKS.map((name) => [name, 0]));
  for (const events of histories) {
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
    { numRuns: 60 },
  );
});
