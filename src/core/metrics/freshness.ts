import type { IdRange } from '../dataset.ts';
import type { ReadEvent } from '../history.ts';
import { IdSet } from '../id-set.ts';
import type { Freshness } from '../result.ts';
import { Durations } from './durations.ts';

/** An insert or upsert that not every reader is known to have seen after its acknowledgement. */
interface Commit {
  ids: IdRange | undefined;
  acknowledgedUs: number | undefined;
  /** By reader: the end of the first poll that showed a row of it; {@link DRAINED} if only the drain poll did. */
  shownUs: Map<string, number>;
}

const DRAINED = Infinity;
const SETTLED = 'settled';

interface Reader {
  lags: Durations;
  /** Ids of all rows that its polls and its drain poll returned, in any version. */
  ids: IdSet;
  lastReadStartUs: number | undefined;
}

/** How long acknowledged commits stay unseen by the readers of one copy of the database. */
export class FreshnessTracker {
  readonly #readers = new Map<string, Reader>();
  readonly #commits = new Map<number, Commit | typeof SETTLED>();

  constructor(readers: readonly string[]) {
    for (const name of readers) {
      this.#readers.set(name, {
        lags: new Durations(),
        ids: new IdSet(),
        lastReadStartUs: undefined,
      });
    }
  }

  acknowledged(batch: number, ids: IdRange, timeUs: number): void {
    const commit = this.#commit(batch);
    if (commit === SETTLED) return;
    commit.ids = ids;
    commit.acknowledgedUs = timeUs;
    for (const [name, shownUs] of commit.shownUs) this.#sample(name, shownUs, timeUs);
    this.#settle(batch, commit);
  }

  /** A completed poll or drain poll. */
  polled({ process, f, start, time, rows }: ReadEvent): void {
    const reader = this.#readers.get(process);
    if (reader === undefined || rows === undefined) return;
    reader.lastReadStartUs = Math.max(start, reader.lastReadStartUs ?? start);
    for (const [first, last, batch, step = 1] of rows) {
      if (batch === 0) continue;
      reader.ids.add(first, last, step);
      this.#shown(process, batch, f === 'drain' ? DRAINED : time);
    }
  }

  /** Of one reader, or of all; null if none ever completed a poll. */
  result(name?: string): Freshness | null {
    const chosen = [...this.#readers].filter(
      ([other, { lastReadStartUs }]) =>
        (name === undefined || other === name) && lastReadStartUs !== undefined,
    );
    if (chosen.length === 0) return null;
    const lags = Durations.merged(chosen.map(([, { lags: own }]) => own));
    const { count, p50, p99, max } = lags.percentiles();
    const neverSeen = chosen.reduce((sum, [other, reader]) => sum + this.#unseen(other, reader), 0);
    return { count, p50, p99, max, never_seen: neverSeen };
  }

  /** Commits that this reader could have seen, because it read after their acknowledgement, and did not. */
  #unseen(name: string, reader: Reader): number {
    let count = 0;
    for (const commit of this.#commits.values()) {
      if (commit === SETTLED || commit.acknowledgedUs === undefined) continue;
      if (commit.acknowledgedUs > reader.lastReadStartUs! || commit.shownUs.has(name)) continue;
      if (reader.ids.count(commit.ids![0], commit.ids![1]) === 0) count++;
    }
    return count;
  }

  #shown(name: string, batch: number, timeUs: number): void {
    const commit = this.#commit(batch);
    if (commit === SETTLED || commit.shownUs.has(name)) return;
    commit.shownUs.set(name, timeUs);
    if (commit.acknowledgedUs === undefined) return;
    this.#sample(name, timeUs, commit.acknowledgedUs);
    this.#settle(batch, commit);
  }

  #sample(name: string, shownUs: number, acknowledgedUs: number): void {
    if (shownUs === DRAINED) return;
    this.#readers.get(name)!.lags.record(Math.max(0, shownUs - acknowledgedUs));
  }

  #settle(batch: number, commit: Commit): void {
    if (commit.shownUs.size === this.#readers.size) this.#commits.set(batch, SETTLED);
  }

  #commit(batch: number): Commit | typeof SETTLED {
    let commit = this.#commits.get(batch);
    if (commit === undefined) {
      commit = { ids: undefined, acknowledgedUs: undefined, shownUs: new Map() };
      this.#commits.set(batch, commit);
    }
    return commit;
  }
}
