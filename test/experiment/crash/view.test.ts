import { expect, test } from 'vitest';
import { judge } from '../../../src/checks/index.ts';
import { historyOf, type Event, type History } from '../../../src/core/history.ts';
import { roundView } from '../../../src/experiment/crash/view.ts';
import { eventsOf, failing } from '../../support/history-dsl.ts';

async function eventsIn(history: History): Promise<Event[]> {
  const all: Event[] = [];
  for await (const events of history.events()) all.push(...events);
  return all;
}

/** Two rounds, an audit after each; the second begins at 40 ms. */
const TWO_ROUNDS = eventsOf(`
  w0 insert 101-104 #1 @10-20
  r0 poll >100: 101-104#1 @21-22
  audit seed 101-104#1
  w0 insert 109-112 #2 @50-60
  r0 poll >100: 101-104#1 109-112#2 @61-62
  audit seed 101-104#1 109-112#2`);
const SECOND = { sinceUs: 40_000, fromAudit: 1, toAudit: 2 };

/** The power is cut while the second insert is on its way; its acknowledgement comes later. */
function cutHistory(audit: string): Event[] {
  const written = eventsOf('w0 insert 101-104 #1 @10-20; w0 insert 109-112 #2 @30-50');
  const ends = eventsOf(`w0 insert 1-4 #9 @0-1; ${audit}`).slice(3);
  const mark: Event = { type: 'mark', name: 'cut', time: 40_000 };
  return [...written.slice(0, -1), mark, ...written.slice(-1), ...ends];
}

const ROUND = { sinceUs: 0, fromAudit: 0, toAudit: 1 };

test('a round is judged by all writes so far, and by its own reads and audit', async () => {
  const events = await eventsIn(roundView(historyOf(TWO_ROUNDS), SECOND));
  const told = events.flatMap((event) => ('f' in event ? [`${event.type} ${event.f}`] : []));
  const write = ['invoke insert', 'ok insert'];
  expect(told).toEqual([...write, ...write, 'ok poll', 'ok scan', 'ok audit']);
});

test('what came after the audit of a round does not count for it', async () => {
  const events = await eventsIn(roundView(historyOf(TWO_ROUNDS), ROUND));
  expect(events.at(-1)).toMatchObject({ f: 'audit' });
  expect(events.filter(({ type }) => type === 'invoke')).toHaveLength(1);
});

test('an earlier audit and earlier reads convict no later round', async () => {
  const broken = eventsOf(`
    w0 insert 101-104 #1 @10-20
    r0 poll >100: 101-102#1 @21-22
    audit seed 101-102#1
    audit seed 101-104#1`);
  expect(failing(await judge(roundView(historyOf(broken), ROUND)))).toContain('fractured');
  expect(failing(await judge(roundView(historyOf(broken), SECOND)))).toEqual([]);
});

test('an acknowledgement after the cut was not in hand: its operation may be lost', async () => {
  const lostLate = roundView(historyOf(cutHistory('audit seed 101-104#1')), ROUND);
  expect(failing(await judge(lostLate))).toEqual([]);
  const kept = roundView(historyOf(cutHistory('audit seed 101-104#1 109-112#2')), ROUND);
  expect(failing(await judge(kept))).toEqual([]);
});

test('after a cut nobody answers, until the next round begins', async () => {
  const writes = eventsOf(`
    w0 insert 101-104 #1 @10-41; w0 insert 109-112 #2 @20-42 fail; w0 insert 117-120 #3 @30-43 info
    r0 poll >100: 101-104#1 @44-45
    start @50; w0 insert 125-128 #4 @60-70; audit seed`);
  const early = writes.filter(({ type }) => type === 'invoke').slice(0, -1);
  const cut: Event = { type: 'mark', name: 'cut', time: 40_000 };
  const late = writes.slice(1).filter((event) => !early.includes(event));
  const events = await eventsIn(roundView(historyOf([writes[0]!, ...early, cut, ...late]), ROUND));
  expect(events.flatMap((event) => ('op' in event ? [`${event.type} ${event.op}`] : []))).toEqual([
    ...['invoke 0', 'invoke 1', 'invoke 2'],
    ...['invoke 3', 'ok 3'],
  ]);
  const others = events.slice(1).filter((event) => !('op' in event));
  expect(others.map((event) => ('f' in event ? event.f : event.type))).toEqual([
    ...['mark', 'poll', 'mark', 'scan', 'audit'],
  ]);
});

test('an acknowledgement before the cut must survive', async () => {
  const lostEarly = roundView(historyOf(cutHistory('audit seed')), ROUND);
  expect(failing(await judge(lostEarly))).toContain('lost');
});
