import { RECENT_SECONDS } from '../progress.ts';
import type { TimelineSecond } from '../result.ts';

/** More buckets than these are not kept: a run of a day is saved in as much room as one of ten minutes. */
const MOST_BUCKETS = 600;

/**
 * What each process did over the window, in buckets of one width: a second, which doubles whenever there would be more
 * buckets than {@link MOST_BUCKETS}. The last seconds are also kept one by one, for whoever watches.
 */
export class Timeline {
  bucketS = 1;
  readonly #operations = new Map<string, number[]>();
  readonly #recent = new Map<string, RecentSeconds>();
  readonly #errors: number[] = [];

  /** This process exists, though it may never do anything. */
  join(process: string): void {
    if (this.#operations.has(process)) return;
    this.#operations.set(process, []);
    this.#recent.set(process, new RecentSeconds());
  }

  /** One more operation of this process; what was before the window is in no bucket. */
  operated(process: string, second: number): void {
    this.join(process);
    this.#tick(this.#operations.get(process)!, second);
    this.#recent.get(process)!.tick(second);
  }

  failed(second: number): void {
    this.#tick(this.#errors, second);
  }

  /** Operations of this process in each of the last seconds before this one, the oldest first. */
  recent(process: string, second: number): number[] {
    return this.#recent.get(process)?.before(second) ?? [];
  }

  buckets(): TimelineSecond[] {
    const length = Math.max(
      this.#errors.length,
      ...Array.from(this.#operations.values(), (counts) => counts.length),
    );
    return Array.from({ length }, (_, bucket) => {
      const processes: Record<string, number> = {};
      const sums = { reads: 0, writes: 0 };
      for (const [name, counts] of this.#operations) {
        const count = (processes[name] = counts[bucket] ?? 0);
        if (name.startsWith('r')) sums.reads += count;
        else if (name.startsWith('w')) sums.writes += count;
      }
      const errors = this.#errors[bucket] ?? 0;
      return { second: bucket * this.bucketS, ...sums, errors, processes };
    });
  }

  #tick(counts: number[], second: number): void {
    if (second < 0) return;
    while (second >= MOST_BUCKETS * this.bucketS) this.#widen();
    const bucket = Math.floor(second / this.bucketS);
    // Without filling what lies between: a history may have few events, and far apart.
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }

  #widen(): void {
    this.bucketS *= 2;
    for (const counts of [this.#errors, ...this.#operations.values()]) {
      const half = Math.ceil(counts.length / 2);
      for (let i = 0; i < half; i++) counts[i] = (counts[2 * i] ?? 0) + (counts[2 * i + 1] ?? 0);
      counts.length = half;
    }
  }
}

/** Events may arrive later than those of other processes: so many seconds more are kept than are shown. */
const LATE_SECONDS = 16;
const KEPT_SECONDS = RECENT_SECONDS + LATE_SECONDS;

/** The counts of the last seconds, in a ring. */
class RecentSeconds {
  readonly #counts = new Float64Array(KEPT_SECONDS);
  readonly #seconds = new Float64Array(KEPT_SECONDS).fill(-1);

  tick(second: number): void {
    if (second < 0) return;
    const at = second % KEPT_SECONDS;
    if (this.#seconds[at]! > second) return;
    if (this.#seconds[at]! < second) this.#counts[at] = 0;
    this.#seconds[at] = second;
    this.#counts[at]!++;
  }

  before(second: number): number[] {
    const length = Math.min(RECENT_SECONDS, Math.max(0, second));
    return Array.from({ length }, (_, i) => {
      const wanted = second - length + i;
      const at = wanted % KEPT_SECONDS;
      return this.#seconds[at] === wanted ? this.#counts[at]! : 0;
    });
  }
}
