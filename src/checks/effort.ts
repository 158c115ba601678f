/** How much work may be spent on one history; beyond it nothing is said of what the work was for. */
export class Effort {
  readonly #most: number;
  readonly #whose: string;
  #steps = 0;

  /** `whose`: what takes the work, in the plural, for the message. */
  constructor(most: number, whose = 'its reads') {
    this.#most = most;
    this.#whose = whose;
  }

  /** Throws once there were more steps than may be. */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > this.#most) {
      throw new Error(`${this.#whose} take more than ${this.#most} comparisons: it is too tangled`);
    }
  }
}
