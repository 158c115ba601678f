/** Writers and readers of an open loop, as real processes. */
import { expect, test } from 'vitest';
import type { Event, ReadEvent, WriteEnd } from '../../src/core/history.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { historyAt } from '../../src/store/history-file.ts';
import { shortRun, temporaryDirectory } from '../support/run.ts';

/** The events of a short run, and its start. */
async function eventsOf(options: Partial<RunOptions>): Promise<{ startUs: number; all: Event[] }> {
  const results = { dir: await temporaryDirectory(), save: true, history: true };
  const { saved } = await shortRun({ durationS: 0.5, ...options }, { results });
  const all: Event[] = [];
  for await (const some of historyAt(saved.history!).events()) all.push(...some);
  const start = all.find((event) => event.type === 'mark' && event.name === 'start');
  return { startUs: (start as { time: number }).time, all };
}

/** The ends of all writes of a short run, and its start. */
async function writesOf(writeRate: number): Promise<{ startUs: number; ends: WriteEnd[] }> {
  const { startUs, all } = await eventsOf({ writeRate, readers: 0 });
  const isEnd = (event: Event): event is WriteEnd => 'op' in event && event.type !== 'invoke';
  return { startUs, ends: all.filter(isEnd) };
}

/** The searches of each reader of a short run without writers, and its start. */
async function searchesOf(
  options: Partial<RunOptions>,
): Promise<{ startUs: number; searches: ReadEvent[][] }> {
  const { startUs, all } = await eventsOf({ writers: 0, ...options });
  const isSearch = (event: Event): event is ReadEvent => 'f' in event && event.f === 'search';
  const ofReader = (name: string) => all.filter(isSearch).filter(({ process }) => process === name);
  return { startUs, searches: ['r0', 'r1'].map(ofReader) };
}

test('a writer that cannot keep up has each operation due at its own instant', async () => {
  const { startUs, ends } = await writesOf(100_000);
  expect(ends.length).toBeGreaterThan(2);
  for (const [n, { scheduled, start }] of ends.entries()) {
    expect(scheduled).toBe(startUs + n * 10);
    expect(scheduled).toBeLessThanOrEqual(start);
  }
});

test('a writer that waits begins nothing before it is due, and nothing that is due after the window', async () => {
  const { startUs, ends } = await writesOf(4);
  expect(ends.map(({ op }) => op)).toEqual([0, 1]);
  for (const [n, { start }] of ends.entries()) {
    expect(start).toBeGreaterThanOrEqual(startUs + n * 250_000);
  }
});

test('in a closed loop nothing is due', async () => {
  const { ends } = await writesOf(0);
  expect(ends.length).toBeGreaterThan(2);
  expect(ends.every((end) => !('scheduled' in end))).toBe(true);
});

test('a reader that cannot keep up has each iteration due at its own instant', async () => {
  const { startUs, searches } = await searchesOf({ readRate: 100_000 });
  for (const own of searches) {
    expect(own.length).toBeGreaterThan(2);
    const first = own[0]!.scheduled!;
    expect(first - startUs).toBeGreaterThanOrEqual(0);
    expect(first - startUs).toBeLessThanOrEqual(10);
    for (const [n, { scheduled, start }] of own.entries()) {
      expect(Math.abs(scheduled! - first - n * 10)).toBeLessThanOrEqual(1);
      expect(scheduled).toBeLessThanOrEqual(start);
    }
  }
});

test('a reader begins no iteration before it is due, and each reader in its own share of the period', async () => {
  const { startUs, searches } = await searchesOf({ readRate: 4, durationS: 1 });
  for (const [reader, own] of searches.entries()) {
    // A window of four periods has four instants of each reader, wherever in its period the first one is.
    expect(own.length).toBeLessThanOrEqual(4);
    for (const [n, { start }] of own.entries()) {
      expect(start).toBeGreaterThanOrEqual(startUs + (n + reader / 2) * 250_000);
    }
  }
});

test('a reader that is asked once in a minute reads only after the window where its turn has not come', async () => {
  const { searches } = await searchesOf({ readRate: 0.02 });
  expect(searches).toEqual([[], []]);
});

test('in a closed loop no iteration of a reader is due', async () => {
  const { searches } = await searchesOf({ readRate: 0 });
  for (const own of searches) {
    expect(own.length).toBeGreaterThan(2);
    expect(own.every((search) => !('scheduled' in search))).toBe(true);
  }
});
