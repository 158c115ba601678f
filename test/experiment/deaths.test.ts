/** When a process ended, as its history tells. */
import { expect, test } from 'vitest';
import type { Event } from '../../src/core/history.ts';
import { historyAt } from '../../src/store/history-file.ts';
import { shortRun, temporaryDirectory, workerFixture } from '../support/run.ts';

test('who dies inside the window ended there, not when everybody else had closed', async () => {
  const results = { dir: await temporaryDirectory(), save: true, history: true };
  const setup = { results, workerEntry: workerFixture('crash') };
  const { saved, result } = await shortRun({}, setup);
  const events: Event[] = [];
  for await (const some of historyAt(saved.history!).events()) events.push(...some);
  const timeOf = (name: string): number => {
    const event = events.find(
      (each) =>
        (each.type === 'mark' && each.name === name) ||
        (each.type === 'process' && each.process === name),
    );
    return (event as { time: number }).time;
  };
  const lastOf = (name: string): number =>
    Math.max(
      ...events.map((each) =>
        'process' in each && each.process === name && 'time' in each ? each.time : 0,
      ),
    );
  expect(timeOf('r0')).toBeGreaterThan(timeOf('start'));
  expect(timeOf('r0')).toBeLessThan(timeOf('end'));
  // Nothing of a process comes after its end.
  for (const name of ['w0', 'r0', 'r1']) expect(timeOf(name)).toBe(lastOf(name));
  const [dead, alive] = [0, 1].map((index) =>
    result.processes.find((process) => process.role === 'reader' && process.index === index),
  );
  expect(dead!.worked_us).toBe(timeOf('r0') - timeOf('start'));
  expect(alive!.worked_us).toBeGreaterThan(dead!.worked_us!);
});
