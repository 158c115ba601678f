import { describe, expect, test } from 'vitest';
import type { Event } from '../../../src/core/history.ts';
import type { AccessPlan } from '../../../src/core/protocol.ts';
import { Tracker } from '../../../src/experiment/crash/tracker.ts';
import { eventsOf } from '../../support/history-dsl.ts';

const SHAPE = { seed: 42, rows: 100, dims: 8, writers: 1, batch: 8, keys: 'own' } as const;
const PLAN: AccessPlan = {
  hosts: [{ kind: 'process', path: 'db', actors: [{ name: 'w0', role: 'writer', index: 0 }] }],
  copies: [],
};

const writesOf = (text: string): Event[] => eventsOf(text).slice(1);

function trackerOf(text: string): Tracker {
  const tracker = new Tracker(SHAPE);
  for (const event of writesOf(text)) tracker.learn(event);
  return tracker;
}

const resumeOf = (tracker: Tracker) => tracker.resumed(PLAN).hosts[0]!.actors[0]!.resume;

describe('the writes of a round', () => {
  test('are acknowledged, in doubt, or known to have failed', () => {
    const { acknowledged, inDoubt } = trackerOf(`
      w0 insert 101-104 #1 @10-20
      w0 reembed 1-4 #2 @20-30
      w0 insert 105-108 #3 @30-40 fail
      w0 insert 109-112 #4 @40-50 info
      w0 insert 117-120 #5 @50`).writes();
    expect(acknowledged).toEqual({ operations: 2, rows: 8 });
    expect(new Set(inDoubt.map(({ batch }) => batch))).toEqual(new Set([4, 5]));
  });

  test('are forgotten when the next round begins', () => {
    const tracker = trackerOf('w0 insert 101-104 #1 @10-20; w0 insert 105-108 #2 @20');
    tracker.beginRound();
    expect(tracker.writes()).toEqual({
      ...{ acknowledged: { operations: 0, rows: 0 }, inDoubt: [], insideCommit: false },
    });
  });

  test.each(['', ' fail', ' info'])('that end after a power cut are in doubt (@10-20%s)', (end) => {
    const tracker = new Tracker(SHAPE);
    const [invoke, answer] = writesOf(`w0 insert 101-104 #1 @10-20${end}`);
    tracker.learn(invoke!);
    tracker.begun('w0', 0);
    tracker.strike(['w0']);
    tracker.learn({ type: 'mark', name: 'cut', time: 15_000 });
    tracker.learn(answer!);
    expect(tracker.writes()).toEqual({
      ...{ acknowledged: { operations: 0, rows: 0 }, inDoubt: [invoke], insideCommit: true },
    });
    // What the audit shows of it is its end, as of all that have none.
    expect(tracker.resolve(99)).toMatchObject([{ type: 'fail', op: 0, time: 99 }]);
  });

  test('are answered again in the round after a power cut', () => {
    const tracker = trackerOf('cut @5');
    tracker.beginRound();
    for (const event of writesOf('w0 insert 101-104 #1 @10-20')) tracker.learn(event);
    expect(tracker.writes()).toMatchObject({ acknowledged: { operations: 1, rows: 4 } });
  });
});

describe('a kill lands', () => {
  const [invoke, end] = writesOf('w0 insert 101-104 #1 @10-20 info');

  /** Of one whose operation was invoked, and perhaps has begun. */
  function opened(begun: boolean): Tracker {
    const tracker = new Tracker(SHAPE);
    tracker.learn(invoke!);
    if (begun) tracker.begun('w0', 0);
    return tracker;
  }

  test('inside a commit that never ended', () => {
    const tracker = opened(true);
    tracker.strike(['w0']);
    expect(tracker.writes().insideCommit).toBe(true);
  });

  test('inside a commit of which the one who survived does not know the outcome', () => {
    const tracker = opened(true);
    tracker.strike(['w0']);
    tracker.learn(end!);
    expect(tracker.writes().insideCommit).toBe(true);
  });

  test('outside if the driver was not called yet', () => {
    const tracker = opened(false);
    tracker.strike(['w0']);
    expect(tracker.writes().insideCommit).toBe(false);
  });

  test('outside if the commit is of another writer, who is not killed', () => {
    const tracker = opened(true);
    tracker.strike(['w1']);
    expect(tracker.writes().insideCommit).toBe(false);
  });

  test('outside if the next operation begins after it', () => {
    const tracker = opened(false);
    tracker.strike(['w0']);
    tracker.begun('w0', 0);
    expect(tracker.writes().insideCommit).toBe(false);
  });

  test('outside if the commit was in doubt before, or was acknowledged', () => {
    const doubted = opened(true);
    doubted.learn(end!);
    doubted.strike(['w0']);
    expect(doubted.writes().insideCommit).toBe(false);
    const acknowledged = trackerOf('w0 insert 101-104 #1 @10-20');
    acknowledged.strike(['w0']);
    expect(acknowledged.writes().insideCommit).toBe(false);
  });
});

describe('a complete audit', () => {
  test('is the end of what had none: made if it shows the rows, failed if not', () => {
    const tracker = trackerOf(`
      w0 insert 101-104 #1 @10
      w0 insert 109-112 #2 @20
      w0 increment #3 @30
      w0 insert 117-120 #4 @40-50 info
      audit seed 101-104#1`);
    expect([1, 2].map((batch) => tracker.survived(batch))).toEqual([true, false]);
    expect(tracker.resolve(99)).toEqual([
      { type: 'ok', process: 'w0', f: 'insert', op: 0, start: 99, time: 99 },
      { type: 'fail', process: 'w0', f: 'insert', op: 1, start: 99, time: 99 },
    ]);
    expect(tracker.resolve(100)).toEqual([]);
  });
});

describe('the next writer', () => {
  test('begins with the next operation, in a file of its own', () => {
    expect(resumeOf(new Tracker(SHAPE))).toBeUndefined();
    const tracker = trackerOf('w0 insert 101-104 #1 @10-20; w0 reembed 1-4 #2 @20');
    expect(resumeOf(tracker)).toEqual({ op: 2, nextId: 109 });
    expect(resumeOf(trackerOf('w0 insert 101-108 #1 @10'))).toEqual({ op: 1, nextId: 109 });
    expect(resumeOf(trackerOf('w0 reembed 1-4 #1 @10'))).toEqual({ op: 1, nextId: 101 });
  });

  test('with shared keys goes on after the last id', () => {
    expect(resumeOf(trackerOf('w0 upsert 101-104 #1 @10'))).toEqual({ op: 1, nextId: 105 });
  });

  test('is waited for', async () => {
    const tracker = new Tracker(SHAPE);
    const begun = tracker.nextBegun();
    const [invoke, end] = writesOf('w0 insert 101-104 #1 @10-35');
    tracker.learn(invoke!);
    tracker.begun('w0', 0);
    await begun;
    tracker.learn(end!);
    expect(tracker.medianLatencyUs).toBe(25_000);
  });
});
