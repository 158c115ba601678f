import { idsOfRun, type ReadEvent } from '../../core/history.ts';
import { countCommon } from '../../core/id-range.ts';
import type { Ledger, Operation } from '../../core/ledger.ts';
import type { ReadName } from '../describe.ts';
import { countAsked, type Rows } from '../rows.ts';
import { CoverReader } from './by-cover.ts';
import { RowReader } from './by-row.ts';
import { Chains } from './chains.ts';
import { Reading } from './reading.ts';
import { sameAs } from './same.ts';
import { OperationSet, Session, type Candidate } from './sessions.ts';
import { WrittenRows } from './written-rows.ts';

/** Each time that a read misses something is looked at several times. */
const STEPS_OF_MISSED = 10;

/**
 * What the reads of one copy say of the order of its operations, gathered while they pass. Only reads that miss
 * something are kept: of all others it is enough to know when each operation was first shown.
 */
export class OrderEvidence {
  readonly chains: Chains;
  /** When each operation was acknowledged or first seen, whichever came first: what begins later comes after it. */
  readonly knownUs: Float64Array;
  /** The read that saw an operation before it was acknowledged. */
  readonly seenBy: (ReadName | undefined)[] = [];
  readonly candidates: Candidate[] = [];
  reads = 0;
  discriminating = 0;
  undecidable = 0;
  /** Operations that were seen with all their rows, once for each read. */
  whole = 0;
  /** Sessions that read. */
  sessions = 0;
  /** Sessions that saw an operation of the run, and those of them that read on. */
  sessionsThatSaw = 0;
  sessionsThatReadOn = 0;
  /** Some process both writes and reads. */
  hasPeers = false;
  /** When the last read began. */
  lastStartUs = -Infinity;
  readonly reading: Reading;
  readonly #writers: ReadonlySet<string>;
  readonly #byCover: CoverReader;
  readonly #byRow: RowReader;
  readonly #current = new Map<string, Session>();
  readonly #shownSets = new Map<string, OperationSet>();

  constructor(ledger: Ledger) {
    this.chains = new Chains(ledger);
    this.knownUs = Float64Array.from(this.chains.acknowledgedUs);
    this.knownUs[0] = -Infinity;
    this.#writers = new Set(ledger.operations.map(({ process }) => process));
    this.reading = new Reading(this.chains);
    const written = new WrittenRows(ledger, this.chains);
    this.#byCover = new CoverReader(this.reading, ledger, this.chains, written);
    this.#byRow = new RowReader(this.reading, ledger, this.chains);
  }

  /** A process opened the database: what it reads from now on is a session of its own. */
  opened(process: string): void {
    this.#current.delete(process);
  }

  /** A read that succeeded. What of it is fractured stays in {@link reading} until the next one. */
  read(rows: Rows, event: ReadEvent): void {
    const { reading } = this;
    reading.begin(event);
    if (this.#byCover.canRead(rows, event)) this.#byCover.read(rows, event);
    else this.#byRow.read(rows, event);
    this.reads++;
    if (reading.undecided) this.undecidable++;
    if (reading.discriminating) this.discriminating++;
    this.whole += reading.whole;
    const session = this.#session(event.process);
    const isInOrder = event.start >= session.endedUs;
    session.endedUs = Math.max(session.endedUs, event.time);
    this.lastStartUs = Math.max(this.lastStartUs, event.start);
    if (session.hasSeen && !session.hasReadOn) {
      session.hasReadOn = true;
      this.sessionsThatReadOn++;
    }
    // A read that contradicts itself proves nothing of others.
    if (reading.fractures.length > 0) return;
    this.#sight(rows, event);
    const missed = reading.missed.list();
    reading.spend(STEPS_OF_MISSED * missed.length);
    if (missed.length > 0 || reading.replaced.length > 0) {
      this.#keep(
        session,
        event,
        missed,
        isInOrder ? this.#wentBack(session, rows, event, missed) : -1,
      );
    } else this.#remember(session, event);
    this.#note(session);
    for (let i = 0; i < rows.shown.length; i++) session.shown.add(rows.shown[i]!.index);
    if (session.hasSeen || !reading.showsOperation) return;
    session.hasSeen = true;
    this.sessionsThatSaw++;
  }

  /** An operation that the session has shown, and that this read misses; -1 for none. */
  #wentBack(session: Session, rows: Rows, event: ReadEvent, missed: readonly number[]): number {
    const { chain, place } = this.chains;
    for (const index of missed) {
      if (session.shown.has(index)) return index;
      // Of each chain only the first that is missed is known: the last that was shown before may be missed, too.
      const last = session.lastShown[chain[index]!];
      if (last === undefined || place[last]! <= place[index]!) continue;
      if (this.#misses(this.chains.operations[last]!, rows, event)) return last;
    }
    return -1;
  }

  /** Whether it asked for a row of the operation, and shows what it replaced. */
  #misses(operation: Operation, rows: Rows, event: ReadEvent): boolean {
    let shown = 0;
    for (const [i, run] of rows.runs.entries()) {
      const count = countCommon(operation.cover!, idsOfRun(run));
      const version = rows.writerOf(i);
      if (count > 0 && version !== undefined && this.chains.precedes(version, operation))
        return true;
      shown += count;
    }
    return shown < countAsked(event, operation.cover!);
  }

  #note(session: Session): void {
    const { place } = this.chains;
    const { shown } = this.reading;
    for (let i = 0; i < shown.count; i++) {
      const chain = shown.chainAt(i);
      const index = shown.get(chain);
      const last = session.lastShown[chain];
      if (last === undefined || place[last]! < place[index]!) session.lastShown[chain] = index;
    }
  }

  #sight(rows: Rows, event: ReadEvent): void {
    const { chain, beganUs } = this.chains;
    for (let i = 0; i < rows.shown.length; i++) {
      const { index } = rows.shown[i]!;
      if (chain[index]! < 0 || event.time >= this.knownUs[index]!) continue;
      if (event.time < beganUs[index]!) continue;
      this.knownUs[index] = rows.shown[i]!.knownUs = event.time;
      this.seenBy[index] = nameOf(event);
    }
  }

  #remember(session: Session, event: ReadEvent): void {
    const { place } = this.chains;
    let name: ReadName | undefined;
    const by = (): ReadName => (name ??= nameOf(event));
    const { shown } = this.reading;
    for (let i = 0; i < shown.count; i++) {
      const chain = shown.chainAt(i);
      const index = shown.get(chain);
      session.sight(chain, place[index]!, index, by);
    }
  }

  #keep(session: Session, event: ReadEvent, missed: number[], wentBack: number): void {
    const { reading } = this;
    const last = session.candidate;
    const candidate: Candidate = {
      process: event.process,
      f: event.f,
      time: event.time,
      start: event.start,
      session,
      // A reader that is far behind shows and misses the same again and again.
      shown: sameAs(last?.shown, reading.shown.list()),
      missed: sameAs(last?.missed, missed),
      replaced: [...reading.replaced],
      before: session.takePending(),
      wentBack,
      isOut: false,
      seen: NO_SIGHTINGS,
    };
    session.candidate = candidate;
    this.candidates.push(candidate);
  }

  #session(process: string): Session {
    let session = this.#current.get(process);
    if (session !== undefined) return session;
    let shown = this.#shownSets.get(process);
    if (shown === undefined) {
      this.#shownSets.set(process, (shown = new OperationSet(this.chains.operations.length)));
    } else shown.clear();
    session = new Session(process, shown);
    if (this.#writers.has(process)) this.hasPeers = true;
    this.#current.set(process, session);
    this.sessions++;
    return session;
  }
}

const NO_SIGHTINGS: Candidate['seen'] = [];

const nameOf = ({ process, f, time }: ReadEvent): ReadName => ({ process, f, time });
