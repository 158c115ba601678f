/** Writers of an open loop, as real processes. */
import { expect, test } from 'vitest';
import type { Event, WriteEnd } from '../../src/core/history.ts';
import { historyAt } from '../../src/store/history-file.ts';
import { shortRun, temporaryDirectory } from '../support/run.ts';

/** The ends of all writes of a short run, and its start. */
async function writesOf(writeRate: number): Promise<{ startUs: number; ends: WriteEnd[] }> {
  const results = { dir: await temporaryDirectory(), save: true, history: true };
  const { saved } = await shortRun({ writeRate, readers: 0, durationS: 0.5 }, { results });
  const events: Event[] = [];
  for await (const some of historyAt(saved.history!).events()) events.push(...some);
  const start = events.find((event) => event.type === 'mark' && event.name === 'start');
  const isEnd = (event: Event): event is WriteEnd => 'op' in event && event.type !== 'invoke';
  return { startUs: (start as { time: number }).time, ends: events.filter(isEnd) };
}

test('a writer that cannot keep up has each operation due at its own instant', async () => {
  const { startUs, ends } = await writesOf(100_000);
  expect(ends.length).toBeGreaterThan(2);
  for (const [n, { scheduled, start }] of ends.entries()) {
    expect(scheduled).toBe(startUs + n * 10);
    expect(scheduled).toBeLessThanOrEqual(start);
  }
});

test('in a closed loop nothing is due', async () => {
  const { ends } = await writesOf(0);
  expect(ends.length).toBeGreaterThan(2);
  expect(ends.every((end) => !('scheduled' in end))).toBe(true);
});
