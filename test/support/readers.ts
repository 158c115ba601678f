/** One read, compared with its ledger by whole operations and row by row. */
import { CoverReader } from '../../src/checks/order/by-cover.ts';
import { RowReader } from '../../src/checks/order/by-row.ts';
import { Chains } from '../../src/checks/order/chains.ts';
import { Reading } from '../../src/checks/order/reading.ts';
import { WrittenRows } from '../../src/checks/order/written-rows.ts';
import { Rows } from '../../src/checks/rows.ts';
import type { ReadEvent, Run } from '../../src/core/history.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { anyEffort } from './counted-effort.ts';

type Way = 'cover' | 'row';

/** What a read says of the order, in batches. */
interface Said {
  /** The last operation of each chain that it shows, and the first that it misses. */
  shown: number[];
  missed: number[];
  undecided: boolean;
  discriminating: boolean;
  showsSeed: boolean;
  showsOperation: boolean;
  whole: number;
  /** The batch of each operation that is shown in part, and the rows that are not. */
  fractures: [batch: number, absent: number[]][];
  /** The batch that is shown, and the one in whose place it could be. */
  replaced: string[];
}

/** Reads of one ledger, each by both ways. */
export class Readers {
  readonly #ledger: Ledger;
  readonly #chains: Chains;
  readonly #rows: Rows;
  readonly #written: WrittenRows;
  readonly #reading: Reading;
  readonly #byCover: CoverReader;
  readonly #byRow: RowReader;

  constructor(ledger: Ledger, effort = anyEffort()) {
    this.#ledger = ledger;
    this.#chains = new Chains(ledger);
    this.#rows = new Rows(ledger);
    this.#written = new WrittenRows(ledger, this.#chains);
    this.#reading = new Reading(this.#chains, effort);
    this.#byCover = new CoverReader(this.#reading, ledger, this.#chains, this.#written);
    this.#byRow = new RowReader(this.#reading, ledger, this.#chains);
  }

  canReadByCover(event: ReadEvent): boolean {
    this.#rows.load(event.rows!);
    return this.#byCover.canRead(this.#rows, event);
  }

  said(way: Way, event: ReadEvent): Said {
    const reading = this.#reading;
    this.#rows.load(event.rows!);
    reading.begin(event);
    (way === 'cover' ? this.#byCover : this.#byRow).read(this.#rows, event);
    const { operations } = this.#ledger;
    const batches = (indices: readonly number[]): number[] =>
      indices.map((index) => operations[index]!.batch).toSorted(ascending);
    return {
      shown: batches(reading.shown.list()),
      missed: batches(reading.missed.list()),
      undecided: reading.undecided,
      discriminating: reading.discriminating,
      showsSeed: reading.showsSeed,
      showsOperation: reading.showsOperation,
      whole: reading.whole,
      fractures: reading.fractures
        .map(({ operation, absent }): [number, number[]] => [
          operation.batch,
          [...absent].toSorted(ascending),
        ])
        .toSorted(([a], [b]) => a - b),
      replaced: [
        ...new Set(
          reading.replaced.map(
            ([from, to]) => `${operations[from]!.batch} for ${operations[to]!.batch}`,
          ),
        ),
      ].toSorted(),
    };
  }

  /** How many steps a read takes. */
  static steps(ledger: Ledger, way: Way, event: ReadEvent): number {
    const effort = anyEffort();
    const readers = new Readers(ledger, effort);
    return effort.of(() => readers.said(way, event));
  }
}

/** A read that ended at 9 ms, unless told otherwise. */
export function readOf(
  asked: Partial<Pick<ReadEvent, 'ids' | 'keys' | 'intervals' | 'start' | 'time'>>,
  ...rows: Run[]
): ReadEvent {
  const isSearch = !('ids' in asked || 'keys' in asked || 'intervals' in asked);
  const f = isSearch ? 'search' : 'intervals' in asked ? 'poll' : 'point';
  return { type: 'ok', process: 'r0', f, iteration: 0, start: 8000, time: 9000, rows, ...asked };
}

const ascending = (a: number, b: number): number => a - b;
