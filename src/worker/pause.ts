import type { Random } from '../core/random.ts';
import { delay } from '../system/delay.ts';

const FIRST_MS = 10;
const LONGEST_MS = 1000;

/**
 * The pause after a failed operation: doubles with each failure in a row, jittered by half, so that an error count means
 * something and nobody spins.
 */
export class Pause {
  readonly #random: Random;
  readonly #signal: AbortSignal;
  #nextMs = FIRST_MS;

  /** `signal` ends a pause early. */
  constructor(random: Random, signal: AbortSignal) {
    this.#random = random;
    this.#signal = signal;
  }

  reset(): void {
    this.#nextMs = FIRST_MS;
  }

  /** Waits, but not longer than `atMostMs`. */
  async wait(atMostMs: number): Promise<void> {
    const ms = this.#nextMs * (0.5 + this.#random.fraction());
    this.#nextMs = Math.min(this.#nextMs * 2, LONGEST_MS);
    await delay(Math.min(ms, atMostMs), this.#signal);
  }
}
