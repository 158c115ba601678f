/**
 * Histories by somebody who knew the semantics and not the judge, with the verdict that the semantics demand. Writer w of W
 * has the batches 1 + w + W x n and inserts from 101 + w x 2^32; the bound is 1 s and the audit begins at 9 s.
 */
import { describe, expect, it } from 'vitest';
import type { CheckName, Guarantee, Verdict } from '../../src/core/names.ts';
import type { RunOptions } from '../../src/core/options.ts';
import { eventsOf, failing } from '../support/history-dsl.ts';
import { concluded } from '../support/verdict.ts';

interface Case {
  /** Why it is legal or not. */
  name: string;
  text: string;
  /** The checks that fail; none of a legal history. */
  fails?: CheckName[];
  verdict?: Verdict;
  refuted?: Guarantee[];
  behindUs?: number;
  options?: Partial<RunOptions>;
  copies?: string[][];
}

/** What a legal history may come to: too short to prove much, or with a failed operation. */
const HARMLESS: unknown = expect.toBeOneOf(['works', 'errors', 'unknown']);

const SHARED = { keys: 'shared' } as const;

const LEGAL: Case[] = [
  {
    name: 'A reader that lags by two commits still sees a prefix.',
    text: `w0 insert 101-104 #1 @10-20
      w0 insert 105-108 #2 @30-40
      w0 insert 109-112 #3 @50-60
      r1 poll >100: 101-104#1 105-108#2 109-112#3 @55-56
      r0 poll >100: 101-104#1 @500-501
      r0 poll >100: 101-104#1 105-108#2 @700-701
      r0 poll >100: 101-104#1 105-108#2 109-112#3 @900-901
      audit seed 101-104#1 105-108#2 109-112#3`,
    refuted: [],
    behindUs: 640_000,
  },
  {
    name: 'Three writers re-embed the same rows at once, and both readers can follow the order C, A, B.',
    text: `w0 reembed 1-4 #1 @10-100
      w1 reembed 1-4 #2 @11-101
      w2 reembed 1-4 #3 @12-102
      r0 point 1-4: 1-4#3 @40-41
      r0 point 1-4: 1-4#1 @50-51
      r0 point 1-4: 1-4#2 @60-61
      r1 point 1-4: 1-4#0 @20-21
      r1 point 1-4: 1-4#3 @45-46
      r1 point 1-4: 1-4#2 @70-71
      audit 1-4#2 5-100#0`,
    options: SHARED,
    refuted: [],
  },
  {
    name: 'No row tells the order of two writes of the same rows at once, so two readers in opposite directions stay undecided.',
    text: `w0 reembed 1-4 #1 @10-100
      w1 reembed 1-4 #2 @11-101
      r0 point 1-4: 1-4#1 @40-41
      r0 point 1-4: 1-4#2 @50-51
      r1 point 1-4: 1-4#2 @42-43
      r1 point 1-4: 1-4#1 @52-53
      audit 1-4#1 5-100#0`,
    options: SHARED,
    refuted: [],
  },
  {
    name: 'A read exactly one bound after the acknowledgement may still miss it.',
    text: `w0 insert 101-104 #1 @10-20
      r0 poll >100: @1020-1021
      r0 poll >100: 101-104#1 @1030-1031
      audit seed 101-104#1`,
    refuted: [],
    behindUs: 1_000_000,
  },
  {
    name: 'With a refresh interval of one second a read may miss what was acknowledged two seconds before.',
    text: `w0 reembed 1-4 #1 @10-20
      r0 point 1-4: 1-4#0 @2020-2021
      audit 1-4#1 5-100#0`,
    options: { refresh: 1, stalenessBoundMs: 2000 },
    refuted: [],
    behindUs: 2_000_000,
  },
  {
    name: 'An operation that starts in the microsecond of the other acknowledgement is not after it.',
    text: `w0 insert 101-104 #1 @10-20
      w1 insert 4294967397-4294967400 #2 @20-30
      r0 poll >100: 4294967397-4294967400#2 @31-32
      r0 poll >100: 101-104#1 4294967397-4294967400#2 @33-34
      audit seed 101-104#1 4294967397-4294967400#2`,
    refuted: [],
  },
  {
    name: 'A re-embedding in doubt was seen, and then overwritten by the same writer.',
    text: `w0 reembed 1-4 #1 @10-20 info
      r0 point 1-4: 1-4#1 @30-31
      w0 reembed 1-4 #2 @40-50
      r0 point 1-4: 1-4#2 @60-61
      audit 1-4#2 5-100#0`,
    refuted: [],
  },
  {
    name: 'An object store applies the insert of a dead writer long after its death, and readers see it one after the other.',
    text: `w0 insert 101-104 #1 @10
      w0 died @40
      r0 poll >100: @100-101
      r1 poll >100: 101-104#1 @3000-3001
      r0 poll >100: @3002-3003
      r0 poll >100: 101-104#1 @5000-5001
      audit seed 101-104#1`,
    refuted: [],
  },
  {
    name: 'The first operation of a writer, in doubt, takes effect after its second one.',
    text: `w0 insert 101-104 #1 @10-20 info
      w0 insert 105-108 #2 @30-40
      r0 poll >100: 105-108#2 @50-51
      r0 poll >100: 101-104#1 105-108#2 @60-61
      r1 poll >100: 105-108#2 @62-63
      audit seed 101-104#1 105-108#2`,
    refuted: [],
  },
  {
    name: 'A reader that opens again may see an older state, and so may a second reader at any time.',
    text: `w0 insert 101-104 #1 @10-20
      w0 insert 105-108 #2 @30-40
      r0 open @1-2
      r0 poll >100: 101-104#1 105-108#2 @50-51
      r0 open @60-61
      r0 poll >100: @70-71
      r0 poll >100: 101-104#1 @80-81
      r1 poll >100: @90-91
      audit seed 101-104#1 105-108#2`,
    refuted: [],
  },
  {
    name: 'A read held open for eight seconds keeps the snapshot of its begin.',
    text: `r0 poll >100: @15-8000
      w0 insert 101-104 #1 @20-30
      w0 insert 105-108 #2 @5000-5010
      r1 poll >100: 101-104#1 @40-5005
      r0 poll >100: 101-104#1 105-108#2 @8001-8002
      audit seed 101-104#1 105-108#2`,
    refuted: [],
    behindUs: 0,
  },
  {
    name: 'A read may show a commit that was invoked after the read began and acknowledged after it ended.',
    text: `r0 poll >100: 101-104#1 @5-50
      w0 insert 101-104 #1 @10-90
      r1 poll >100: @60-61
      audit seed 101-104#1`,
    refuted: [],
  },
  {
    name: 'A search asks for no row that it does not return, so the circle of three is open.',
    text: `w0 insert 101-104 #1 @10-90
      w1 insert 4294967397-4294967400 #2 @10-90
      w2 insert 8589934693-8589934696 #3 @10-90
      r0 poll >100: 101-104#1 8589934693-8589934696#3 @40-41
      r1 poll >100: 4294967397-4294967400#2 101-104#1 8589934693-8589934696#3 @50-51
      r2 search 8589934694#3 7#0 @60-61
      r3 search 4294967397#2 4294967400#2 @62-63
      audit seed 101-104#1 4294967397-4294967400#2 8589934693-8589934696#3`,
    refuted: [],
  },
  {
    name: 'Isolated copies owe each other nothing.',
    text: `w0 insert 101-104 #1 @10-20
      w1 insert 4294967397-4294967400 #2 @10-20
      r0 poll >100: 101-104#1 @3000-3001
      r1 poll >100: 4294967397-4294967400#2 @3000-3001
      audit seed 101-104#1
      audit copy 1 seed 4294967397-4294967400#2`,
    options: { access: 'isolated' },
    copies: [
      ['w0', 'r0'],
      ['w1', 'r1'],
    ],
    refuted: [],
  },
  {
    name: 'After a power cut the late acknowledgement counts for nothing, and what was read of it may vanish.',
    text: `w0 insert 101-104 #1 @10-20
      w0 insert 105-108 #2 @30-60
      r0 poll >100: 101-104#1 105-108#2 @40-41
      cut @50
      audit seed 101-104#1`,
    refuted: [],
  },
  {
    name: 'A failed insert leaves nothing, and its ids are written again by the next one.',
    text: `w0 insert 101-104 #1 @10-20 fail
      r0 poll >100: @22-23
      w0 insert 101-104 #2 @30-40
      r0 poll >100: 101-104#2 @50-51
      audit seed 101-104#2`,
    refuted: [],
  },
  {
    name: 'Seven versions of one row are seen with gaps, and each reader only moves forward.',
    text: `w0 reembed 1 #1 @10-20
      w0 reembed 1 #2 @20-30
      w0 reembed 1 #3 @30-40
      w0 reembed 1 #4 @40-50
      w0 reembed 1 #5 @50-60
      w0 reembed 1 #6 @60-70
      w0 reembed 1 #7 @70-80
      r0 point 1: 1#0 @5-15
      r0 point 1: 1#3 @45-46
      r0 search 1#3 50#0 @55-56
      r0 point 1: 1#7 @75-76
      r1 point 1: 1#2 @300-301
      r1 point 1: 1#2 @400-401
      r1 point 1: 1#6 @500-501
      audit 1#7 2-100#0`,
    refuted: [],
  },
  {
    name: 'Overlapping re-embeddings at once have the order A, B in every read that can tell.',
    text: `w0 reembed 1-4 #1 @10-100
      w1 reembed 3-6 #2 @10-100
      r0 point 1-6: 1-4#1 5-6#0 @40-41
      r0 point 1-6: 1-2#1 3-6#2 @50-51
      r1 point 1-2: 1-2#0 @45-46
      r1 point 3-6/3: 3#1 6#0 @60-61
      r1 point 2,3,5: 2#1 3#2 5#2 @70-71
      audit 1-2#1 3-6#2 7-100#0`,
    options: SHARED,
    refuted: [],
  },
  {
    name: 'Without the crossed row the chain through five operations and three readers is no circle.',
    text: `w0 reembed 1-4 #1 @10-50
      w1 reembed 3-6 #2 @10-30
      w2 insert 8589934693-8589934696 #3 @40-60
      w3 insert 12884901989-12884901992 #4 @10-200
      r2 point 1-6: 1-4#1 5-6#2 @100-101
      r0 poll >100: 8589934693-8589934696#3 @100-101
      r1 search 12884901989#4 1#0 @110-111
      audit 1-4#1 5-6#2 7-100#0 8589934693-8589934696#3 12884901989-12884901992#4`,
    options: SHARED,
    refuted: [],
  },
  {
    name: 'An operation in doubt counts from its announcement, so nothing acknowledged before its driver call precedes it.',
    text: `w0 insert 101-104 #1 @5-12
      w1 insert 4294967397-4294967400 #2 @10/15-20 info
      r0 poll >100: 4294967397-4294967400#2 @30-31
      audit seed 101-104#1 4294967397-4294967400#2`,
    refuted: [],
  },
  {
    name: 'A re-embedding in doubt that a read showed is not in the audit, where a write at the same time may hide it.',
    text: `w0 reembed 1-4 #1 @10-60 info
      w1 reembed 1-4 #2 @20-50
      r0 point 1-4: 1-4#1 @40-41
      audit 1-4#2 5-100#0`,
    options: SHARED,
    refuted: [],
  },
  {
    name: 'Writers of the same new keys at once hide each other, and one acknowledged upsert is in no later state.',
    text: `w0 upsert 101-104 #1 @10-60
      w1 upsert 101-104 #2 @20-50
      r0 poll >100: @30-31
      r0 poll >100: 101-104#2 @55-56
      r1 poll >100: 101-104#1 @70-71
      audit seed 101-104#1`,
    options: SHARED,
    refuted: [],
  },
  {
    name: 'A process that reads and writes need not see its own operation in doubt, nor its own one under a write at once.',
    text: `w0 insert 101-104 #1 @10-20 info
      w0 poll >100: @30-31
      w0 reembed 1-4 #3 @40-60
      w1 reembed 1-4 #2 @50-70
      w0 point 1-4: 1-4#2 @65-66
      audit 1-4#2 5-100#0`,
    options: SHARED,
    refuted: [],
  },
  {
    name: 'Two reads of one session that overlap are in no order.',
    text: `w0 insert 101-104 #1 @10-20
      r0 poll >100: 101-104#1 @30-50
      r0 poll >100: @40-60
      r0 poll >100: @49.999-70
      r0 poll >100: 101-104#1 @80-81
      audit seed 101-104#1`,
    refuted: [],
  },
  {
    name: 'A counter may or may not have an increment in doubt.',
    text: `w0 increment #1 @10-20
      w1 increment #2 @10-20 info
      w1 increment #4 @30-40
      audit seed counter 3`,
    options: { increment: 'sql' },
  },
  {
    name: 'A failed read shows nothing, and so cannot miss anything.',
    text: `w0 insert 101-104 #1 @10-20
      r0 poll >100: 101-104#1 @30-31
      r0 poll >100: @5000-5001 fail
      r0 poll >100: 101-104#1 @5002-5003
      audit seed 101-104#1`,
    refuted: [],
  },
  {
    name: 'A read that ended in the microsecond of the announcement is not before it.',
    text: `r0 poll >100: 101-104#1 @5-10
      w0 insert 101-104 #1 @10-20
      audit seed 101-104#1`,
    refuted: [],
  },
  {
    name: 'An operation in doubt takes effect after later acknowledged ones, while another reader is still behind all of them.',
    text: `w0 reembed 1-4 #1 @10-20
      w0 reembed 1-4 #3 @30
      w0 died @31
      w1 reembed 1-4 #2 @40-50
      r0 point 1-4: 1-4#2 @60-61
      r0 point 1-4: 1-4#3 @70-71
      r1 point 1-4: 1-4#1 @80-81
      audit 1-4#3 5-100#0`,
    options: SHARED,
    refuted: [],
  },
  {
    name: 'A search need not find a polled row that has since been written again.',
    text: `w0 upsert 101-104 #1 @10-20
      r0 poll >100: 101-104#1 @25-26
      w0 upsert 101-104 #2 @30-40
      r0 search 7#0 8#0 9#0 10#0 11#0 @42-43 target 101#1
      audit seed 101-104#2`,
    refuted: [],
  },
  {
    name: 'What was read before a power cut and never acknowledged may vanish.',
    text: `w0 insert 101-104 #1 @10-20
      w0 insert 105-108 #2 @30
      r0 poll >100: 101-104#1 105-108#2 @40-41
      cut @50
      audit seed 101-104#1`,
    refuted: [],
  },
  {
    name: 'A process that reads while its own write runs need not see it.',
    text: `w0 insert 101-104 #1 @10-30
      w0 poll >100: @29.999-40
      audit seed 101-104#1`,
    refuted: [],
  },
  {
    name: 'One search shows three re-embeddings in the order of their acknowledgements, the second over both others.',
    text: `w0 reembed 1-4 #1 @10-20
      w0 reembed 5-8 #3 @30-40
      w1 reembed 3-6 #2 @10-50
      r0 search 3#2 5#2 7#3 @35-36
      audit 1-2#1 3-6#2 7-8#3 9-100#0`,
    options: SHARED,
    refuted: [],
  },
];

const ILLEGAL: Case[] = [
  {
    name: 'Three inserts at once in a circle: A before B, B before C, C before A, which no pair of readers shows.',
    text: `w0 insert 101-104 #1 @10-90
      w1 insert 4294967397-4294967400 #2 @10-90
      w2 insert 8589934693-8589934696 #3 @10-90
      r0 poll >100<4294967398,>4294967396<8589934692: 101-104#1 @40-41
      r1 poll >4294967396: 4294967397-4294967400#2 @50-51
      r2 point 101,8589934693: 8589934693#3 @60-61
      audit seed 101-104#1 4294967397-4294967400#2 8589934693-8589934696#3`,
    fails: ['long-fork'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'Four re-embeddings at once in a circle of four readers, each asking for two rows.',
    text: `w0 reembed 4 #1 @10-90
      w1 reembed 1 #2 @10-90
      w2 reembed 2 #3 @10-90
      w3 reembed 3 #4 @10-90
      r0 point 1,4: 1#0 4#1 @40-41
      r1 point 1,2: 1#2 2#0 @40-41
      r2 point 2,3: 2#3 3#0 @40-41
      r3 point 3,4: 3#4 4#0 @40-41
      audit 4#1 1#2 2#3 3#4 5-100#0`,
    fails: ['long-fork'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'A circle through five operations: crossed rows, an acknowledgement, a poll and a search.',
    text: `w0 reembed 1-4 #1 @10-50
      w1 reembed 3-6 #2 @10-30
      w2 insert 8589934693-8589934696 #3 @40-60
      w3 insert 12884901989-12884901992 #4 @10-200
      r2 point 1-6: 1-2#1 3-6#2 @100-101
      r0 poll >100: 8589934693-8589934696#3 @100-101
      r1 search 12884901989#4 1#0 @110-111
      audit 1-2#1 3-6#2 7-100#0 8589934693-8589934696#3 12884901989-12884901992#4`,
    options: SHARED,
    fails: ['long-fork'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'Two overlapping re-embeddings at once lie in one order for one reader and in the other for the second.',
    text: `w0 reembed 1-4 #1 @10-100
      w1 reembed 3-6 #2 @10-100
      r0 point 1-4: 1-2#1 3-4#2 @40-41
      r1 point 3-6: 3-4#1 5-6#2 @50-51
      audit 1-2#1 3-6#2 7-100#0`,
    options: SHARED,
    fails: ['long-fork'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'Two re-embeddings of the same rows at once are mixed in one read.',
    text: `w0 reembed 1-4 #1 @10-100
      w1 reembed 1-4 #2 @10-100
      r0 point 1-4: 1-2#1 3-4#2 @40-41
      audit 1-4#2 5-100#0`,
    options: SHARED,
    fails: ['prefix-hole'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'A search returns one row of a re-embedding and the old version of another.',
    text: `w0 reembed 1-7/2 #1 @10-100
      r0 search 1#1 40#0 7#0 @40-41
      audit 1-7/2#1 2-6/2#0 8-100#0`,
    fails: ['fractured'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'A poll of two ranges shows the first half of an insert only, one row at the seam.',
    text: `w0 insert 101-104 #1 @10-100
      r0 poll >100<103,>102: 101-103#1 @40-41
      audit seed 101-104#1`,
    fails: ['fractured'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'A search shows the insert of a writer and the version of a row that its earlier re-embedding replaced.',
    text: `w0 reembed 1-4 #1 @10-20
      w0 insert 101-104 #2 @20-30
      r0 search 101#2 3#0 @31-32
      audit 1-4#1 5-100#0 101-104#2`,
    fails: ['prefix-hole'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'The operation of a dead writer, in doubt, is shown without the acknowledged one before it.',
    text: `w0 insert 101-104 #1 @10-20
      w0 insert 105-108 #2 @30
      w0 died @31
      r0 poll >100: 105-108#2 @40-41
      audit seed 101-104#1 105-108#2`,
    fails: ['prefix-hole'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'An acknowledgement one microsecond before the driver call of another writer precedes it.',
    text: `w0 insert 101-104 #1 @5-14.999
      w1 insert 4294967397-4294967400 #2 @10/15-20
      r0 poll >100: 4294967397-4294967400#2 @30-31
      audit seed 101-104#1 4294967397-4294967400#2`,
    fails: ['prefix-hole'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'An operation in doubt was seen before another was invoked, and the second is shown without it.',
    text: `w0 insert 101-104 #1 @10
      r0 poll >100: 101-104#1 @20-21
      w1 insert 4294967397-4294967400 #2 @21.001-40
      r1 poll >100: 4294967397-4294967400#2 @50-51
      audit seed 101-104#1 4294967397-4294967400#2`,
    fails: ['prefix-hole'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'An operation in doubt was seen before another was invoked, whose acknowledgement is older than the bound.',
    text: `w0 reembed 1-4 #1 @10
      r0 point 1-4: 1-4#1 @20-21
      w1 insert 4294967397-4294967400 #2 @30-40
      r1 point 1-4: 1-4#0 @1040.001-1042
      audit 1-4#1 5-100#0 4294967397-4294967400#2`,
    options: SHARED,
    fails: ['frozen'],
    verdict: 'stale',
    refuted: ['bounded-staleness'],
    behindUs: 1_000_001,
  },
  {
    name: 'One microsecond beyond the bound the reader is stale.',
    text: `w0 insert 101-104 #1 @10-20
      r0 poll >100: @1020.001-1021
      audit seed 101-104#1`,
    fails: ['frozen'],
    verdict: 'stale',
    refuted: ['bounded-staleness'],
    behindUs: 1_000_001,
  },
  {
    name: 'One microsecond beyond the bound and the refresh interval the reader of one re-embedded row is stale.',
    text: `w0 reembed 1-4 #1 @10-20
      w0 reembed 1-4 #2 @30-40
      r0 point 2-4/2: 2-4/2#1 @2040.001-2041
      audit 1-4#2 5-100#0`,
    options: { refresh: 1, stalenessBoundMs: 2000 },
    fails: ['frozen'],
    verdict: 'stale',
    refuted: ['bounded-staleness'],
    behindUs: 2_000_001,
  },
  {
    name: 'A process that reads and writes misses its own insert.',
    text: `w0 insert 101-104 #1 @10-20
      w0 poll >100: @20.001-21
      audit seed 101-104#1`,
    fails: ['own-write-missed'],
    verdict: 'inconsistent',
    refuted: ['read-your-writes'],
  },
  {
    name: 'A process that reads and writes misses what was acknowledged before its own insert began.',
    text: `w1 reembed 1-4 #2 @10-20
      w0 insert 101-104 #1 @30-40
      w0 point 1-4: 1-4#0 @50-51
      audit 1-4#2 5-100#0 101-104#1`,
    options: SHARED,
    fails: ['own-write-missed'],
    verdict: 'inconsistent',
    refuted: ['read-your-writes'],
  },
  {
    name: 'An isolated copy with one process loses its own re-embedding to an older version.',
    text: `w0 reembed 1-4 #1 @10-20
      w0 reembed 1-4 #3 @30-40
      w0 point 1-4: 1-4#1 @50-51
      w1 reembed 1-4 #2 @10-20
      audit 1-4#3 5-100#0
      audit copy 1 1-4#2 5-100#0`,
    options: { access: 'isolated' },
    copies: [['w0'], ['w1', 'r0']],
    fails: ['own-write-missed'],
    verdict: 'inconsistent',
    refuted: ['read-your-writes'],
  },
  {
    name: 'A session goes back to the seed version by a search, five seconds later.',
    text: `w0 reembed 1-4 #1 @10-20
      r0 point 1-4: 1-4#1 @30-31
      r0 search 9#0 2#0 @5000-5001
      audit 1-4#1 5-100#0`,
    fails: ['non-monotonic'],
    verdict: 'inconsistent',
    refuted: ['monotonic-reads'],
  },
  {
    name: 'A session shows the second insert, then misses the re-embedding that was acknowledged before it.',
    text: `w0 reembed 1-4 #1 @10-20
      w0 insert 101-104 #2 @30-40
      r0 poll >100: 101-104#2 @50-51
      r0 point 1-4: 1-4#0 @60-61
      audit 1-4#1 5-100#0 101-104#2`,
    fails: ['prefix-hole'],
    verdict: 'inconsistent',
    refuted: ['monotonic-reads'],
  },
  {
    name: 'An insert in doubt was seen, and is gone for the same session and for good.',
    text: `w0 insert 101-104 #1 @10
      w0 died @15
      r0 poll >100: 101-104#1 @20-21
      r0 poll >100: @30-31
      audit seed`,
    fails: ['dirty-read', 'non-monotonic'],
    verdict: 'inconsistent',
    refuted: ['monotonic-reads'],
  },
  {
    name: 'A re-embedding in doubt was seen, and the final state has the version before it.',
    text: `w0 reembed 1-4 #1 @10-20
      w0 reembed 1-4 #2 @30-40 info
      r0 search 2#2 @50-51
      audit 1-4#1 5-100#0`,
    fails: ['dirty-read'],
    verdict: 'inconsistent',
  },
  {
    name: 'A failed insert was seen.',
    text: `w0 insert 101-104 #1 @10-20 fail
      r0 poll >100: 101-104#1 @15-16
      audit seed`,
    fails: ['aborted-read'],
    verdict: 'inconsistent',
  },
  {
    name: 'An acknowledged re-embedding is overwritten in the final state by the older one, after readers saw it.',
    text: `w0 reembed 1-4 #1 @10-20
      w0 reembed 1-4 #2 @30-40
      r0 point 1-4: 1-4#2 @50-51
      audit 1-4#1 5-100#0`,
    fails: ['lost'],
    verdict: 'wrong',
  },
  {
    name: 'The final state has half of an insert in doubt.',
    text: `w0 insert 101-104 #1 @10
      w0 died @15
      r0 poll >100: @20-21
      audit seed 101-102#1`,
    fails: ['fractured'],
    verdict: 'wrong',
  },
  {
    name: 'The final state mixes two upserts of the same keys that ran at once.',
    text: `w0 upsert 101-104 #1 @10-60
      w1 upsert 101-104 #2 @20-50
      r0 poll >100: 101-104#2 @30-31
      audit seed 101-102#1 103-104#2`,
    options: SHARED,
    fails: ['prefix-hole'],
    verdict: 'wrong',
  },
  {
    name: 'The final state has two overlapping re-embeddings in the other order than the readers saw.',
    text: `w0 reembed 1-4 #1 @10-100
      w1 reembed 3-6 #2 @10-100
      r0 point 1-6: 1-2#1 3-6#2 @110-111
      audit 1-4#1 5-6#2 7-100#0`,
    options: SHARED,
    fails: ['long-fork'],
    verdict: 'wrong',
  },
  {
    name: 'A reader of one isolated copy sees the insert of the other.',
    text: `w0 insert 101-104 #1 @10-20
      w1 insert 4294967397-4294967400 #2 @10-20
      r1 poll >100: 101-104#1 4294967397-4294967400#2 @30-31
      audit seed 101-104#1
      audit copy 1 seed 4294967397-4294967400#2`,
    options: { access: 'isolated' },
    copies: [
      ['w0', 'r0'],
      ['w1', 'r1'],
    ],
    fails: ['unexpected'],
    verdict: 'wrong',
  },
  {
    name: 'A read shows an insert that was announced a microsecond after the read had ended.',
    text: `r0 poll >100: 101-104#1 @5-10
      w0 insert 101-104 #1 @10.001-20
      audit seed 101-104#1`,
    fails: ['unexpected'],
    verdict: 'wrong',
  },
  {
    name: 'One torn row in a search is a wrong result, wherever it was found.',
    text: `w0 insert 101-104 #1 @10-20
      r0 search 101#1 7#0 @30-31 torn 101#1
      audit seed 101-104#1`,
    fails: ['torn'],
    verdict: 'wrong',
  },
  {
    name: 'A poll returns one row in two versions.',
    text: `w0 upsert 101-104 #1 @10-20
      w0 upsert 101-104 #2 @30-40
      r0 poll >100: 101-104#2 102#1 @50-51
      audit seed 101-104#2`,
    options: SHARED,
    fails: ['duplicate'],
    verdict: 'inconsistent',
  },
  {
    name: 'A session shows a re-embedding, opens again, and then goes back twice: only the second time is within a session.',
    text: `w0 reembed 1-4 #1 @10-20
      w0 reembed 1-4 #2 @30-40
      r0 point 1-4: 1-4#2 @50-51
      r0 open @60-61
      r0 point 1-4: 1-4#1 @70-71
      r0 point 1-2: 1-2#0 @80-81
      audit 1-4#2 5-100#0`,
    fails: ['non-monotonic'],
    verdict: 'inconsistent',
    refuted: ['monotonic-reads'],
  },
  {
    name: 'The drain of a reader that saw everything once misses the last commit by eight seconds.',
    text: `w0 insert 101-104 #1 @10-20
      w0 insert 105-108 #2 @30-40
      r0 poll >100: 101-104#1 @35-36
      r0 drain >100: 101-104#1 @8000-8001
      audit seed 101-104#1 105-108#2`,
    fails: ['frozen'],
    verdict: 'stale',
    refuted: ['bounded-staleness'],
    behindUs: 7_960_000,
  },
  {
    name: 'Two acknowledged increments count for one.',
    text: `w0 increment #1 @10-20
      w1 increment #2 @10-20
      audit seed counter 1`,
    options: { increment: 'sql' },
    fails: ['lost-update'],
    verdict: 'wrong',
  },
  {
    name: 'A read has a hole, and the final state has lost other rows: both are said, and the worse decides.',
    text: `w0 insert 101-104 #1 @10-20
      w0 insert 105-108 #2 @30-40
      w0 insert 109-112 #3 @50-60
      r0 poll >100: 101-104#1 109-112#3 @70-71
      audit seed 101-104#1 105-108#2`,
    fails: ['lost', 'prefix-hole'],
    verdict: 'wrong',
  },
  {
    name: 'One search shows B over C and A over B, and A was acknowledged before C began.',
    text: `w0 reembed 1-4 #1 @10-20
      w0 reembed 5-8 #3 @30-40
      w1 reembed 3-6 #2 @10-50
      r0 search 3#1 5#2 7#3 @35-36
      audit 1-2#1 3-6#2 7-8#3 9-100#0`,
    options: SHARED,
    fails: ['prefix-hole'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'The final state shows B over C and A over B, and A was acknowledged before C began: rows of B are gone.',
    text: `w0 reembed 1-4 #1 @10-20
      w0 reembed 5-8 #3 @30-40
      w1 reembed 3-6 #2 @10-50
      r0 search 7#0 @35-36
      audit 1-4#1 5-6#2 7-8#3 9-100#0`,
    options: SHARED,
    fails: ['prefix-hole'],
    verdict: 'wrong',
  },
  {
    name: 'A read shows A over the half of B, and A had been seen before B was invoked.',
    text: `w0 reembed 1-4 #1 @10
      r0 point 1-4: 1-4#1 @20-21
      w1 reembed 3-6 #2 @30-40
      r1 point 1-6: 1-4#1 5-6#2 @50-51
      audit 1-2#1 3-6#2 7-100#0`,
    options: SHARED,
    fails: ['prefix-hole'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'The final state shows A over the half of B, and A had been seen before B was invoked.',
    text: `w0 reembed 1-4 #1 @10
      r0 point 1-4: 1-4#1 @20-21
      w1 reembed 3-6 #2 @30-40
      audit 1-4#1 5-6#2 7-100#0`,
    options: SHARED,
    // What B acknowledged is not there, and A stands over it: both are true.
    fails: ['lost', 'prefix-hole'],
    verdict: 'wrong',
  },
  {
    name: 'One reader with two sessions sees A without B, and then B without A.',
    text: `w0 insert 101-104 #1 @10-100
      w1 insert 4294967397-4294967400 #2 @10-100
      r0 open @1-2
      r0 poll >100: 101-104#1 @20-21
      r0 open @30-31
      r0 poll >100: 4294967397-4294967400#2 @40-41
      audit seed 101-104#1 4294967397-4294967400#2`,
    fails: ['long-fork'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'Two overlapping reads of one session see A without B and B without A.',
    text: `w0 insert 101-104 #1 @10-100
      w1 insert 4294967397-4294967400 #2 @10-100
      r0 poll >100: 101-104#1 @40-60
      r0 poll >100: 4294967397-4294967400#2 @50-70
      audit seed 101-104#1 4294967397-4294967400#2`,
    fails: ['prefix-hole'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'A session that was shown half of an insert and then nothing has one fault and not two.',
    text: `w0 insert 101-104 #1 @10-100
      r0 poll >100: 101-102#1 @30-31
      r0 poll >100: @40-41
      audit seed 101-104#1`,
    fails: ['fractured'],
    verdict: 'inconsistent',
    refuted: ['consistent-prefix'],
  },
  {
    name: 'A read held open for five seconds showed an insert, and the next read of the session does not.',
    text: `w0 insert 101-104 #1 @10-20
      r0 poll >100: 101-104#1 @30-5000
      r0 poll >100: @5000.001-5001
      audit seed 101-104#1`,
    fails: ['non-monotonic'],
    verdict: 'inconsistent',
    refuted: ['monotonic-reads'],
  },
  {
    name: 'A process alone with its copy sees half of its own insert: fractured, for that says more than own-write-missed.',
    text: `w0 insert 101-104 #1 @10-20
      w0 poll >100: 101-102#1 @30-31
      w1 insert 4294967397-4294967400 #2 @10-20
      r0 poll >100: 4294967397-4294967400#2 @30-31
      audit seed 101-104#1
      audit copy 1 seed 4294967397-4294967400#2`,
    options: { access: 'isolated' },
    copies: [['w0'], ['w1', 'r0']],
    fails: ['fractured'],
    verdict: 'inconsistent',
  },
  {
    name: 'Half of an acknowledged re-embedding is back at the seed version in the final state.',
    text: `w0 reembed 1-4 #1 @10-20
      r0 point 1-4: 1-4#1 @25-26
      audit 1-2#1 3-100#0`,
    fails: ['fractured', 'lost'],
    verdict: 'wrong',
  },
  {
    name: 'An insert that was acknowledged in the microsecond of the power cut is lost.',
    text: `cut @50
      w0 insert 101-104 #1 @10-50
      audit seed`,
    fails: ['lost'],
    verdict: 'wrong',
  },
  {
    name: 'After a power cut the half of an operation that nobody answered is in the final state.',
    text: `cut @50
      w0 reembed 1-4 #1 @10-60
      audit 1-2#1 3-100#0`,
    fails: ['fractured'],
    verdict: 'wrong',
  },
  {
    name: 'A failed insert is in the final state.',
    text: `w0 insert 101-104 #1 @10-20 fail
      r0 poll >100: @25-26
      audit seed 101-104#1`,
    fails: ['aborted-read'],
    verdict: 'wrong',
  },
  {
    name: 'A re-embedding is shown in a row that it did not write.',
    text: `w0 reembed 1-4 #1 @10-20
      r0 search 5#1 @30-31
      audit 1-4#1 5-100#0`,
    fails: ['unexpected'],
    verdict: 'wrong',
  },
  {
    name: 'A reader that is always too late is stale, also where a writer died.',
    text: `w0 insert 101-104 #1 @10-20
      w0 insert 105-108 #2 @30
      w0 died @31
      r0 poll >100: @3000-3001
      r0 poll >100: @4000-4001
      audit seed 101-104#1`,
    fails: ['frozen'],
    verdict: 'stale',
    refuted: ['bounded-staleness'],
    behindUs: 3_980_000,
  },
  {
    name: 'Chunks were read whose file row is missing.',
    text: `w0 insert 101-104 #1 @10-20
      r0 poll >100: 101-104#1 @30-31
      r0 files 1 missing 101 @32-33
      audit seed 101-104#1`,
    fails: ['orphan'],
    verdict: 'inconsistent',
  },
  {
    name: 'A search for the embedding of a polled row does not find it.',
    text: `w0 insert 101-104 #1 @10-20
      r0 poll >100: 101-104#1 @30-31
      r0 search 7#0 8#0 9#0 10#0 11#0 @32-33 target 101#1
      audit seed 101-104#1`,
    fails: ['search-gap'],
    verdict: 'inconsistent',
  },
];

describe.each([
  ['legal', LEGAL],
  ['illegal', ILLEGAL],
])('%s', (_, cases) => {
  it.each(cases)('$name', async ({ text, options, copies, ...expected }) => {
    const { judgement, verdict } = await concluded(eventsOf(text, options, copies));
    const { refuted, behind_us: behindUs } = judgement.order ?? {};
    const { name, fails = [], verdict: word = HARMLESS, ...order } = expected;
    const said = { name, fails: failing(judgement).toSorted(), verdict, refuted, behindUs };
    expect(said).toMatchObject({ name, fails: fails.toSorted(), verdict: word, ...order });
  });
});
