import { monotonicUs } from '../system/clock.ts';
import { delay } from '../system/delay.ts';

/** Time since the run's epoch, on the clock that all its processes share. */
export class Clock {
  readonly #epochUs: number;

  constructor(epochUs: number) {
    this.#epochUs = epochUs;
  }

  nowUs(): number {
    return monotonicUs() - this.#epochUs;
  }

  /** Resolves at this instant: a timer until shortly before, then a blocking wait (timers alone spread by 1 ms). */
  async wakeAt(atUs: number): Promise<void> {
    const timerMs = (atUs - this.nowUs()) / 1000 - BLOCKING_WAIT_MS;
    await delay(timerMs);
    const cell = new Int32Array(new SharedArrayBuffer(4));
    for (let leftUs = atUs - this.nowUs(); leftUs > 0; leftUs = atUs - this.nowUs()) {
      Atomics.wait(cell, 0, 0, leftUs / 1000);
    }
  }
}

const BLOCKING_WAIT_MS = 3;
