import type { MarkEvent } from '../history.ts';
import { workedUs } from '../rates.ts';

/** The measured window of a run: its seconds, its length, how long each worked in it, and how far apart they started. */
export class RunWindow {
  readonly #durationUs: number;
  readonly #marksUs: Partial<Record<MarkEvent['name'], number>> = {};
  /** When each process that was open at the start began its first operation after it. */
  readonly #firstUs = new Map<string, number>();
  readonly #refused = new Set<string>();
  /** When the last operation of each process ended. */
  readonly #lastEndUs = new Map<string, number>();
  readonly #diedUs = new Map<string, number>();
  #lastUs = 0;

  constructor({ durationS }: { durationS: number }) {
    this.#durationUs = durationS * 1_000_000;
  }

  mark({ name, time }: MarkEvent): void {
    this.#marksUs[name] ??= time;
    this.passed(time);
  }

  /** An event has this time. */
  passed(timeUs: number): void {
    this.#lastUs = Math.max(this.#lastUs, timeUs);
  }

  refused(process: string): void {
    this.#refused.add(process);
  }

  /** Who was refused and opens only after the start does not start with the others. */
  opened(process: string): void {
    if (this.#marksUs.start === undefined) this.#refused.delete(process);
  }

  /** A process begins an operation. */
  began(process: string, timeUs: number): void {
    const { start } = this.#marksUs;
    if (start === undefined || timeUs < start || this.#refused.has(process)) return;
    if (!this.#firstUs.has(process)) this.#firstUs.set(process, timeUs);
  }

  /** A process ended an operation of the window: not its drain poll. */
  ended(process: string, timeUs: number): void {
    const before = this.#lastEndUs.get(process) ?? timeUs;
    this.#lastEndUs.set(process, Math.max(before, timeUs));
  }

  died(process: string, timeUs: number): void {
    this.#diedUs.set(process, timeUs);
  }

  /** How long this process worked; so far, while the window is open. 0 before the start. */
  workedUs(process: string): number {
    const { start: startUs } = this.#marksUs;
    if (startUs === undefined) return 0;
    return workedUs({
      startUs,
      windowEndUs: Math.min(startUs + this.#durationUs, startUs + this.lengthUs()),
      lastEndUs: this.#lastEndUs.get(process),
      diedUs: this.#diedUs.get(process),
    });
  }

  /** Which second of the window this is; negative before it. */
  secondOf(timeUs: number): number {
    const { start } = this.#marksUs;
    return start === undefined ? -1 : Math.floor((timeUs - start) / 1_000_000);
  }

  get interrupted(): boolean {
    return this.#marksUs.interrupted !== undefined;
  }

  /** From the common start to the end; up to the last event while it is open. */
  lengthUs(): number {
    const { start, end = Infinity, interrupted = Infinity } = this.#marksUs;
    if (start === undefined) return 0;
    const ended = Math.min(end, interrupted);
    return Math.max(0, (ended === Infinity ? this.#lastUs : ended) - start);
  }

  /** Between the first and the last of the processes that started together; null if fewer than two did. */
  startSkewUs(): number | null {
    if (this.#firstUs.size < 2) return null;
    const times = [...this.#firstUs.values()];
    return Math.max(...times) - Math.min(...times);
  }
}
