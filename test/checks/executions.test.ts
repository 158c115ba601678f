/** Executions that are legal, and that are not: exactly which checks fire, what the verdict is, and why. */
import { describe, expect, it } from 'vitest';
import type { CheckName, Verdict } from '../../src/core/names.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { eventsOf, failing } from '../support/history-dsl.ts';
import { concluded } from '../support/verdict.ts';

interface Execution {
  why: string;
  text: string;
  /** Rows above 100 that are there in the end, for the drain polls and the audit. */
  inserted?: string;
  /** Rows 1 to 96 in the end. */
  seeded?: string;
  fails?: CheckName;
  verdict?: Verdict;
  changes?: Partial<RunOptions>;
}

/** A quiet beginning and end that give every check something to pass by: between 10 and 8000 ms they leave room. */
function whole({ text, inserted = '', seeded = '1-96#0' }: Execution): string {
  return `
    w0 reembed 97-100 #901 @1-3
    r0 search 50#0 @2-2.5
    r0 point 97-100: 97-100#901 @4-4.5
    r1 point 97-100: 97-100#901 @4-4.5
    w0 insert 901-904 #902 @5-7
    r0 search 50#0 @5.5-6
    r0 poll >900<1000: 901-904#902 @7.5-8
    r1 poll >900<1000: 901-904#902 @7.5-8
    r0 files 1 @8.1-8.2
    r0 search 904#902 @8.3-8.4 target 904#902
    ${text}
    r0 point 97-100: 97-100#901 @9000-9001
    r0 drain >100: ${inserted} 901-904#902 @9002-9003
    r1 drain >100: ${inserted} 901-904#902 @9002-9003
    audit ${seeded} 97-100#901 ${inserted} 901-904#902`;
}

const TWO = 'w0 insert 101-104 #1 @10-40; w1 insert 201-204 #2 @10-40';
const RIVALS = 'w0 reembed 1-4 #1 @10-50; w1 reembed 1-4 #2 @10-60';
const BOTH = '101-104#1 201-204#2';

const LEGAL: Execution[] = [
  {
    why: 'of two operations at once one reader sees this one first and another nothing',
    text: `${TWO}; r0 poll >100<900: 101-104#1 @20-21; r1 poll >100<900: @22-23`,
    inserted: BOTH,
  },
  {
    why: 'a rival that overwrites what was read hides it and does not exclude it',
    text: `${RIVALS}; r0 point 1-4: 1-4#1 @20-25; r0 point 1-4: 1-4#2 @70-75`,
    seeded: '1-4#2 5-96#0',
  },
  {
    why: 'two readers may meet rivals in turn: which came first is not known',
    text: `${RIVALS}; r0 point 1-4: 1-4#1 @20-25; r1 point 1-4: 1-4#2 @20-25`,
    seeded: '1-4#2 5-96#0',
  },
  {
    why: 'what is in doubt, was read, and was overwritten may well have happened',
    text: `
      w0 reembed 1-4 #1 @10-20 info; r0 point 1-4: 1-4#1 @12-15
      w0 reembed 1-4 #2 @30-40; r0 point 1-4: 1-4#2 @50-51`,
    seeded: '1-4#2 5-96#0',
  },
  {
    why: 'what is in doubt may take effect after the next operation of its writer',
    text: `
      w0 insert 101-104 #1 @10-15 info; w0 insert 105-108 #2 @20-30
      r0 poll >100<900: 105-108#2 @31-32; r0 poll >100<900: 101-104#1 105-108#2 @33-34`,
    inserted: '101-104#1 105-108#2',
  },
  {
    why: 'nobody saw what is in doubt, and it is not there',
    text: 'w1 insert 201-204 #2 @10-20 info; r0 poll >100<900: @30-31',
  },
  {
    why: 'a snapshot begins when its read begins, however long that read goes on',
    text: 'w0 insert 101-104 #1 @100-200; r2 poll >100<900: @50-7000',
    inserted: '101-104#1',
  },
  {
    why: 'two statements with a commit between them are two reads, and say so',
    text: `
      w0 insert 101-104 #1 @20-30; w1 insert 201-204 #2 @40-50
      r0 poll >100<200: @15-25; r0 poll >200<300: 201-204#2 @55-60`,
    inserted: BOTH,
  },
  {
    why: 'a reader that opens the database again begins a new session',
    text: `${TWO}; r0 poll >100<900: 101-104#1 @20-21; r0 open @22-23; r0 poll >100<900: @24-25`,
    inserted: BOTH,
  },
  {
    why: 'of reads that overlap in one session none comes before the other',
    text: `${TWO}; r0 poll >100<900: 101-104#1 @20-30; r0 poll >100<900: @25-35`,
    inserted: BOTH,
  },
  {
    why: 'the old version of an update may be shown within the bound',
    text: 'w0 reembed 1-4 #1 @10-20; r0 point 1-4: 1-4#0 @1020-1021',
    seeded: '1-4#1 5-96#0',
  },
  {
    why: 'the interval between two refreshes is added to the bound',
    text: 'w0 reembed 1-4 #1 @10-20; r0 point 1-4: 1-4#0 @2900-2901',
    seeded: '1-4#1 5-96#0',
    // The bound of a run has it in it.
    changes: { refresh: 2, stalenessBoundMs: 3000 },
  },
  {
    why: 'an acknowledgement in the instant of the next call is not before it',
    text: `
      w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @20-30
      r0 poll >100<900: 201-204#2 @40-41`,
    inserted: BOTH,
  },
  {
    why: 'what is in doubt may have begun when it was announced, before the other was acknowledged',
    text: `
      w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @15/25-35 info
      r0 poll >100<900: 201-204#2 @40-41`,
    inserted: BOTH,
  },
  {
    why: 'a search has asked for no row that it does not return',
    text: 'w0 reembed 1-4 #1 @10-20; r0 search 5#0 6#0 @8000-8001',
    seeded: '1-4#1 5-96#0',
  },
  {
    why: 'the power was cut after the read: what was not acknowledged may go',
    text: 'w1 insert 201-204 #2 @10; r2 poll >100<900: 201-204#2 @20-21; cut @30; w1 died @31',
    verdict: 'errors',
  },
  {
    why: 'a process that writes and reads sees what it wrote, and another not yet',
    text: `
      w0 insert 101-104 #1 @10-20; w0 poll >100<900: 101-104#1 @30-31
      r0 poll >100<900: @32-33`,
    inserted: '101-104#1',
  },
];

const ILLEGAL: Execution[] = [
  {
    why: 'three readers see one of three each and miss another, by id: a circle that no pair of them shows',
    text: `
      w0 reembed 1 #1 @10-90; w1 reembed 2 #2 @10-90; w2 reembed 3 #3 @10-90
      r0 point 1-2: 1#1 2#0 @20-30; r1 point 2-3: 2#2 3#0 @20-30; r2 point 1-3/2: 3#3 1#0 @20-30`,
    seeded: '1#1 2#2 3#3 4-96#0',
    fails: 'long-fork',
  },
  {
    why: 'one reader sees this one and not that one, another that one and not this one',
    text: `${TWO}; r0 poll >100<900: 101-104#1 @20-21; r1 poll >100<900: 201-204#2 @20-21`,
    inserted: BOTH,
    fails: 'long-fork',
  },
  {
    why: 'one read shows this one on the one row and that one on the other: each would have to come first',
    text: `${RIVALS}; r0 point 1-2: 1#1 2#2 @20-25; r1 point 1-2: 1#2 2#1 @20-25`,
    seeded: '1-4#2 5-96#0',
    fails: 'prefix-hole',
  },
  {
    why: 'in the end one stands over the other on these rows, and the other over it on those (dirty write)',
    text: RIVALS,
    seeded: '1-2#1 3-4#2 5-96#0',
    fails: 'prefix-hole',
    verdict: 'wrong',
  },
  {
    why: 'in the end each of three stands over the next one, in a circle',
    text: `
      w0 reembed 1-2 #1 @10-90; w1 reembed 2-3 #2 @10-90; w2 reembed 1-3/2 #3 @10-90`,
    seeded: '1#1 2#2 3#3 4-96#0',
    fails: 'prefix-hole',
    verdict: 'wrong',
  },
  {
    why: 'an operation that was seen before another began stands in its place in the end',
    text: `
      w0 reembed 1-4 #1 @10-50; r0 point 1-4: 1-4#1 @12-15
      w1 reembed 1-4 #2 @20-30; r0 point 1-4: 1-4#2 @31-32`,
    seeded: '1-4#1 5-96#0',
    fails: 'lost',
    verdict: 'wrong',
  },
  {
    why: 'two reads tell opposite orders of two operations that share one row',
    text: `
      w0 reembed 1-2 #1 @10-50; w1 reembed 2-3 #2 @10-60
      r0 point 1-2: 1#1 2#2 @20-25; r1 point 2-3: 2#1 3#2 @20-25`,
    seeded: '1#1 2-3#2 4-96#0',
    fails: 'long-fork',
  },
  {
    why: 'what was seen while in doubt came before all that began later, and cannot be missed beside it',
    text: `
      w0 insert 101-104 #1 @10; r0 poll >100<900: 101-104#1 @20-30
      w1 insert 201-204 #2 @40-50; r1 poll >100<900: 201-204#2 @60-70`,
    inserted: BOTH,
    fails: 'prefix-hole',
  },
  {
    why: 'an update is shown without one that was acknowledged before it began',
    text: `
      w0 reembed 1-4 #1 @10-20; w0 reembed 5-8 #2 @30-40
      r0 point 1-8: 1-4#0 5-8#2 @50-51`,
    seeded: '1-4#1 5-8#2 9-96#0',
    fails: 'prefix-hole',
  },
  {
    why: 'an insert of one writer is shown without one of another that was acknowledged before it began',
    text: `
      w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @20.001-30
      r0 poll >100<900: 201-204#2 @40-41`,
    inserted: BOTH,
    fails: 'prefix-hole',
  },
  {
    why: 'an acknowledged operation begins when its driver is called, not when it is announced',
    text: `
      w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @15/25-35
      r0 poll >100<900: 201-204#2 @40-41`,
    inserted: BOTH,
    fails: 'prefix-hole',
  },
  {
    why: 'two statements in what claims to be one read: it shows the later one and misses the earlier',
    text: `
      w0 insert 101-104 #1 @20-30; w1 insert 201-204 #2 @40-50
      r0 poll >100<200,>200<300: 201-204#2 @15-60`,
    inserted: BOTH,
    fails: 'prefix-hole',
  },
  {
    why: 'a read misses what came before that which an earlier read of its session showed',
    text: `
      w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @30-40
      r0 poll >200<300: 201-204#2 @50-51; r0 poll >100<200: @52-53`,
    inserted: BOTH,
    fails: 'prefix-hole',
  },
  {
    why: 'a session sees an operation and then no more',
    text: `${TWO}; r0 poll >100<900: 101-104#1 @20-21; r0 poll >100<900: @24-25`,
    inserted: BOTH,
    fails: 'non-monotonic',
  },
  {
    why: 'a session sees an operation and then no more, although another of its reads goes on meanwhile',
    text: `
      ${TWO}; r0 poll >100<900: 101-104#1 @15-20
      r0 point 1-4: 1-4#0 @24-27; r0 poll >100<900: @26-29`,
    inserted: BOTH,
    fails: 'non-monotonic',
  },
  {
    why: 'a session sees a version and then the one that it replaced',
    text: 'w0 reembed 1-4 #1 @10-90; r0 point 1-4: 1-4#1 @20-21; r0 point 1-4: 1-4#0 @24-25',
    seeded: '1-4#1 5-96#0',
    fails: 'non-monotonic',
  },
  {
    why: 'a process misses what it wrote itself',
    text: 'w0 insert 101-104 #1 @10-20; w0 poll >100<900: @30-31',
    inserted: '101-104#1',
    fails: 'own-write-missed',
  },
  {
    why: 'a process that writes and reads goes back to the version before its own',
    text: 'w0 reembed 1-4 #1 @10-20; w0 point 1-4: 1-4#0 @30-31',
    seeded: '1-4#1 5-96#0',
    fails: 'own-write-missed',
  },
  {
    why: 'seconds after its update was acknowledged a row is found at its old version',
    text: 'w0 reembed 1-4 #1 @10-20; r0 search 1#0 2#0 @8000-8001',
    seeded: '1-4#1 5-96#0',
    fails: 'frozen',
    verdict: 'stale',
  },
  {
    why: 'an update is missed for longer than the bound',
    text: 'w0 reembed 1-4 #1 @10-20; r0 point 1-4: 1-4#0 @1021-1022',
    seeded: '1-4#1 5-96#0',
    fails: 'frozen',
    verdict: 'stale',
  },
  {
    why: 'an update is missed for longer than the bound and the interval between two refreshes',
    text: 'w0 reembed 1-4 #1 @10-20; r0 point 1-4: 1-4#0 @3021-3022',
    seeded: '1-4#1 5-96#0',
    // The bound of a run has it in it.
    changes: { refresh: 2, stalenessBoundMs: 3000 },
    fails: 'frozen',
    verdict: 'stale',
  },
  {
    why: 'what was read of an operation without an answer is in no later state',
    text: 'w1 insert 201-204 #2 @10; r2 poll >100<900: 201-204#2 @20-21; w1 died @31',
    fails: 'dirty-read',
  },
  {
    why: 'a read shows half of an operation',
    text: 'w0 insert 101-104 #1 @10-20; r0 poll >100<900: 101-102#1 @30-31',
    inserted: '101-104#1',
    fails: 'fractured',
  },
  {
    why: 'a search returns one row of an update at its new version and another at its old one',
    text: 'w0 reembed 1-4 #1 @10-90; r0 search 1#1 2#0 @20-30',
    seeded: '1-4#1 5-96#0',
    fails: 'fractured',
  },
  {
    why: 'a search returns a part of an operation between whose rows another wrote',
    text: `
      w1 reembed 1-3/2 #1 @10-20; w1 reembed 2 #2 @30-40
      r0 search 3#0 1#1 @50-60`,
    seeded: '1-3/2#1 2#2 4-96#0',
    fails: 'fractured',
  },
  {
    why: 'a read shows rows of an operation that certainly failed',
    text: 'w1 insert 201-204 #2 @10-20 fail; r0 poll >100<900: 201-204#2 @30-31',
    fails: 'aborted-read',
  },
  {
    why: 'a seed row that nobody touched is not in the final state',
    text: '',
    seeded: '1-49#0 51-96#0',
    fails: 'lost',
    verdict: 'wrong',
  },
  {
    why: 'a seed row that nobody touched is missing in one read',
    text: 'r0 point 1-4: 1-3#0 @20-21',
    fails: 'fractured',
  },
  {
    why: 'a chunk is polled whose file is not there yet: a matter of the two tables, not of the order',
    text: `
      w0 insert 101-104 #1 @10-20; r0 poll >100<900: 101-104#1 @30-31
      r0 files 2 missing 101 @32-33`,
    inserted: '101-104#1',
    fails: 'orphan',
  },
  {
    why: 'a read shows an operation that began only after that read had ended',
    text: 'r0 poll >100<900: 101-104#1 @10-20; w0 insert 101-104 #1 @30-40',
    inserted: '101-104#1',
    fails: 'unexpected',
    verdict: 'wrong',
  },
];

const verdictOf = async (
  text: string,
  changes: Partial<RunOptions> = {},
  copies?: string[][],
): Promise<{ fails: CheckName[]; verdict: Verdict }> => {
  const { judgement, verdict } = await concluded(eventsOf(text, changes, copies));
  return { fails: failing(judgement), verdict };
};

describe('a legal execution fires no check', () => {
  it.each(LEGAL.map((execution) => [execution.why, execution] as const))('%s', async (_, each) => {
    const { verdict = 'works', changes } = each;
    expect(await verdictOf(whole(each), changes)).toEqual({ fails: [], verdict });
  });
});

describe('an illegal execution fires one check', () => {
  it.each(ILLEGAL.map((execution) => [execution.why, execution] as const))(
    '%s',
    async (_, each) => {
      const { fails, verdict = 'inconsistent', changes } = each;
      expect(await verdictOf(whole(each), changes)).toEqual({ fails: [fails], verdict });
    },
  );
});

describe('copies of their own', () => {
  const COPIES = [['w0'], ['w1']];
  const WRITES = 'w0 insert 101-104 #1 @10-20; w1 insert 201-204 #2 @10-20';
  const AUDITS = 'audit seed 101-104#1; audit copy 1 seed 201-204#2';

  it('owe each other nothing', async () => {
    const reads = 'w0 poll >100: 101-104#1 @2000-2001; w1 poll >100: 201-204#2 @2000-2001';
    const { fails } = await verdictOf(`${WRITES}; ${reads}; ${AUDITS}`, { readers: 0 }, COPIES);
    expect(fails).toEqual([]);
  });

  it('owe their one process what it wrote', async () => {
    const reads = 'w0 poll >100: @30-31; w1 poll >100: 201-204#2 @2000-2001';
    const found = await verdictOf(`${WRITES}; ${reads}; ${AUDITS}`, { readers: 0 }, COPIES);
    expect(found).toEqual({ fails: ['own-write-missed'], verdict: 'inconsistent' });
  });
});
