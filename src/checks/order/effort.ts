/** How much work the order of one history may take; beyond it nothing is said of the order. */
export class Effort {
  readonly #most: number;
  #steps = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Throws once there were more steps than may be. */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > this.#most) {
      throw new Error(`its reads take more than ${this.#most} comparisons: it is too tangled`);
    }
  }
}
