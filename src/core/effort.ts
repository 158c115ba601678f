/** How much work may be spent on something in one history. */
export class Effort {
  readonly #most: number;
  readonly #refusal: (most: number) => Error;
  #steps = 0;

  /** `refusal`: what is thrown once more than `most` steps were spent. */
  constructor(most: number, refusal: (most: number) => Error) {
    this.#most = most;
    this.#refusal = refusal;
  }

  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > this.#most) throw this.#refusal(this.#most);
  }
}

/** Nothing is said then of what the work was for. `whose`: what takes the work, in the plural. */
export function tooTangled(whose: string): (most: number) => Error {
  return (most) => new Error(`${whose} take more than ${most} comparisons: it is too tangled`);
}
