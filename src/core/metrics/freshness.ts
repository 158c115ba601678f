import type { DatasetShape } from '../dataset.ts';
import type { ReadEvent, WriteInvoke } from '../history.ts';
import type { Freshness } from '../result.ts';
import { Durations } from './durations.ts';

/** An insert or upsert that not every reader is known to have seen after its acknowledgement. */
interface Commit {
  /** The first of its ids; undefined until its invoke is known. */
  firstId: number | undefined;
  invokedUs: number;
  acknowledgedUs: number | undefined;
  /** By reader: the end of the first poll that showed it; {@link DRAINED} if only the drain poll did. */
  shownUs: Map<string, number>;
}

const DRAINED = Infinity;
const SETTLED = 'settled';

interface Reader {
  lags: Durations;
  /** Acknowledged commits that it saw at its drain poll, and not before. */
  afterWindow: number;
  lastReadStartUs: number | undefined;
}

/**
 * How long acknowledged commits stay unseen by the readers of one copy of the database. A poll shows a commit if it
 * returns a row of it, or (shared keys) if it began after the acknowledgement and returns what may have replaced it.
 */
export class FreshnessTracker {
  readonly #readers = new Map<string, Reader>();
  readonly #commits = new Map<number, Commit | typeof SETTLED>();
  readonly #seedRows: number;
  /** Acknowledged batches by the first id that they write, where several writers write the same ids. */
  readonly #rivals: Map<number, number[]> | undefined;

  constructor(readers: readonly string[], { rows, keys }: Pick<DatasetShape, 'rows' | 'keys'>) {
    this.#seedRows = rows;
    this.#rivals = keys === 'shared' ? new Map() : undefined;
    for (const name of readers) {
      this.#readers.set(name, {
        lags: new Durations(),
        afterWindow: 0,
        lastReadStartUs: undefined,
      });
    }
  }

  invoked({ f, batch, ids, time }: WriteInvoke): void {
    if (ids === undefined || f === 'reembed') return;
    const commit = this.#commit(batch);
    if (commit === SETTLED) return;
    commit.firstId = ids[0];
    commit.invokedUs = time;
  }

  /** An insert or upsert that was invoked. */
  acknowledged(batch: number, timeUs: number): void {
    const commit = this.#commit(batch);
    if (commit === SETTLED) return;
    commit.acknowledgedUs = timeUs;
    for (const [name, shownUs] of commit.shownUs) this.#sample(name, shownUs, timeUs);
    this.#settle(batch, commit);
    if (this.#rivals === undefined) return;
    const same = this.#rivals.get(commit.firstId!);
    if (same === undefined) this.#rivals.set(commit.firstId!, [batch]);
    else same.push(batch);
  }

  /** A completed poll or drain poll. */
  polled(event: ReadEvent): void {
    const { process, f, start, time, rows } = event;
    const reader = this.#readers.get(process);
    if (reader === undefined || rows === undefined) return;
    reader.lastReadStartUs = Math.max(start, reader.lastReadStartUs ?? start);
    const shownUs = f === 'drain' ? DRAINED : time;
    for (const [first, , batch] of rows) {
      if (batch === 0 || first <= this.#seedRows) continue;
      const commit = this.#commit(batch);
      if (commit === SETTLED) continue;
      this.#shown(process, batch, commit, shownUs);
      const rivals = this.#rivals?.get(commit.firstId ?? NaN);
      if (rivals !== undefined) this.#replaced(rivals, commit, event, shownUs);
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
    const afterWindow = chosen.reduce((sum, [, reader]) => sum + reader.afterWindow, 0);
    const neverSeen = chosen.reduce((sum, [other, reader]) => sum + this.#unseen(other, reader), 0);
    return { count, p50, p99, max, after_window: afterWindow, never_seen: neverSeen };
  }

  /** Commits that this reader could have seen, because it read after their acknowledgement, and did not. */
  #unseen(name: string, reader: Reader): number {
    let count = 0;
    for (const commit of this.#commits.values()) {
      if (commit === SETTLED || commit.acknowledgedUs === undefined) continue;
      if (commit.acknowledgedUs <= reader.lastReadStartUs! && !commit.shownUs.has(name)) count++;
    }
    return count;
  }

  /** Shown as well is what was acknowledged before this poll began, and may have been replaced by what it shows. */
  #replaced(
    rivals: readonly number[],
    { acknowledgedUs = Infinity }: Commit,
    { process, start }: ReadEvent,
    shownUs: number,
  ): void {
    for (const batch of rivals) {
      const rival = this.#commit(batch);
      if (rival === SETTLED || rival.acknowledgedUs! > start) continue;
      // What was acknowledged before the rival began is what the rival replaced.
      if (rival.invokedUs <= acknowledgedUs) this.#shown(process, batch, rival, shownUs);
    }
  }

  #shown(name: string, batch: number, commit: Commit, timeUs: number): void {
    if (commit.shownUs.has(name)) return;
    commit.shownUs.set(name, timeUs);
    if (commit.acknowledgedUs === undefined) return;
    this.#sample(name, timeUs, commit.acknowledgedUs);
    this.#settle(batch, commit);
  }

  #sample(name: string, shownUs: number, acknowledgedUs: number): void {
    const reader = this.#readers.get(name)!;
    if (shownUs === DRAINED) reader.afterWindow++;
    else reader.lags.record(Math.max(0, shownUs - acknowledgedUs));
  }

  /** With shared keys a commit may still replace others when every reader has seen it. */
  #settle(batch: number, commit: Commit): void {
    if (this.#rivals === undefined && commit.shownUs.size === this.#readers.size)
      this.#commits.set(batch, SETTLED);
  }

  #commit(batch: number): Commit | typeof SETTLED {
    let commit = this.#commits.get(batch);
    if (commit === undefined) {
      const shownUs = new Map<string, number>();
      commit = { firstId: undefined, invokedUs: 0, acknowledgedUs: undefined, shownUs };
      this.#commits.set(batch, commit);
    }
    return commit;
  }
}
