import { expect, test } from 'vitest';
import { MeasuredHistory } from '../../src/cli/measured-history.ts';
import { historyOf, type Event } from '../../src/core/history.ts';
import { header, locked, opened, SECOND_US } from '../core/metrics-events.ts';

async function statesOf(events: Event[]): Promise<Record<string, string>> {
  const history = new MeasuredHistory(historyOf([header(), ...events]));
  for await (const _ of history.events());
  return Object.fromEntries(
    history.processes().map(({ role, index, state }) => [`${role} ${index}`, state]),
  );
}

const OPENS = [opened('w0', [1, 2]), opened('r0', [3, 4], locked), opened('r1', [5, 6])];

test('processes of which no last word is recorded have the states that a run gives them', async () => {
  expect(await statesOf(OPENS)).toEqual({
    ...{ 'writer 0': 'finished', 'reader 0': 'refused', 'reader 1': 'finished' },
  });
});

test('a recorded last word counts more than what it did before', async () => {
  const died = { type: 'process', process: 'w0', state: 'died', time: SECOND_US } as const;
  expect(await statesOf([...OPENS, died])).toMatchObject({ 'writer 0': 'died' });
});
